import { expect, it, vi } from "vitest";
import type { Option, ProposedUnit, Reason, Recommendation } from "../src/console/state/answers";
import type { Desk } from "../src/console/state/desk.svelte";

vi.hoisted(() => {
  vi.stubGlobal("location", { search: "?lang=en" });
  vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => undefined });
  vi.stubGlobal("document", { documentElement: {} });
});
const { counterWords, madeOfWords, nextGoToo, nextOf, nextWords, partWords, reasonWords, ruledOutWords, slackWords, stepWords } = await import("../src/console/state/reasons");

const desk = { incidentsById: new Map([["i7", { number: 1007 }]]) } as unknown as Desk;
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
  const made = { roads: "1a2b3c4d5e6f", closures: 1, closures_hash: "9f8e7d6c5b4a3928", method: "road", engine: "beaconfire 0.1.0", solver: "scipy 1.17.1" };
  expect(madeOfWords(made)).toBe("roads 1a2b3c4d, 1 closure 9f8e7d6c · beaconfire 0.1.0 · scipy 1.17.1");
  expect(madeOfWords({ ...made, closures: 2, closures_hash: null })).toContain("roads 1a2b3c4d, 2 closures · ");
  expect(madeOfWords({ ...made, roads: null })).toContain("straight lines");
  expect(stepWords({ steps: ["search_cut", "reasons_later"] } as unknown as Recommendation)).toBe("the search for groups was cut short, more reasons follow in a moment");
});

const alone = (...reasons: Reason[]): Option => ({ ...option(...reasons), units: [unit("E1")] });

it("says of a closer unit where it goes, or by which term it lost, and of other incidents only where there is one", () => {
  const of = { unit_id: "uE1", call_sign: "L1", closer_by_s: 90 };
  const elsewhere = alone({ unit_id: "uE1", code: "joint_optimum" }, { ...of, code: "closer_needed_elsewhere", lost_by: "needed_elsewhere", needed_by: "i7", then_dearer_by: 1.9, then_late_id: "i7", then_late_by_s: 180 });
  expect(reasonWords(desk, elsewhere, 0)).toBe("E1 gives the earliest arrivals over all incidents; L1 is 1 min 30 s closer but goes to 1007; else 1007 would wait 3 min 0 s longer");
  expect(counterWords(desk, elsewhere, unit("E1"))).toBe("L1 is 1 min 30 s closer; 1007 would wait 3 min 0 s longer");
  const dearer = alone({ unit_id: "uE1", code: "least_price" }, { ...of, code: "closer_dearer", lost_by: "alternative", then_dearer_by: 0.033 });
  expect(reasonWords(desk, dearer, 0)).toBe("E1 suits best; L1 is 1 min 30 s closer but lost by standing in");
  expect(counterWords(desk, dearer, unit("E1"))).toBe("L1 is 1 min 30 s closer; nobody else would wait longer, but all together it is worse");
  const other = alone({ unit_id: "uE1", code: "another_way" }, { ...of, code: "closer_in_another_way", lost_by: "in_another_way" });
  expect(reasonWords(desk, other, 1)).toBe("L1 is 1 min 30 s closer but sent in another way");
  expect(counterWords(desk, other, unit("E1"))).toBe("");
  const asked = alone({ unit_id: "uE1", code: "pinned" }, { ...of, code: "closer_not_asked_for", lost_by: "asked_for" });
  expect(reasonWords(desk, asked, 0)).toBe("E1 was asked for by a desk; L1 is 1 min 30 s closer");
});

it("names a closer unit once, for however many places it was passed over", () => {
  const passed = (unit_id: string, closer_by_s: number, call_sign = "E22") => ({ unit_id, call_sign, closer_by_s, code: "closer_in_another_way", lost_by: "in_another_way" });
  const said = reasonWords(desk, option(passed("uE21", 203), passed("uE31", 218), passed("uL2", 30, "L1")), 1);
  expect(said).toBe("E22 is 3 min 23 s closer but sent in another way; L1 is 30 s closer but sent in another way");
});

