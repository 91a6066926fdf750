/** Records in exactly the shapes of the picture, and a world for the command line made of them. */
import { zonesOf } from "../src/kernel/zones";
import type { World } from "../src/kernel/grammar";
import { incidentOf, type Incident } from "../src/kernel/incidents";
import { Picture } from "../src/kernel/picture";
import type { DispatchTold, IncidentTold, UnitTold } from "../src/kernel/records";
import { unitOf, type Unit } from "../src/kernel/units";

export const AT = "2026-06-01T10:00:00Z";

export function incidentTold(changed: Partial<IncidentTold> = {}): IncidentTold {
  return {
    number: 1000, type: "fire.structure", incident_class: "accident", priority: 1, priority_reason: "type",
    grade: null, status: "open",
    place: { state: "approximate", point: { lon: 174.76, lat: -36.86 }, uncertainty_m: 180, method: "network", confidence: null },
    owner: { body: "b1", basis: "received", since: AT, first_known_at: AT },
    seat: "s1", division: "akl", participations: [], opened_at: AT, heard_at: null, handled_at: null,
    closed_at: null, disposition: null, merged_into: null, report_ids: ["r1"], novelty_at: null,
    callback_due_at: null, ...changed,
  };
}

export function dispatchTold(made: { proposed?: string[]; target_at?: string; assignments?: DispatchTold["assignments"]; alarm_level?: number } = {}): DispatchTold {
  return {
    response: {
      response_id: "re1", opened_at: AT, target_at: made.target_at ?? "2026-06-01T10:08:00Z",
      needs: [{ capability: "engine", count: 2, alternatives: [], group: null }], mode: "propose",
      alarm_level: made.alarm_level ?? 1, ended_at: null,
    },
    recommendation: made.proposed
      ? {
          recommendation_id: "rec1", short: [], made_at: AT,
          units: made.proposed.map((unit_id) => ({ unit_id, capability: "engine", travel_time_s: 240, eta_at: "2026-06-01T10:04:00Z", turned_from: null, replaces: null })),
        }
      : null,
    assignments: made.assignments ?? {},
    tasks: {},
  };
}

export function unitTold(changed: Partial<UnitTold> = {}): UnitTold {
  return {
    call_sign: "A00", kind: "ambulance", body: "b1", station_id: "st1", capabilities: ["ambulance"],
    division: "akl", status: "in_service", primary: "available", since: AT, reason: null,
    incident_id: null, assignment_id: null, ...changed,
  };
}

export function pictureOf(...records: [kind: string, id: string, source: string, data: object][]): Picture {
  const picture = new Picture();
  for (const [kind, id, source, data] of records) {
    picture.apply({ kind, id, source, version: 1, data: data as { [name: string]: unknown } });
  }
  return picture;
}

export interface TestWorld extends World {
  selected: Incident | undefined;
  now: number;
  pointed: { lon: number; lat: number } | null;
}

export function worldOf(picture: Picture): TestWorld {
  const incidents = [...picture.idsOf("incident")].flatMap((id) => incidentOf(picture, id) ?? []);
  const units: Unit[] = [...picture.idsOf("unit")].flatMap((id) => unitOf(picture, id) ?? []);
  return {
    incidentByNumber: (number) => incidents.find((one) => one.number === number),
    unitByCallSign: (sign) => units.find((one) => one.call_sign === sign),
    incidents: () => incidents,
    units: () => units,
    zones: () => zonesOf(picture),
    whereabouts: (unit) => unit.home,
    may: () => true,
    types: () => [
      { code: "fire.structure", name_zh: "建筑火灾", name_en: "Structure fire" },
      { code: "fire.alarm", name_zh: "自动火警", name_en: "Fire alarm" },
      { code: "medical.fall", name_zh: "跌倒", name_en: "Fall" },
    ],
    now: Date.parse(AT),
    zone: "Pacific/Auckland",
    selected: undefined,
    pointed: null,
  };
}
