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

describe("aid that is asked of whoever sits here", () => {
  const asking = (state: "asked" | "accepted", body: string) => {
    const told = { root_id: "x", body, for_body: "b9", needs: [], state, asked_at: AT, due_at: AT, reason: null, unit_ids: [] };
    const picture = pictureOf(
      ["incident", "i1", "incident", incidentTold({ priority: 2 })],
      ["incident", "i1", "dispatch", { ...dispatchTold(), aid: { x: told } }],
    );
    return incidentOf(picture, "i1")!;
  };

  it("rings once, and is over when it is answered", () => {
    const alarms = new Alarms(() => false, () => "b2");
    alarms.look(incident(), NOW, false);
    alarms.look(asking("asked", "b2"), NOW, false);
    expect(alarms.list).toMatchObject([{ why: "aidAsked" }]);
    alarms.look(asking("accepted", "b2"), NOW, false);
    expect(alarms.list).toEqual([]);
  });

  it("rings at nobody else's desk, and nowhere that may not answer", () => {
    for (const body of ["b3", null]) {
      const alarms = new Alarms(() => false, () => body);
      alarms.look(asking("asked", "b2"), NOW, false);
      expect(alarms.list).toEqual([]);
    }
  });
});
