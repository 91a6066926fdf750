import { describe, expect, it } from "vitest";
import { Alarms } from "../src/console/state/alarms.svelte";
import { incidentOf } from "../src/kernel/incidents";
import type { AssignmentTold, IncidentTold } from "../src/kernel/records";
import { AT, dispatchTold, incidentTold, pictureOf } from "./builders";

const MINUTE_MS = 60_000;
const OPENED = Date.parse(AT);
const SENT: AssignmentTold = {
  unit_id: "u9", status: "en_route", fence: 1, dispatched_at: AT, eta_at: "2026-06-01T10:04:00Z", acknowledge_by: null, reminded_at: null, steps: {},
};

function incident(assignments: Record<string, AssignmentTold>, changed: Partial<IncidentTold> = {}) {
  const picture = pictureOf(["incident", "i1", "incident", incidentTold(changed)], ["incident", "i1", "dispatch", dispatchTold({ assignments })]);
  return incidentOf(picture, "i1")!;
}

function atFirstSight(assignments: Record<string, AssignmentTold>, minutes: number, changed: Partial<IncidentTold> = {}): string[] {
  const alarms = new Alarms();
  alarms.look(incident(assignments, changed), OPENED + minutes * MINUTE_MS, true);
  return alarms.list.map((one) => one.why);
}

describe("alarms after the page was loaded anew", () => {
  it("ring for a P1 that still waits, early or late", () => {
    expect(atFirstSight({}, 1)).toEqual(["newP1"]);
    expect(atFirstSight({}, 30)).toEqual(["newP1"]);
  });
  it("ring for a P1 whose first unit is overdue, not for one that is in time", () => {
    expect(atFirstSight({ a1: SENT }, 9)).toEqual(["overdueP1"]);
    expect(atFirstSight({ a1: SENT }, 2)).toEqual([]);
  });
  it("ring for nothing that somebody has reached, that is less urgent, or that is over", () => {
    const there: AssignmentTold = { ...SENT, status: "on_scene", steps: { on_scene: "2026-06-01T10:12:00Z" } };
    expect(atFirstSight({ a1: there }, 30)).toEqual([]);
    expect(atFirstSight({}, 30, { priority: 2 })).toEqual([]);
    expect(atFirstSight({}, 30, { status: "closed" })).toEqual([]);
  });
  it("are over once somebody looks", () => {
    const alarms = new Alarms();
    alarms.look(incident({}), OPENED, true);
    alarms.settle("i1");
    expect(alarms.list).toEqual([]);
  });
});
