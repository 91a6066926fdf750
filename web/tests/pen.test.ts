import { describe, expect, it } from "vitest";
import { areaOf, strokeOf, type Corner } from "../src/console/map/pen";

/** Some 111 m of latitude, 89 m of longitude there. */
const SQUARE: Corner[] = [[174.7, -36.9], [174.701, -36.9], [174.701, -36.899], [174.7, -36.899], [174.7, -36.9]];

describe("what is drawn", () => {
  it("is measured: the side under way, the area, the corners set", () => {
    const stroke = strokeOf(SQUARE, "polygon", { committedCoordinateCount: 3 });
    expect(stroke?.corners).toBe(3);
    expect(stroke?.side_m).toBeCloseTo(88.9, 0);
    expect(stroke?.area_m2).toBeCloseTo(88.9 * 111.2, -2);
    expect(stroke?.radius_m).toBeNull();
  });
  it("is nothing before it is an area", () => {
    expect(strokeOf(SQUARE.slice(0, 2), "polygon", {})).toBeNull();
  });
  it("does not grow with the way round", () => {
    expect(areaOf([...SQUARE].reverse())).toBeCloseTo(areaOf(SQUARE), 3);
  });
  it("is a circle with its middle and its radius in metres", () => {
    const east = 500 / (111_195 * Math.cos((36.9 * Math.PI) / 180));
    const ring = Array.from({ length: 65 }, (_, nth): Corner => {
      const angle = (nth / 64) * 2 * Math.PI;
      return [174.7 + east * Math.cos(angle), -36.9 + (500 / 111_195) * Math.sin(angle)];
    });
    const stroke = strokeOf(ring, "circle", {});
    expect(stroke?.radius_m).toBeCloseTo(500, 0);
    expect(stroke?.centre?.lon).toBeCloseTo(174.7, 5);
  });
});
