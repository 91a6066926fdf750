import { describe, expect, it } from "vitest";
import { isPlaceless, isToldEnough, nobodyOn } from "../src/kernel/absence";
import type { AssignmentStatus } from "../src/kernel/generated/contracts";
import { incidentOf } from "../src/kernel/incidents";
import type { IncidentTold } from "../src/kernel/records";
import { AT, dispatchTold, incidentTold, pictureOf } from "./builders";

function incident(told: Partial<IncidentTold>, ...statuses: AssignmentStatus[]) {
  const assignments = Object.fromEntries(
    statuses.map((status, nth) => [`a${nth}`, { unit_id: `u${nth}`, status, fence: 1, dispatched_at: AT, eta_at: null, acknowledge_by: null, reminded_at: null, steps: {} }]),
  );
  return incidentOf(pictureOf(["incident", "i1", "incident", incidentTold(told)], ["incident", "i1", "dispatch", dispatchTold({ assignments })]), "i1")!;
}

describe("nobody on an incident", () => {
  it("is on the way yet while it waits, also when those who were ordered did not go", () => {
    expect([nobodyOn(incident({})), nobodyOn(incident({}, "refused", "cancelled"))]).toEqual(["noUnits", "noUnits"]);
  });

  it("is there any more when units are clear, and never was where it was handled without any", () => {
    expect([nobodyOn(incident({}, "cleared")), nobodyOn(incident({ status: "handled" }, "cancelled", "cleared"))]).toEqual(["unitsDone", "unitsDone"]);
    expect([nobodyOn(incident({ status: "handled" })), nobodyOn(incident({ status: "closed" }, "cancelled"))]).toEqual(["noUnitWent", "noUnitWent"]);
  });
});

describe("an incident without a place", () => {
  const place = { state: "unlocated", point: null, uncertainty_m: null, method: null, confidence: null } as const;

  it("is one for which nobody is proposed, until it is over", () => {
    expect([isPlaceless(incident({ place })), isPlaceless(incident({})), isPlaceless(incident({ place, status: "closed" }))]).toEqual([true, false, false]);
  });
});

describe("a new report", () => {
  it("has more than a kind: a place, a point or what was told", () => {
    const bare = { text: " ", place: "", isPointed: false };

    expect(isToldEnough(bare)).toBe(false);
    expect([{ text: "smoke" }, { place: "12 Queen St" }, { isPointed: true }].map((more) => isToldEnough({ ...bare, ...more }))).toEqual([true, true, true]);
  });
});
