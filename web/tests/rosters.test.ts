import { describe, expect, it } from "vitest";
import type { Duty, Shift } from "../src/rosters/answers";
import { dayAfter, dayIn, draftOf, dutyOf, hoursOf, joined, laned, midnight, mondayOf, placed, said } from "../src/rosters/week";

const SHANGHAI = "Asia/Shanghai";
const BERLIN = "Europe/Berlin";
const shift = (from_at: string, until_at: string, person_id = "p"): Shift => ({ part: "worker", person_id, body: null, from_at, until_at });
const duty: Duty = {
  part: "worker", person_id: "p", body: null, weekdays: [1, 5], begins: "08:00", ends: "20:00", from_at: "2026-11-01T03:30:00Z", until_at: "2026-12-31T16:00:00Z",
};

describe("a roster's week", () => {
  it("begins its days at midnight of the zone, also where clocks are changed", () => {
    expect(new Date(midnight("2026-11-23", SHANGHAI)).toISOString()).toBe("2026-11-22T16:00:00.000Z");
    expect(new Date(midnight("2026-10-25", BERLIN)).toISOString()).toBe("2026-10-24T22:00:00.000Z");
    expect(new Date(midnight("2026-10-26", BERLIN)).toISOString()).toBe("2026-10-25T23:00:00.000Z");
    expect(dayIn(Date.parse("2026-11-22T16:00:00Z"), SHANGHAI)).toBe("2026-11-23");
  });

  it("knows its Monday from any of its days", () => {
    expect(["2026-11-23", "2026-11-26", "2026-11-29"].map(mondayOf)).toEqual(Array(3).fill("2026-11-23"));
    expect(dayAfter("2026-12-31", 1)).toBe("2027-01-01");
  });

  it("places a stretch by its share of the week, and cuts what lies outside", () => {
    const week = { from_at: "2026-11-23T00:00:00Z", until_at: "2026-11-30T00:00:00Z" };
    expect(placed(shift("2026-11-24T00:00:00Z", "2026-11-24T12:00:00Z"), week)).toEqual({ from: 1 / 7, length: expect.closeTo(0.5 / 7, 9) });
    expect(placed(shift("2026-11-20T00:00:00Z", "2026-12-24T12:00:00Z"), week)).toEqual({ from: 0, length: 1 });
  });

  it("joins what goes on without a pause, and lays nothing over another", () => {
    const days = [shift("2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z"), shift("2026-11-23T08:00:00Z", "2026-11-23T10:00:00Z", "q"), shift("2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z")];
    const found = joined(days);
    expect(found.map((one) => [one.person_id, one.until_at])).toEqual([["p", "2026-11-25T00:00:00Z"], ["q", "2026-11-23T10:00:00Z"]]);
    expect(laned(found).map((lane) => lane.length)).toEqual([1, 1]);
    expect(said("2026-11-22T17:30:00Z", SHANGHAI)).toEqual({ weekday: 1, hour: "01:30" });
    expect(hoursOf([{ from_at: "2026-11-23T00:00:00Z", until_at: "2026-11-23T01:30:00Z", falls_to: null }])).toBe(1.5);
  });

  it("keeps the very moments of what nobody touched, and means whole days otherwise", () => {
    const draft = draftOf(duty, SHANGHAI);
    expect([draft.from, draft.through]).toEqual(["2026-11-01", "2026-12-31"]);
    expect(dutyOf(draft, SHANGHAI, duty)).toEqual(duty);
    const moved = dutyOf({ ...draft, from: "2026-11-02", through: "2027-01-01" }, SHANGHAI, duty);
    expect([moved.from_at, moved.until_at]).toEqual(["2026-11-01T16:00:00.000Z", "2027-01-01T16:00:00.000Z"]);
    const desk = dutyOf({ ...draft, part: "desk", who: "b", through: "" }, SHANGHAI, null);
    expect([desk.person_id, desk.body, desk.until_at]).toEqual([null, "b", null]);
  });
});