it("says of a closer crew that may not be turned round just that, and not that nobody is nearer", () => {
  const kept = alone({ unit_id: "uE1", code: "nearest_allowed" }, { unit_id: "uE1", call_sign: "A2", closer_by_s: 1430, code: "diversion_used", lost_by: "diversion_used" });
  expect(reasonWords(desk, kept, 0)).toBe("E1 is the nearest that may be sent; A2 is 23 min 50 s closer but this incident may turn round no further crew");
  const advice = { ruled_out: { diversion_used: 1, bound: 1 }, ruled_out_units: { diversion_used: [{ unit_id: "u2", call_sign: "A2" }] } };
  expect(ruledOutWords(advice as unknown as Recommendation)).toBe("this incident may turn round no further crew 1 (A2); stay with what they go to: turned round once already, or it gives up no further crew 1");
});

it("names an incident that the desk does not see without its number", () => {
  const closer = alone({ unit_id: "uE1", code: "closer_needed_elsewhere", call_sign: "L1", closer_by_s: 90, needed_by: "i8", then_dearer_by: 1, then_late_id: "i8" });
  expect(reasonWords(desk, closer, 0)).toBe("L1 is 1 min 30 s closer but needed elsewhere");
  expect(counterWords(desk, closer, unit("E1"))).toBe("L1 is 1 min 30 s closer; another incident would wait longer");
});

it("says of each runner-up what is true of it", () => {
  const next = (later_by_s: number, more: Partial<Reason>) => nextWords(desk, { unit_id: "uE1", code: "considered", call_sign: "A1", later_by_s, ...more });
  expect(next(-455.7, { lost_by: "needed_elsewhere", needed_by: "i7" })).toBe("A1, 7 min 36 s sooner, goes to 1007");
  expect(next(-455.7, { lost_by: "in_another_way" })).toBe("A1, 7 min 36 s sooner, sent in another way");
  expect(next(60, { lost_by: "lateness" })).toBe("A1, 1 min 0 s later, lost by lateness");
  expect(next(0, { lost_by: "tie", tie_by: "sent_longer_ago" })).toBe("A1, just as soon, just as good, but sent more recently");
  expect(next(0.2, { lost_by: "tie" })).toBe("A1, just as soon, just as good");
  expect(next(-5, { lost_by: "search_cut" })).toContain("cut short");
});

it("names who was not considered, the nearest few, and counts whoever cannot do it", () => {
  const named = (...signs: string[]) => signs.map((one) => ({ unit_id: `u${one}`, call_sign: one }));
  const advice = { ruled_out: { capability: 5, too_far: 12, at_work: 2 }, ruled_out_units: { capability: named("A1"), too_far: named("E4", "E5", "E6"), at_work: named("E7", "E8") } };
  expect(ruledOutWords(advice as unknown as Recommendation)).toBe("other capability 5; too far 12 (E4, E5, E6, …); at work 2 (E7, E8)");
  expect(ruledOutWords(null)).toBe("");
});

it("says by road only what was found by road, the leg off it apart, and how much is left to the target", () => {
  const straight = alone({ unit_id: "uE1", code: "nearest_able", method: "straight_line" });
  const timed = { ...unit("E1"), parts: { mobilise_s: 60, road_s: 190, off_road_s: 12 }, slack_s: 100 } as ProposedUnit;
  expect(reasonWords(desk, straight, 0)).toBe("E1 is the nearest able unit as the crow flies");
  expect(partWords(straight, timed)).toBe("turnout 1 min 0 s + straight line 3 min 10 s + off the road 12 s");
  expect(partWords(alone({ unit_id: "uE1", code: "nearest_able", method: "road" }), timed)).toContain("road 3 min 10 s");
  expect([slackWords(timed), slackWords({ ...timed, slack_s: -30 }), slackWords({ ...timed, slack_s: null })]).toEqual(["arrives 1 min 40 s before it", "arrives 30 s after it", ""]);
});
