/** The first minute of a demo, reckoned from the picture: what to do next, and what came of it.

Pure: nothing here remembers; whoever guides says what it is about. */
import type { AssignmentStatus, Moment } from "./generated/contracts";
import { isWaiting, momentOf, type Incident } from "./incidents";

export const STEPS = ["select", "order", "happened", "report", "scenes"] as const;
export type Step = (typeof STEPS)[number];
export type Mark = "done" | "now" | "later";

/** What was done by this pair of hands. */
export interface Done {
  readonly incident_id: string;
  readonly assignment_ids: readonly string[];
}

export type Facts = Readonly<Record<Step, boolean>>;

/** The first step that is not done is the one for now; those after it come later. */
export function marksOf(facts: Facts): Readonly<Record<Step, Mark>> {
  const now = STEPS.find((step) => !facts[step]);
  const mark = (step: Step): Mark => (facts[step] ? "done" : step === now ? "now" : "later");
  return Object.fromEntries(STEPS.map((step) => [step, mark(step)])) as Record<Step, Mark>;
}

/** What waits for a unit: one's own seat's first, then the queue's order; what can be advised before the rest. */
export function nextWaiting(order: readonly Incident[], seat: string | null): Incident | undefined {
  const waiting = order.filter(isWaiting);
  const advised = waiting.filter((one) => proposedIds(one).length > 0);
  const mine = (one: Incident) => seat !== null && one.told.seat === seat;
  return advised.find(mine) ?? waiting.find(mine) ?? advised[0] ?? waiting[0];
}

/** Units of the best option of what is recommended now. */
export function proposedIds(incident: Incident): readonly string[] {
  return incident.dispatch?.recommendation?.units.map((one) => one.unit_id) ?? [];
}

/** The line that sends them, or nothing where nobody is proposed. */
export function orderLine(incident: Incident, callSign: (unitId: string) => string): string | null {
  const signs = proposedIds(incident).map(callSign);
  return signs.length === 0 ? null : ["D", incident.number, ...signs].join(" ");
}

export interface UnitNews {
  readonly unit_id: string;
  readonly status: AssignmentStatus;
  /** When it said so, and when it is expected while it drives. */
  readonly since: number | null;
  readonly eta: number | null;
}

const STEP_OF: Readonly<Partial<Record<AssignmentStatus, string>>> = {
  acknowledged: "acknowledged",
  en_route: "en_route",
  on_scene: "on_scene",
  transporting: "transporting",
  at_hospital: "at_hospital",
  cleared: "cleared",
};
const DRIVES: ReadonlySet<AssignmentStatus> = new Set(["dispatched", "acknowledged", "en_route"]);

/** How the units stand that were ordered, also those that are done already. */
export function newsOf(incident: Incident, done: Done): UnitNews[] {
  return done.assignment_ids.flatMap((id) => {
    const told = incident.dispatch?.assignments[id];
    if (!told) return [];
    const step = STEP_OF[told.status];
    const said: Moment | undefined = step === undefined ? told.dispatched_at : told.steps[step];
    return [{ unit_id: told.unit_id, status: told.status, since: momentOf(said), eta: DRIVES.has(told.status) ? momentOf(told.eta_at) : null }];
  });
}

/** Whether any of them said at least that it heard the order. */
export function wasHeard(news: readonly UnitNews[]): boolean {
  return news.some((one) => one.status !== "dispatched");
}

/** How many grid workers were asked to come, and the bodies that take part: who else was told. */
export function alsoTold(incident: Incident): { readonly workers: number; readonly bodies: readonly string[] } {
  const tasks = Object.values(incident.dispatch?.tasks ?? {});
  const asked = tasks.filter((task) => task.state !== "withdrawn");
  return { workers: asked.length, bodies: incident.told.participations.map((one) => one.body) };
}

export interface SceneStep {
  readonly scene: string;
  readonly step: string;
  readonly incident_id: string;
  readonly number: number;
  readonly units: readonly string[];
  readonly count: number;
}

export interface SceneRun {
  readonly name: string;
  readonly state: "playing" | "played" | "broken_off";
  readonly began_at: Moment;
  readonly steps: readonly SceneStep[];
}

export interface ScenesTold {
  readonly items: readonly string[];
  readonly run: SceneRun | null;
}

/** Steps after which the map is to show the place anew: it is another one, or it moved. */
const SHOWN: ReadonlySet<string> = new Set(["answered", "moved", "placed", "first-caller", "other-fire"]);

/** The next step of a run that is to be shown, counted from those that were: null while none is. */
export function nextShown(run: SceneRun, seen: number): SceneStep | null {
  return run.steps.slice(seen).findLast((one) => SHOWN.has(one.step)) ?? null;
}
