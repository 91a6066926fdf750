import { describe, expect, it } from "vitest";
import type { Option } from "../src/console/state/answers";
import { Offers } from "../src/console/state/offers";
import { READ_MS } from "../src/kernel/as_read";

/** An option that sends these, of whom some are turned round. */
function option(units: string[], turned: string[] = []): Option {
  return {
    units: units.map((unit) => ({ unit_id: unit, leaves: turned.includes(unit) ? { assignment_id: `a-${unit}` } : null, replaces: null })),
  } as unknown as Option;
}

describe("the options under an incident", () => {
  it("may go at once as they first stood there", () => {
    const offers = new Offers();
    offers.show([], 1_000);
    offers.show([option(["u1"]), option(["u2"])], 5_000);
    expect([offers.mayGo(0, 5_001), offers.mayGo(1, 5_001)]).toEqual([true, true]);
  });
  it("wait where others are named since a moment, each for itself", () => {
    const offers = new Offers();
    offers.show([option(["u1"]), option(["u2"])], 1_000);
    offers.show([option(["u1"]), option(["u3"])], 9_000);
    expect([offers.mayGo(0, 9_001), offers.mayGo(1, 9_001)]).toEqual([true, false]);
    expect(offers.mayGo(1, 9_000 + READ_MS)).toBe(true);
  });
  it("wait where the same crew is turned round for it now", () => {
    const offers = new Offers();
    offers.show([option(["u1"])], 1_000);
    offers.show([option(["u1"], ["u1"])], 9_000);
    expect(offers.mayGo(0, 9_001)).toBe(false);
  });
  it("do not wait where they were gone for a moment and are the same again", () => {
    const offers = new Offers();
    offers.show([option(["u1"])], 1_000);
    offers.show([], 8_000);
    offers.show([option(["u1"])], 9_000);
    expect(offers.mayGo(0, 9_001)).toBe(true);
  });
  it("wait where somebody else stands there after nobody did", () => {
    const offers = new Offers();
    offers.show([option(["u1"])], 1_000);
    offers.show([], 8_000);
    offers.show([option(["u2"])], 9_000);
    expect(offers.mayGo(0, 9_001)).toBe(false);
  });
});
