import { describe, expect, it } from "vitest";
import { boundsOf, circle, incidentFeatures, metresBetween, standingShifts } from "../src/console/map/shapes";
import { incidentOf } from "../src/kernel/incidents";
import { unitOf } from "../src/kernel/units";
import { incidentTold, pictureOf, unitTold } from "./builders";

const HOME = { lon: 174.76, lat: -36.86 };
const SCENE = { lon: 174.8, lat: -36.9 };
const picture = pictureOf(
  ["station", "st1", "dispatch", { code: "S", name_zh: "", name_en: "", point: HOME }],
  ["unit", "a", "dispatch", unitTold({ call_sign: "A1" })],
  ["unit", "b", "dispatch", unitTold({ call_sign: "A2" })],
  ["unit", "c", "dispatch", unitTold({ call_sign: "A3", incident_id: "i1", status: "on_scene" })],
  ["incident", "i1", "incident", incidentTold({ place: { state: "confirmed", point: SCENE, uncertainty_m: 5, method: "map", confidence: null } })],
  ["incident", "i2", "incident", incidentTold({ status: "closed" })],
  ["incident", "i3", "incident", incidentTold({ place: { state: "unlocated", point: null, uncertainty_m: null, method: null, confidence: null } })],
);

describe("the map's shapes", () => {
  it("measure metres and draw circles to scale", () => {
    expect(metresBetween(HOME, { lon: 174.76, lat: -36.87 })).toBeCloseTo(1_112, 0);
    const [ring] = circle(HOME.lon, HOME.lat, 180).coordinates;
    for (const [lon, lat] of ring!) expect(metresBetween(HOME, { lon: lon!, lat: lat! })).toBeCloseTo(180, 0);
  });
  it("have a west, a south, an east and a north", () => {
    expect(boundsOf([SCENE, HOME, { lon: 174.78, lat: -36.95 }])).toEqual([174.76, -36.95, 174.8, -36.86]);
  });
  it("show incidents that are open and have a place", () => {
    const incidents = ["i1", "i2", "i3"].map((id) => incidentOf(picture, id)!);
    const { features } = incidentFeatures(incidents, "i1");
    expect(features.map((one) => one.properties)).toEqual([{ id: "i1", priority: 1, selected: true, opacity: 1 }]);
  });
  it("stand units of a station side by side above it, those at an incident below it", () => {
    const units = ["a", "b", "c"].map((id) => unitOf(picture, id)!);
    const shifts = standingShifts(units, (unit) => (unit.id === "c" ? SCENE : HOME), () => SCENE);
    expect(shifts.get("a")![0]).toBe(-shifts.get("b")![0]);
    expect(shifts.get("a")![1]).toBeLessThan(0);
    expect(shifts.get("c")![1]).toBeGreaterThan(0);
  });
});
