/** What a crew and a grid worker are asked to do, as the node tells it, and the order of its steps. */
import type { Priority } from "../kernel/generated/contracts";
import type { FieldWords } from "./words";

export interface Point {
  readonly lon: number;
  readonly lat: number;
}
export interface Assignment {
  readonly id: string;
  readonly unit_id: string;
  readonly call_sign: string;
  readonly incident_id: string;
  readonly status: string;
  readonly fence: number;
  readonly recall_at: string | null;
  /** The incident lies elsewhere by now, and nobody of this crew has said that they know. */
  readonly address_changed: boolean;
  /** The hospital where a bed is kept. */
  readonly destination: string | null;
  readonly steps: Readonly<Record<string, string>>;
}
/** A crew's own unit. */
export interface Unit {
  readonly id: string;
  readonly call_sign: string;
  readonly type: string;
  readonly status: string;
  readonly primary: string;
  readonly reason: string | null;
  readonly assignment_id: string | null;
}
/** A station or a hospital. */
export interface Site {
  readonly id: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly point: Point;
}
export interface Bed {
  readonly hospital_id: string;
  readonly beds_free: number | null;
  readonly beds_kept: number;
}
export interface Standby {
  readonly unit_id: string;
  readonly station_id: string;
  readonly state: string;
}
/** A unit of this crew's in a hazard zone. */
export interface HazardWarning {
  readonly unit_id: string;
  readonly warned_at: string | null;
  readonly zone: { readonly id: string; readonly kind: keyof FieldWords["hazard"]; readonly name: string; readonly stand_off_m: number };
}
export interface Task {
  readonly id: string;
  readonly incident_id: string;
  readonly kind: keyof FieldWords["kind"];
  readonly incident_type: string | null;
  readonly priority: Priority | null;
  readonly point: Point | null;
  readonly cell: string | null;
  readonly state: TaskStep;
  readonly stand_off_m: number;
  readonly offered_at: string;
  readonly due_at: string;
  readonly incident_point: Point | null;
  readonly part: keyof FieldWords["part"];
  readonly seen_at: string | null;
  readonly late_at: string | null;
  readonly reason: string | null;
  readonly finding: Finding | null;
}
/** One part of a task's ladder; it has no state where it would be asked next. */
export interface Rung {
  readonly part: keyof FieldWords["part"];
  readonly state: TaskStep | null;
  readonly asked_at: string | null;
  readonly seen_at: string | null;
  readonly passes_on_at: string | null;
  readonly late_at: string | null;
  readonly reason: string | null;
  readonly is_you: boolean;
}
export interface LadderedTask extends Task {
  readonly ladder: readonly Rung[];
}
export type TaskStep = keyof FieldWords["state"];
export type Finding = keyof FieldWords["finding"];
export interface Incident {
  readonly number: number;
  readonly type: string | null;
  readonly priority: Priority;
  readonly label: string | null;
  readonly cell: string;
  readonly place: { readonly point: Point | null; readonly uncertainty_m: number | null };
  readonly reports: readonly { readonly text: string; readonly address: string | null }[];
  readonly assignments: readonly { readonly id: string; readonly status: string }[];
}
export type Step = keyof FieldWords["step"];
/** How far a step is: told and done, told but not out yet, to be done now, or later. */
export type Standing = "done" | "waiting" | "next" | "later";
export interface Stage {
  readonly step: Step;
  readonly standing: Standing;
  readonly at: string | null;
}

const CREW: readonly Step[] = ["acknowledge", "en-route", "on-scene", "clear"];
const CARRYING: readonly Step[] = ["acknowledge", "en-route", "on-scene", "transport", "at-hospital", "clear"];
const WORKER: readonly Step[] = ["accept", "arrive", "done"];
/** What a step makes of the status; what is told beside the steps moves nothing. */
export const AFTER: Readonly<Partial<Record<Step, string>>> = {
  acknowledge: "acknowledged", "en-route": "en_route", "on-scene": "on_scene", transport: "transporting",
  "at-hospital": "at_hospital", clear: "cleared", refuse: "refused", "acknowledge-recall": "cancelled",
  accept: "accepted", arrive: "arrived", done: "done", cannot: "cannot",
};
/** What is looked at is done with what was found there. */
export const LOOKS: ReadonlySet<string> = new Set(["verify", "recheck"]);
const ENDED: ReadonlySet<string> = new Set(["cleared", "refused", "cancelled", "done", "cannot", "checked", "withdrawn", "lapsed"]);

/** Whether nothing is left to do at it. */
export function isOver(status: string): boolean {
  return ENDED.has(status);
}

/** A crew's steps; those of a transport only once somebody is taken to a hospital. */
export function crewStages(assignment: Assignment, status: string, waiting: ReadonlySet<Step>): Stage[] {
  const isCarrying = status === "transporting" || status === "at_hospital";
  return stages(isCarrying ? CARRYING : CREW, status, waiting, assignment.steps);
}

export function workerStages(state: string, waiting: ReadonlySet<Step>): Stage[] {
  return stages(WORKER, state, waiting, {});
}

function stages(path: readonly Step[], status: string, waiting: ReadonlySet<Step>, times: Readonly<Record<string, string>>): Stage[] {
  const reached = path.findIndex((step) => AFTER[step] === status);
  return path.map((step, nth) => {
    const standing = nth > reached + 1 ? "later" : nth === reached + 1 ? "next" : waiting.has(step) ? "waiting" : "done";
    return { step, standing, at: times[AFTER[step] ?? ""] ?? null };
  });
}

/** How many others were sent to the same incident and are still at it, by where they stand. */
export function othersOf(incident: Incident | undefined, mine: string | null): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const one of incident?.assignments ?? []) {
    if (one.id !== mine && !isOver(one.status)) found.set(one.status, (found.get(one.status) ?? 0) + 1);
  }
  return found;
}
