/** Which right of `roles.toml` an act needs; the service decides where it is asked (docs/adr/0028). */
import type { Act, Verb } from "./grammar";
import { callsBack } from "./turning";

/** What only moves the map needs none; who may not ask for an analysis sees no layer of it. */
export const RIGHTS: Readonly<Partial<Record<Act["do"], string>>> = {
  dispatch: "order.give",
  take: "incident.take",
  priority: "incident.reclassify",
  alarm: "alarm.strike",
  close: "incident.close",
  step: "assignment.move",
  note: "incident.note",
  merge: "incident.merge",
  report: "report.create",
  zone: "zone.declare",
  lift: "zone.declare",
  draw: "zone.declare",
  instruct: "unit.instruct",
  uninstruct: "unit.instruct",
  layer: "analysis.compute",
  preview: "recommendation.preview",
  aid: "aid.request",
  recall: "assignment.recall",
  casualties: "incident.count-casualties",
};

/** Which act a verb begins, however the line goes on. */
const BEGINS: Readonly<Record<Verb, Act["do"]>> = {
  D: "dispatch", T: "take", P: "priority", S: "alarm", C: "close", AK: "step", ER: "step", OS: "step", CL: "step",
  N: "note", F: "fly", M: "merge", R: "report", Z: "zone", ZL: "lift", ZD: "draw", K: "instruct", V: "instruct", U: "uninstruct", L: "layer", W: "preview", MA: "aid", RC: "recall", CA: "casualties", "?": "help",
};

/** Whether somebody with these rights may ever do what a verb begins. */
export function mayBegin(verb: Verb, may: (action: string) => boolean): boolean {
  const right = RIGHTS[BEGINS[verb]];
  return right === undefined || may(right);
}

/** Whether somebody with these rights may do it at all: an order that calls crews back needs that right, too. */
export function mayDo(act: Act, may: (action: string) => boolean): boolean {
  const right = RIGHTS[act.do];
  if (right !== undefined && !may(right)) return false;
  if (act.do === "dispatch" && callsBack(act.turning) && !may("assignment.recall")) return false;
  const isLowered = act.do === "priority" && act.priority > act.incident.priority;
  return !isLowered || may("priority.override");
}
