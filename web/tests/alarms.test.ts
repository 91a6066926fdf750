import { describe, expect, it } from "vitest";
import { Alarms } from "../src/console/state/alarms.svelte";
import { incidentOf, type Incident } from "../src/kernel/incidents";
import type { DispatchTold } from "../src/kernel/records";
import { AT, dispatchTold, incidentTold, pictureOf } from "./builders";

const NOW = Date.parse(AT);
const RAISED = { "recall:a1": { matter: "recall", raised_at: AT } };

function incident(raised: DispatchTold["raised"] = {}, priority: 1 | 2 = 2, status: "open" | "closed" = "open"): Incident {
  const picture = pictureOf(
    ["incident", "i1", "incident", incidentTold({ priority, status })],
    ["incident", "i1", "dispatch", { ...dispatchTold(), raised }],
  );
  return incidentOf(picture, "i1")!;
}

describe("what was raised", () => {
  it("rings at the shift leader's seat once, whatever its priority, until the leader looks", () => {
    const alarms = new Alarms(() => true);
    alarms.look(incident(), NOW, false);
    expect(alarms.list).toEqual([]);
    alarms.look(incident(RAISED), NOW, false);
    expect(alarms.list).toEqual([{ incident_id: "i1", number: 1000, why: "raised" }]);
    alarms.look(incident(RAISED), NOW, false);
    alarms.settle("i1");
    alarms.look(incident(RAISED), NOW, false);
    expect(alarms.list).toEqual([]);
    alarms.look(incident({ ...RAISED, "acknowledge:a2": { matter: "acknowledge", raised_at: AT } }), NOW, false);
    expect(alarms.list.length).toBe(1);
  });

  it("rings at no other seat", () => {
    const alarms = new Alarms(() => false);
    alarms.look(incident(), NOW, false);
    alarms.look(incident(RAISED), NOW, false);
    expect(alarms.list).toEqual([]);
  });

  it("is over when the incident is", () => {
    const alarms = new Alarms(() => true);
    alarms.look(incident(RAISED), NOW, false);
    expect(alarms.list.length).toBe(1);
    alarms.look(incident(RAISED, 2, "closed"), NOW, false);
    expect(alarms.list).toEqual([]);
  });

  it("goes before a new P1 of the same incident no more than once", () => {
    const alarms = new Alarms(() => true);
    alarms.look(incident({}, 1), NOW, false);
    expect(alarms.list.map((one) => one.why)).toEqual(["newP1"]);
    alarms.look(incident(RAISED, 1), NOW, false);
    expect(alarms.list.map((one) => one.why)).toEqual(["raised"]);
  });
});
