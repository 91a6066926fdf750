import { describe, expect, it } from "vitest";
import type { Step } from "../src/field/calls";
import { goneOut, stillTold } from "../src/field/told";

const told = (...steps: [string, Step][]): ReadonlyMap<string, Step> => new Map(steps);
const none = (): boolean => false;
const waits = (id: string): boolean => id === "x";

describe("what was told here", () => {
  it("is the node's to tell once a look that began after it has come back", () => {
    const before = told(["x", "acknowledge"]);
    expect(stillTold(before, goneOut(before, none), none)).toEqual(told());
  });
  it("stays while it waits to go out", () => {
    const before = told(["x", "en-route"], ["y", "clear"]);
    expect(stillTold(before, goneOut(before, waits), waits)).toEqual(told(["x", "en-route"]));
  });
  it("stays where the next step was told while the look was on its way, sent or not", () => {
    const begun = goneOut(told(["x", "acknowledge"]), none);
    expect(stillTold(told(["x", "en-route"]), begun, waits)).toEqual(told(["x", "en-route"]));
    expect(stillTold(told(["x", "en-route"]), begun, none)).toEqual(told(["x", "en-route"]));
  });
  it("stays where the same step is told anew and waits", () => {
    const begun = goneOut(told(["x", "refuse"]), none);
    expect(stillTold(told(["x", "refuse"]), begun, waits)).toEqual(told(["x", "refuse"]));
  });
});
