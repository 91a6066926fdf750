import { describe, expect, it } from "vitest";
import { zoneFeatures } from "../src/console/map/shapes";
import { understand, type Verdict } from "../src/kernel/grammar";
import { zoneKindOf, zonesOf } from "../src/kernel/zones";
import { AT, incidentTold, pictureOf, unitTold, worldOf } from "./builders";

const RING = [{ lon: 174.7, lat: -36.9 }, { lon: 174.72, lat: -36.9 }, { lon: 174.72, lat: -36.88 }, { lon: 174.7, lat: -36.9 }];
const ZONE = {
  version: 1, kind: "fire", severity: "severe", ring: RING, closes_roads: true, declared_at: AT, incident_id: "i1", stand_off_m: 0,
  centre: null, radius_m: null, ends_at: null,
};
const PICTURE = pictureOf(
  ["incident", "i1", "incident", incidentTold({ number: 1042 })],
  ["incident", "i2", "incident", incidentTold({ number: 1040 })],
  ["unit", "u1", "dispatch", unitTold({ call_sign: "E21" })],
  ["unit", "u1", "geo", { zones: { z1: { warned_at: AT } } }],
  ["unit", "u2", "geo", { zones: {} }],
  ["zone", "z1", "geo", ZONE],
  ["zone", "z2", "geo", { ...ZONE, lifted_at: AT }],
);
const say = (line: string): Verdict => understand(line, worldOf(PICTURE));

describe("hazard zones", () => {
  it("are in force until they are lifted, with the units inside", () => {
    const [zone, ...rest] = zonesOf(PICTURE);
    expect(rest).toEqual([]);
    expect(zone).toMatchObject({ id: "z1", unit_ids: ["u1"] });
    expect(zone?.middle.lon).toBeCloseTo(174.7133, 3);
  });
  it("are drawn with their stand-off, where they are circles", () => {
    const round = zonesOf(pictureOf(["zone", "z1", "geo", { ...ZONE, centre: RING[0], radius_m: 100, stand_off_m: 50 }]));
    expect(zoneFeatures(zonesOf(PICTURE)).features.map((one) => one.properties?.["part"])).toEqual(["hazard"]);
    expect(zoneFeatures(round).features.map((one) => one.properties?.["part"])).toEqual(["hazard", "stand_off"]);
  });
  it("are of the kind that their incident's type begins with", () => {
    expect([zoneKindOf("fire.structure"), zoneKindOf("medical.fall"), zoneKindOf(null)]).toEqual(["fire", "other", "other"]);
  });
});

describe("the line", () => {
  it("declares a circle of metres around an incident, and may leave roads open", () => {
    expect(say("z 1042 900")).toMatchObject({ act: { do: "zone", incident: { number: 1042 }, radius_m: 900, closes: true } });
    expect(say("Ｚ １０４２ ３００m open")).toMatchObject({ act: { radius_m: 300, closes: false } });
    expect(say("Z 1042")).toMatchObject({ kind: "more", wanted: "metres" });
    expect(say("Z 1042 900 o")).toMatchObject({ kind: "more", options: ["open"] });
  });
  it("takes no radius that is none", () => {
    expect(say("Z 1042 0")).toMatchObject({ hindrance: { why: "bad_metres", text: "0" } });
    expect(say("Z 1042 0.5")).toMatchObject({ hindrance: { why: "bad_metres" } });
    expect(say("Z 1042 60000")).toMatchObject({ hindrance: { why: "bad_metres" } });
    expect(say("Z 1042 wide")).toMatchObject({ hindrance: { why: "bad_metres" } });
    expect(say("Z 1042 900 shut")).toMatchObject({ hindrance: { why: "too_much", text: "shut" } });
  });
  it("lifts the zone of an incident, where there is one", () => {
    expect(say("ZL 1042")).toMatchObject({ act: { do: "lift", zone: { id: "z1" } } });
    expect(say("ZL 1040")).toEqual({ kind: "refused", hindrance: { why: "no_zone", number: 1040 } });
  });
  it("offers neither to whom it is not allowed", () => {
    const world = { ...worldOf(PICTURE), may: () => false };
    expect(understand("Z 1042 900", world)).toMatchObject({ hindrance: { why: "not_allowed" } });
  });
});
