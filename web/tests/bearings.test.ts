import { describe, expect, it } from "vitest";
import { wayTo } from "../src/field/bearings";

describe("the way from one place to another", () => {
  const here = { lon: 174.76, lat: -36.85 };

  it("is told in the nearest of eight directions", () => {
    const at = (lon: number, lat: number) => wayTo(here, { lon: here.lon + lon, lat: here.lat + lat }).wind;
    expect([at(0, 0.01), at(0.01, 0.008), at(0.01, 0), at(0.01, -0.008), at(0, -0.01), at(-0.01, -0.008), at(-0.01, 0), at(-0.01, 0.008)]).toEqual([
      "n", "ne", "e", "se", "s", "sw", "w", "nw",
    ]);
  });

  it("counts metres on the sphere, also across the antimeridian", () => {
    expect(wayTo(here, { lon: 174.76, lat: -36.853 }).metres).toBeCloseTo(333.6, 0);
    const across = wayTo({ lon: 179.999, lat: 0 }, { lon: -179.999, lat: 0 });
    expect(across.metres).toBeCloseTo(222.4, 0);
    expect(across.wind).toBe("e");
  });
});
