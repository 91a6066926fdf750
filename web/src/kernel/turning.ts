/** Sending a unit by a desk's own decision: at once, by turning its crew round, or not; and what is left to the incident that it leaves. */
import type { Hindrance } from "./hindrances";
import { STILL_COMING, type Incident, type OpenAssignment } from "./incidents";
import type { Unit } from "./units";

/** Whose crews turn round by an order: those that it takes from other incidents, and those that it replaces. */
export interface Turning {
  readonly leaving: readonly string[];
  readonly standing_down: readonly string[];
}

/** How a unit can be sent to an incident. */
export type Sending =
  | { readonly how: "at_once" }
  | { readonly how: "turning"; readonly from: Incident; readonly assignment_id: string }
  | { readonly how: "not"; readonly hindrance: Hindrance };

/** Nobody is turned round from what this desk does not see: it could not know what is lost there. */
export function sendingOf(unit: Unit, incident: Incident, incidents: Iterable<Incident>): Sending {
  const { call_sign } = unit;
  const { assignment_id, incident_id, primary } = unit.told;
  if (assignment_id === null || incident_id === null) {
    return primary === "not_available" ? { how: "not", hindrance: { why: "unit_off", call_sign } } : { how: "at_once" };
  }
  const from = [...incidents].find((one) => one.id === incident_id);
  const order = from?.assignments.find((one) => one.assignment_id === assignment_id);
  if (!from || !order || from.id === incident.id) return { how: "not", hindrance: { why: "unit_taken", call_sign, number: from?.number ?? null } };
  const why = whyNot(order);
  return why === null ? { how: "turning", from, assignment_id } : { how: "not", hindrance: { why, call_sign, number: from.number } };
}

function whyNot(order: OpenAssignment): "crew_recalled" | "crew_there" | "crew_transports" | null {
  if (STILL_COMING.has(order.status)) return order.recall ? "crew_recalled" : null;
  return order.status === "on_scene" ? "crew_there" : "crew_transports";
}

/** What an incident loses by an order: the units that leave it, and who stays. */
export interface Loss {
  readonly incident: Incident;
  readonly units: readonly Unit[];
  /** Who is there or on its way: not whoever is called back, nor whoever drives to a hospital. */
  readonly staying: readonly OpenAssignment[];
}

export function lossesOf(units: readonly Unit[], turning: Turning | undefined, incidents: Iterable<Incident>): Loss[] {
  const leaving = new Set(turning?.leaving);
  const leavers = units.filter((unit) => leaving.has(unit.told.assignment_id ?? ""));
  if (leavers.length === 0) return [];
  return [...incidents].flatMap((incident) => {
    const gone = leavers.filter((unit) => unit.told.incident_id === incident.id);
    const staying = incident.assignments.filter((one) => !leaving.has(one.assignment_id) && isFor(one));
    return gone.length === 0 ? [] : [{ incident, units: gone, staying }];
  });
}

function isFor(order: OpenAssignment): boolean {
  return order.status === "on_scene" || (STILL_COMING.has(order.status) && !order.recall);
}

/** Whether an order calls crews back, which needs a right of its own. */
export function callsBack(turning: Turning | undefined): boolean {
  return turning !== undefined && turning.leaving.length + turning.standing_down.length > 0;
}
