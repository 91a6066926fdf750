import { expect, it, vi } from "vitest";
import type { Desk } from "../src/console/state/desk.svelte";
import type { Ways } from "../src/console/state/ways.svelte";
import { unitOf } from "../src/kernel/units";
import { pictureOf, unitTold } from "./builders";

vi.hoisted(() => {
  vi.stubGlobal("location", { search: "?lang=en" });
  vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => undefined });
  vi.stubGlobal("document", { documentElement: {} });
});
const { labelsOf } = await import("../src/console/map/labels");

const unit = unitOf(pictureOf(["unit", "u1", "dispatch", unitTold()]), "u1")!;
const desk = { selected: undefined, zonesInForce: [], unitsById: new Map([["u1", unit]]), whereabouts: () => ({ lon: 174.7, lat: -36.9 }) } as unknown as Desk;
const ways = { seconds: new Map([["u1", { travel_time_s: 104 }]]) } as unknown as Ways;

it("says of who is proposed what the advice says, turnout and all; of anybody else the time on the road", () => {
  const line = (expected: ReadonlyMap<string, number>) => labelsOf({ desk, ways, proposed: [unit], expected, picked: null })[0]!.lines[0];

  expect(line(new Map([["u1", 164]]))).toBe(`${unit.call_sign} 02:44`);
  expect(line(new Map())).toBe(`${unit.call_sign} 01:44`);
});
