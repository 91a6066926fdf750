import { expect, it, vi } from "vitest";
import type { Option, ProposedUnit, Reason } from "../src/console/state/answers";
import type { Desk } from "../src/console/state/desk.svelte";

vi.hoisted(() => {
  vi.stubGlobal("location", { search: "?lang=en" });
  vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => undefined });
  vi.stubGlobal("document", { documentElement: {} });
});
const { counterWords, nextGoToo, nextOf, reasonWords } = await import("../src/console/state/reasons");

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
