import { beforeEach, describe, expect, it } from "vitest";
import { complete, understand, type Verdict } from "../src/kernel/grammar";
import { dispatchTold, incidentTold, pictureOf, unitTold, worldOf, type TestWorld } from "./builders";

let world: TestWorld;
const say = (line: string): Verdict => understand(line, world);

beforeEach(() => {
  world = worldOf(
    pictureOf(
      ["incident", "i1", "incident", incidentTold({ number: 1042 })],
      ["incident", "i1", "dispatch", dispatchTold({ proposed: ["u7"] })],
      ["incident", "i3", "incident", incidentTold({ number: 1021, status: "closed" })],
      ["station", "st1", "dispatch", { code: "S1", name_zh: "站", name_en: "Station", point: { lon: 174.7, lat: -36.9 } }],
      ["unit", "u7", "dispatch", unitTold({ call_sign: "A07", capabilities: ["ambulance", "als"] })],
      ["unit", "u8", "dispatch", unitTold({ call_sign: "A08" })],
    ),
  );
});

describe("a desk's word on a unit", () => {
  it("keeps it for an incident, named or selected", () => {
    expect(say("K 1042 a07")).toMatchObject({ act: { do: "instruct", kind: "kept", reason: null, unit: { id: "u7" }, incident: { number: 1042 } } });
    world.selected = world.incidentByNumber(1042);
    expect(say("K A08")).toMatchObject({ act: { do: "instruct", unit: { id: "u8" } } });
  });
  it("vetoes it there only with a reason, which Tab completes", () => {
    expect(say("V 1042 A07")).toMatchObject({ kind: "more", wanted: "reason" });
    expect(complete("V 1042 A07", ["equipment"], "reason")).toBe("V 1042 A07 equipment ");
    expect(complete("V 1042 A07 cr", ["crew"], "reason")).toBe("V 1042 A07 crew ");
    expect(complete("C", ["1042"], "incident")).toBe("C 1042 ");
    expect(complete("R 跌倒", ["medical.fall"], "type")).toBe("R medical.fall ");
    expect(say("V 1042 A07 cr")).toEqual({ kind: "more", wanted: "reason", options: ["crew"] });
    expect(say("V 1042 A07 crew")).toMatchObject({ act: { do: "instruct", kind: "vetoed", reason: "crew" } });
    expect(say("V 1042 A07 whim")).toMatchObject({ hindrance: { why: "no_such_reason", text: "whim" } });
  });
  it("is taken back", () => {
    expect(say("U 1042 A07")).toMatchObject({ act: { do: "uninstruct", unit: { id: "u7" } } });
    expect(say("U 1042 A07 now")).toMatchObject({ hindrance: { why: "too_much" } });
  });
  it("offers those that are proposed, guesses what was mistyped, and says nothing where all is over", () => {
    expect(say("K 1042")).toEqual({ kind: "more", wanted: "unit", options: ["A07"] });
    expect(say("K 1042 A99")).toMatchObject({ hindrance: { why: "no_such_unit" } });
    expect(say("V 1021 A07 crew")).toMatchObject({ hindrance: { why: "incident_over" } });
  });
  it("is not offered to whom it is not allowed", () => {
    const taker = { ...world, may: (action: string) => action !== "unit.instruct" };
    expect(understand("K 1042 A07", taker)).toMatchObject({ hindrance: { why: "not_allowed" } });
  });
});

describe("layers by line", () => {
  it("ask for a place and minutes, in either order of what is known", () => {
    expect(say("L reach A07 10")).toMatchObject({ act: { layer: "reach", minutes: 10, from: { name: "A07", unit_id: "u7", lon: 174.7 } } });
    expect(say("L reach 1042")).toMatchObject({ act: { minutes: 8, from: { name: "1042", unit_id: null } } });
    expect(say("L reach")).toMatchObject({ hindrance: { why: "nothing_pointed" } });
    world.pointed = { lon: 174.8, lat: -36.8 };
    expect(say("L reach 5")).toMatchObject({ act: { minutes: 5, from: { lon: 174.8, name: "" } } });
    expect(say("L reach X1")).toMatchObject({ hindrance: { why: "no_such_place" } });
    expect(say("L reach A07 0")).toMatchObject({ hindrance: { why: "bad_minutes" } });
    expect(say("L reach A07 61")).toMatchObject({ hindrance: { why: "bad_minutes" } });
  });
  it("ask for a capability that some unit has", () => {
    expect(say("L cover")).toMatchObject({ act: { layer: "cover", capability: null, minutes: 8 } });
    expect(say("L cover als 5")).toMatchObject({ act: { capability: "als", minutes: 5 } });
    expect(say("L cover al")).toEqual({ kind: "more", wanted: "layer", options: ["als"] });
  });
  it("are named in Chinese too, completed and turned off", () => {
    expect(say("L 热点 72")).toMatchObject({ act: { layer: "hot", hours: 72 } });
    expect(say("L hot 0")).toMatchObject({ hindrance: { why: "bad_hours" } });
    expect(say("L")).toEqual({ kind: "more", wanted: "layer", options: ["closed", "reach", "cover", "hot", "off"] });
    expect(say("L re")).toEqual({ kind: "more", wanted: "layer", options: ["reach"] });
    expect(say("L mist")).toMatchObject({ hindrance: { why: "no_such_layer" } });
    expect(say("L off")).toMatchObject({ act: { layer: "off" } });
  });
});

describe("drawing and asking by line", () => {
  it("takes the pen for a polygon or a circle", () => {
    expect(say("ZD")).toMatchObject({ act: { do: "draw", shape: "polygon" } });
    expect(say("ZD 圆")).toMatchObject({ act: { shape: "circle" } });
    expect(say("ZD ci")).toEqual({ kind: "more", wanted: "shape", options: ["circle"] });
    expect(say("ZD heart")).toMatchObject({ hindrance: { why: "too_much" } });
  });
  it("asks what would be sent, there or where the map was pointed at", () => {
    expect(say("W")).toMatchObject({ act: { do: "preview", type: null, place: null } });
    expect(say("W fire.structure @174.7,-36.9")).toMatchObject({ act: { type: { code: "fire.structure" }, place: { lon: 174.7 } } });
    expect(say("W fire")).toMatchObject({ kind: "more", wanted: "type" });
    expect(say("W dragon")).toMatchObject({ hindrance: { why: "no_such_type" } });
    world.pointed = { lon: 174.8, lat: -36.8 };
    expect(say("W 跌倒")).toMatchObject({ act: { type: { code: "medical.fall" }, place: { lon: 174.8 } } });
  });
});
