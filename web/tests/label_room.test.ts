import { describe, expect, it } from "vitest";
import { labelOffset } from "../src/console/map/label_room";

const SIZE = { width: 70, height: 21 };
/** As of an incident at 500, 300: its label begins 32 px at its right. */
const CHOSEN = { left: 532, top: 258, width: 120, height: 40 };
const lies = (x: number, y: number, ...more: (typeof CHOSEN)[]) => labelOffset({ x, y }, SIZE, [CHOSEN, ...more]);

describe("a unit's label", () => {
  it("stands at its right where nothing is", () => {
    expect(labelOffset({ x: 500, y: 300 }, SIZE, [])).toEqual([18, 0]);
    expect(lies(200, 280)).toEqual([18, 0]);
  });
  it("goes below, above or left where it would lie over the chosen incident's label", () => {
    expect(lies(490, 290)).toEqual([-35, 28.5]);
    expect(lies(560, 255)).toEqual([-35, -28.5]);
    expect(lies(518, 278)).toEqual([-70, 28.5]);
    expect(lies(520, 278, { left: 400, top: 290, width: 250, height: 30 }, { left: 400, top: 230, width: 250, height: 30 })).toEqual([-88, 0]);
  });
  it("would rather lie over the chosen incident's symbol than over its label", () => {
    expect(lies(530, 290, { left: 400, top: 200, width: 300, height: 200 })).toEqual([-35, 28.5]);
  });
  it("stays at its right where there is no room at all", () => {
    expect(labelOffset({ x: 540, y: 280 }, SIZE, [{ left: 400, top: 200, width: 300, height: 200 }])).toEqual([18, 0]);
  });
});
