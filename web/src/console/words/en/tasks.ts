/** Grid tasks: who has them, how far they are; the desk's own are done here. */
import type { Words } from "../../../kernel/language";
import type { tasks as zh } from "../zh/tasks";

export const tasks: Words<typeof zh> = {
  tasks: {
    heading: "Grid tasks",
    kind: { verify: "Verify", guide: "Guide", evacuate: "Evacuate", watch: "Watch", recheck: "Check again" },
    state: { offered: "not taken yet", accepted: "taken", cannot: "cannot go", arrived: "there", done: "done", checked: "checked", withdrawn: "withdrawn" },
    part: { worker: "grid worker", deputy: "deputy", leader: "grid leader", desk: "duty desk" },
    somebody: "somebody named",
    by: (time) => `by ${time}`,
    seen: (time) => `seen ${time}`,
    accept: "Take it",
    arrive: "There",
    done: "Done",
    check: "Check it",
    cannot: "Cannot go…",
    reason: { unwell: "not well", too_far: "too far", busy: "cannot leave", unsafe: "not safe" },
    finding: { confirmed: "as reported", not_found: "nothing there", put_right: "put right", worse: "worse than reported" },
    found: "What was found…",
    give: "Give a grid task…",
    given: (kind) => `Task given: ${kind}`,
    said: { accept: "The task is taken", arrive: "Task: there", done: "The task is done", cannot: "Task: cannot go", check: "The task is checked" },
    went: (state) => `Grid task: ${state}`,
  },
};
