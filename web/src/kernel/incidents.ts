/** An incident as a desk sees it: three services' records made one, with its phase and its clock. */
import { UNPLACED, type AssignmentStatus, type EventGrade, type IncidentStatus, type Priority } from "./generated/contracts";
import type { Picture } from "./picture";
import type { AssignmentTold, DispatchTold, IncidentPlacedTold, IncidentTold } from "./records";

/** Where it stands for a desk: its own status once past open, else what dispatch is doing. */
export type Phase =
  | "call"
  | "waiting"
  | "assigned"
  | "en_route"
  | "on_scene"
  | "to_hospital"
  | Exclude<IncidentStatus, "open">;

export interface OpenAssignment extends AssignmentTold {
  readonly assignment_id: string;
}

export interface Incident {
  readonly id: string;
  readonly told: IncidentTold;
  readonly placed: IncidentPlacedTold | undefined;
  readonly dispatch: DispatchTold | undefined;
  readonly number: number;
  readonly type: string | null;
  readonly priority: Priority;
  readonly grade: EventGrade | null;
  readonly phase: Phase;
  /** Assignments that have not ended, the earliest expected first. */
  readonly assignments: readonly OpenAssignment[];
  readonly lon: number | null;
  readonly lat: number | null;
  readonly uncertainty_m: number | null;
  readonly label: string | null;
  readonly cell: string | null;
  readonly opened_at: number;
  readonly target_at: number | null;
  /** How many alarms were struck; the first is the opening itself. */
  readonly alarm_level: number;
  /** When the first unit arrived, if one has. */
  readonly arrived_at: number | null;
  /** When the first unit on its way is expected. */
  readonly expected_at: number | null;
  readonly closed_at: number | null;
  readonly live: boolean;
  readonly version: number;
}

const ENDED: ReadonlySet<AssignmentStatus> = new Set(["cleared", "refused", "cancelled"]);
/** Its crew has not arrived: it can be called back, or turned round. */
export const STILL_COMING: ReadonlySet<AssignmentStatus> = new Set(["dispatched", "acknowledged", "en_route"]);
const AT_WORK: readonly (readonly [AssignmentStatus, Phase])[] = [
  ["on_scene", "on_scene"],
  ["transporting", "to_hospital"],
  ["at_hospital", "to_hospital"],
  ["en_route", "en_route"],
  ["acknowledged", "assigned"],
  ["dispatched", "assigned"],
];
const OVER: ReadonlySet<IncidentStatus> = new Set(["closed", "merged", "voided"]);

/** The incident of an id, or nothing while only others than incident have told of it. */
export function incidentOf(picture: Picture, id: string): Incident | undefined {
  const told = picture.data<IncidentTold>("incident", id, "incident");
  if (!told) return undefined;
  const placed = picture.data<IncidentPlacedTold>("incident", id, "geo");
  const dispatch = picture.data<DispatchTold>("incident", id, "dispatch");
  const assignments = openAssignments(dispatch);
  const point = told.place.point ?? placed?.point ?? null;
  return {
    id,
    told,
    placed,
    dispatch,
    number: told.number,
    type: told.type,
    priority: told.priority,
    grade: told.grade,
    phase: phaseOf(told.status, assignments),
    assignments,
    lon: point?.lon ?? null,
    lat: point?.lat ?? null,
    uncertainty_m: told.place.state === "confirmed" ? null : told.place.uncertainty_m,
    label: placed?.label ?? null,
    cell: placed?.cell && placed.cell !== UNPLACED ? placed.cell : null,
    opened_at: Date.parse(told.opened_at),
    target_at: momentOf(dispatch?.response?.target_at),
    alarm_level: dispatch?.response?.alarm_level ?? 1,
    arrived_at: firstArrival(dispatch),
    expected_at: firstExpected(assignments),
    closed_at: momentOf(told.closed_at),
    live: !OVER.has(told.status),
    version: picture.version("incident", id, "incident"),
  };
}

export function momentOf(moment: string | null | undefined): number | null {
  return moment ? Date.parse(moment) : null;
}

function openAssignments(dispatch: DispatchTold | undefined): OpenAssignment[] {
  return Object.entries(dispatch?.assignments ?? {})
    .filter(([, one]) => !ENDED.has(one.status))
    .map(([assignment_id, one]) => ({ assignment_id, ...one }))
    .sort((a, b) => (a.eta_at ?? "~").localeCompare(b.eta_at ?? "~"));
}

function phaseOf(status: IncidentStatus, assignments: readonly OpenAssignment[]): Phase {
  if (status !== "open") return status;
  const doing = new Set(assignments.map((one) => one.status));
  return AT_WORK.find(([step]) => doing.has(step))?.[1] ?? "waiting";
}

function firstArrival(dispatch: DispatchTold | undefined): number | null {
  const arrivals = Object.values(dispatch?.assignments ?? {})
    .map((one) => momentOf(one.steps["on_scene"]))
    .filter((one) => one !== null);
  return arrivals.length > 0 ? Math.min(...arrivals) : null;
}

function firstExpected(assignments: readonly OpenAssignment[]): number | null {
  const expected = assignments.map((one) => momentOf(one.eta_at)).filter((one) => one !== null);
  return expected.length > 0 ? Math.min(...expected) : null;
}

/** How a clock reads: minus is time left, plus is overdue, none counts up or stands. */
export type ClockTone = "left" | "near" | "overdue" | "up" | "ended" | "none";

export interface ClockFace {
  readonly tone: ClockTone;
  /** Seconds to show; always positive. */
  readonly seconds: number;
}

/** A quarter of the time left, or a first arrival after the target, is near. */
const NEAR_SHARE = 0.25;

export function clockOf(incident: Incident, now: number): ClockFace {
  if (!incident.live || incident.phase === "handled") {
    const end = incident.closed_at ?? now;
    return { tone: "ended", seconds: Math.max(0, (end - incident.opened_at) / 1_000) };
  }
  if (incident.arrived_at !== null) {
    return { tone: "up", seconds: Math.max(0, (now - incident.arrived_at) / 1_000) };
  }
  if (incident.target_at === null) {
    return { tone: "up", seconds: Math.max(0, (now - incident.opened_at) / 1_000) };
  }
  const left = (incident.target_at - now) / 1_000;
  if (left < 0) return { tone: "overdue", seconds: -left };
  const whole = (incident.target_at - incident.opened_at) / 1_000;
  const late = incident.expected_at !== null && incident.expected_at > incident.target_at;
  return { tone: late || left < whole * NEAR_SHARE ? "near" : "left", seconds: left };
}

export function isOverdue(incident: Incident, now: number): boolean {
  return clockOf(incident, now).tone === "overdue";
}

/** Waits for a unit: open, and nobody is on it. */
export function isWaiting(incident: Incident): boolean {
  return incident.phase === "waiting";
}
