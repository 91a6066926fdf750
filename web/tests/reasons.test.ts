import { expect, it, vi } from "vitest";
import type { Option, ProposedUnit, Reason, Recommendation } from "../src/console/state/answers";
import type { Desk } from "../src/console/state/desk.svelte";

vi.hoisted(() => {
  vi.stubGlobal("location", { search: "?lang=en" });
  vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => undefined });
  vi.stubGlobal("document", { documentElement: {} });
});
const { counterWords, madeOfWords, nextGoToo, nextOf, reasonWords, stepWords } = await import("../src/console/state/reasons");

const desk = { incidentsById: new Map() } as unknown as Desk;
const unit = (sign: string) => ({ unit_id: `u${sign}`, call_sign: sign }) as ProposedUnit;
const option = (...reasons: Reason[]): Option => ({ units: [unit("E21"), unit("E31"), unit("L2")], reasons, cover_after: {} });

it("names no unit as passed over that the same proposal sends", () => {
  const both = option(
    { unit_id: "uE31", code: "considered", call_sign: "E21", later_by_s: -36, lost_by: "lateness" },
    { unit_id: "uE31", code: "considered", call_sign: "E71", later_by_s: 181, lost_by: "minutes" },
    { unit_id: "uE31", code: "closer_needed_elsewhere", call_sign: "E21", closer_by_s: 36 },
    { unit_id: "uE21", code: "considered", call_sign: "E31", later_by_s: 36, lost_by: "minutes" },
  );
  expect(nextOf(both, unit("E31")).map((one) => one.call_sign)).toEqual(["E71"]);
  expect(counterWords(desk, both, unit("E31"))).toBe("");
  expect([nextGoToo(both, unit("E21")), nextGoToo(both, unit("E31")), nextGoToo(both, unit("L2"))]).toEqual([true, false, false]);
});

it("says once what holds of several units", () => {
  const joint = option({ unit_id: "uE21", code: "joint_optimum" }, { unit_id: "uE31", code: "joint_optimum" }, { unit_id: "uL2", code: "nearest_able" });
  expect(reasonWords(desk, joint, 0)).toBe("E21, E31 give the earliest arrivals over all incidents; L2 is the nearest able unit by road");
});

it("says which roads and which solver decided, and what was left out in haste", () => {
  const made = { roads: "1a2b3c4d5e6f", closures: 1, method: "road", engine: "beaconfire 0.1.0", solver: "scipy 1.17.1" };
  expect(madeOfWords(made)).toBe("roads 1a2b3c4d, 1 closure · beaconfire 0.1.0 · scipy 1.17.1");
  expect(madeOfWords({ ...made, roads: null })).toContain("straight lines");
  expect(stepWords({ steps: ["search_cut", "reasons_later"] } as unknown as Recommendation)).toBe("the search for groups was cut short, more reasons follow in a moment");
});
