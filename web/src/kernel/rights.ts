/** Which right of `roles.toml` an act needs; the service decides where it is asked (docs/adr/0028). */
import type { Act } from "./grammar";

/** What only moves the map needs none. */
export const RIGHTS: Readonly<Partial<Record<Act["do"], string>>> = {
  dispatch: "order.give",
  take: "incident.take",
  priority: "incident.reclassify",
  close: "incident.close",
  step: "assignment.move",
  note: "incident.note",
  merge: "incident.merge",
  report: "report.create",
};

/** Whether somebody with these rights may do it at all. */
export function mayDo(act: Act, may: (action: string) => boolean): boolean {
  const right = RIGHTS[act.do];
  if (right !== undefined && !may(right)) return false;
  const isLowered = act.do === "priority" && act.priority > act.incident.priority;
  return !isLowered || may("priority.override");
}
