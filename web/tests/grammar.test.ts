import { beforeEach, describe, expect, it } from "vitest";
import { complete, understand, type Verdict } from "../src/kernel/grammar";
import { AT, dispatchTold, incidentTold, pictureOf, unitTold, worldOf, type TestWorld } from "./builders";

const SENT = {
  unit_id: "u9", status: "en_route", fence: 1, dispatched_at: AT, eta_at: null, acknowledge_by: null, reminded_at: null, steps: {},
} as const;

let world: TestWorld;
const say = (line: string): Verdict => understand(line, world);
const act = (line: string) => {
  const verdict = say(line);
  if (verdict.kind !== "ready") throw new Error(`${line}: ${JSON.stringify(verdict)}`);
  return verdict.act;
};

beforeEach(() => {
  world = worldOf(
    pictureOf(
      ["incident", "i1", "incident", incidentTold({ number: 1042 })],
      ["incident", "i2", "incident", incidentTold({ number: 1040 })],
      ["incident", "i3", "incident", incidentTold({ number: 1021, status: "closed" })],
      ["incident", "i1", "dispatch", dispatchTold({ proposed: ["u7", "u8"] })],
      ["incident", "i2", "dispatch", dispatchTold({ alarm_level: 3, assignments: { a1: { ...SENT, version: 3 } } })],
      ["unit", "u7", "dispatch", unitTold({ call_sign: "A07" })],
      ["unit", "u8", "dispatch", unitTold({ call_sign: "A08" })],
      ["unit", "u9", "dispatch", unitTold({ call_sign: "E21", incident_id: "i2", assignment_id: "a1", status: "en_route", primary: "not_available" })],
      ["unit", "u5", "dispatch", unitTold({ call_sign: "L2", status: "out_of_service", primary: "not_available" })],
    ),
  );
});

describe("dispatching", () => {
  it("sends the named units", () => {
    expect(act("d 1042 a07 A08 A07")).toMatchObject({
      do: "dispatch", recommendation: null, incident: { number: 1042 }, units: [{ call_sign: "A07" }, { call_sign: "A08" }],
    });
  });
  it("without units accepts the recommendation", () => {
    expect(act("D 1042")).toMatchObject({ recommendation: "rec1", units: [{ id: "u7" }, { id: "u8" }], turning: { leaving: [], standing_down: [] } });
    expect(say("D 1040")).toMatchObject({ hindrance: { why: "nothing_recommended" } });
  });
  it("reads full-width letters and figures", () => {
    expect(act("Ｄ １０４２ Ａ０７")).toMatchObject({ do: "dispatch", units: [{ id: "u7" }] });
  });
  it("says what a unit that is busy is on its way to, and how to turn it round", () => {
    expect(say("D 1042 E21")).toEqual({ kind: "refused", hindrance: { why: "unit_under_way", call_sign: "E21", number: 1040, line: "D 1042 !E21" } });
    expect(say("D 1042 L2")).toMatchObject({ hindrance: { why: "unit_off" } });
  });
  it("offers free units that begin so, and completes the first", () => {
    const verdict = say("D 1042 A0");
    expect(verdict).toEqual({ kind: "more", wanted: "unit", options: ["A07", "A08"] });
    expect(complete("D 1042 A0", ["A07", "A08"])).toBe("D 1042 A07 ");
  });
  it("guesses a call sign and a number that were mistyped", () => {
    expect(say("D 1042 X07 A08")).toMatchObject({ hindrance: { why: "no_such_unit", guess: "A07" } });
    expect(say("D 1942 A07")).toMatchObject({ hindrance: { why: "no_such_incident", guess: "1042" } });
  });
  it("sends nobody to what is over", () => {
    expect(say("D 1021 A07")).toMatchObject({ hindrance: { why: "incident_over" } });
  });
  it("takes the selected incident where no number is said", () => {
    world.selected = world.incidentByNumber(1042);
    expect(act("D A07")).toMatchObject({ incident: { number: 1042 } });
  });
});

describe("alarms", () => {
  it("strikes the next alarm, or the one that is named", () => {
    expect(act("S 1042")).toMatchObject({ do: "alarm", incident: { number: 1042 }, level: 2 });
    expect(act("s 1042 ３")).toMatchObject({ do: "alarm", level: 3 });
    world.selected = world.incidentByNumber(1042);
    expect(act("S")).toMatchObject({ do: "alarm", level: 2 });
    expect(act("S 4")).toMatchObject({ do: "alarm", incident: { number: 1042 }, level: 4 });
  });
  it("refuses a level that no card has, one that was struck, and more words", () => {
    expect(say("S 1042 1")).toMatchObject({ hindrance: { why: "bad_level" } });
    expect(say("S 1042 x")).toMatchObject({ hindrance: { why: "bad_level" } });
    expect(say("S 1042 11")).toMatchObject({ hindrance: { why: "bad_level" } });
    expect(say("S 1042 2 3")).toMatchObject({ hindrance: { why: "too_much" } });
    expect(say("S 1040 3")).toMatchObject({ hindrance: { why: "alarm_struck", level: 3 } });
    expect(act("S 1040")).toMatchObject({ level: 4 });
    expect(say("S 1021")).toMatchObject({ hindrance: { why: "incident_over" } });
  });
  it("needs the right to strike", () => {
    world.may = (action) => action !== "alarm.strike";
    expect(say("S 1042")).toMatchObject({ hindrance: { why: "not_allowed" } });
  });
});

describe("other verbs", () => {
  it("takes, sets a priority, closes, notes, flies and merges", () => {
    expect(act("T 1042")).toMatchObject({ do: "take" });
    expect(act("P 1042 1")).toMatchObject({ do: "priority", priority: 1 });
    expect(act("C 1042 resolved")).toMatchObject({ do: "close", disposition: "resolved" });
    expect(act("N 1042 望见浓烟 second floor")).toMatchObject({ do: "note", text: "望见浓烟 second floor" });
    expect(act("F 1021")).toMatchObject({ do: "fly", incident: { number: 1021 } });
    expect(act("F a07")).toMatchObject({ do: "fly", unit: { id: "u7" } });
    expect(act("M 1042 1040")).toMatchObject({ do: "merge", incident: { number: 1042 }, into: { number: 1040 } });
    expect(act("?")).toEqual({ do: "help" });
  });
  it("does not call ready what somebody's rights never allow", () => {
    const rights = new Set(["report.create", "incident.reclassify", "incident.note", "incident.take"]);
    world.may = (action) => rights.has(action);
    for (const line of ["D 1042 A07", "C 1042 resolved", "M 1042 1040", "OS E21", "MA 1042", "RC E21", "CA 1042 1"]) {
      expect(say(line)).toEqual({ kind: "refused", hindrance: { why: "not_allowed" } });
    }
    expect(say("P 1042 2")).toEqual({ kind: "refused", hindrance: { why: "leaders_to_lower" } });
    for (const line of ["D", "D 1040", "C 9999", "OS"]) {
      expect(say(line)).toEqual({ kind: "refused", hindrance: { why: "not_allowed" } });
    }
    for (const line of ["P 1042 1", "N 1042 smoke", "T 1042", "F 1042", "?"]) expect(act(line)).toBeTruthy();
    rights.add("priority.override");
    expect(act("P 1042 2")).toMatchObject({ do: "priority", priority: 2 });
  });
  it("says what is missing", () => {
    expect(say("")).toEqual({ kind: "empty" });
    expect(say("T")).toEqual({ kind: "more", wanted: "incident", options: ["1040", "1042"] });
    expect(say("P 1042")).toMatchObject({ wanted: "priority" });
    expect(say("C 1042 re")).toEqual({ kind: "more", wanted: "disposition", options: ["resolved"] });
    expect(say("M 1042")).toMatchObject({ wanted: "target" });
  });
  it("refuses what cannot be", () => {
    expect(say("P 1042 7")).toMatchObject({ hindrance: { why: "bad_priority" } });
    expect(say("M 1042 1042")).toMatchObject({ hindrance: { why: "same_incident" } });
    expect(say("T 1042 now")).toMatchObject({ hindrance: { why: "too_much" } });
    expect(say("DD 1042")).toMatchObject({ kind: "unknown", guess: "D" });
  });
  it("with a selection needs no number", () => {
    world.selected = world.incidentByNumber(1042);
    expect(act("P 2")).toMatchObject({ do: "priority", priority: 2, incident: { number: 1042 } });
    expect(act("M 1040")).toMatchObject({ do: "merge", incident: { number: 1042 }, into: { number: 1040 } });
    expect(act("T")).toMatchObject({ do: "take" });
  });
  it("moves a unit on by what its crew says on the radio", () => {
    expect(act("OS E21")).toEqual({
      do: "step", unit: world.unitByCallSign("E21"), step: "on-scene", assignment_id: "a1", version: 3, occurred_at: null,
    });
    expect(say("ER A07")).toMatchObject({ hindrance: { why: "no_assignment" } });
    expect(say("AK")).toEqual({ kind: "more", wanted: "unit", options: ["E21"] });
  });
});

describe("a step told late", () => {
  const MINUTE_MS = 60_000;
  it("happened at the nearest such time of the zone that has passed", () => {
    world.now = Date.parse("2026-06-01T10:00:30Z"); // 22:00:30 in Auckland
    expect(act("OS E21 21:48")).toMatchObject({ step: "on-scene", version: 3, occurred_at: Date.parse("2026-06-01T09:48:00Z") });
    expect(act("AK E21 22:00")).toMatchObject({ occurred_at: Date.parse("2026-06-01T10:00:00Z") });
    world.now = Date.parse("2026-06-01T12:10:00Z"); // ten past midnight
    expect(act("CL E21 23:55")).toMatchObject({ step: "clear", occurred_at: Date.parse("2026-06-01T11:55:00Z") });
  });
  it("keeps the time that was said across a night in which clocks are moved", () => {
    world.now = Date.parse("2026-04-04T16:00:00Z"); // 04:00; at 03:00 summer time it became 02:00
    expect(act("OS E21 01:30")).toMatchObject({ occurred_at: Date.parse("2026-04-04T12:30:00Z") });
    world.now = Date.parse("2026-09-26T16:00:00Z"); // 05:00; 02:00 became 03:00
    expect(act("OS E21 01:30")).toMatchObject({ occurred_at: Date.parse("2026-09-26T13:30:00Z") });
    expect(say("OS E21 02:30")).toMatchObject({ hindrance: { why: "bad_time", text: "02:30" } });
  });
  it("or so many minutes ago", () => {
    expect(act("ER E21 -5")).toMatchObject({ step: "en-route", occurred_at: world.now - 5 * MINUTE_MS });
    expect(act("ER E21 －１２")).toMatchObject({ occurred_at: world.now - 12 * MINUTE_MS });
  });
  it("lies never in the future and never half a day back", () => {
    expect(say("OS E21 22:05")).toMatchObject({ hindrance: { why: "bad_time", text: "22:05" } });
    expect(say("OS E21 24:10")).toMatchObject({ hindrance: { why: "bad_time" } });
    expect(say("OS E21 -900")).toMatchObject({ hindrance: { why: "bad_time" } });
  });
  it("waits for a time half typed, and takes nothing else", () => {
    for (const half of ["2", "21", "21:", "21:4", "-"]) expect(say(`OS E21 ${half}`)).toMatchObject({ kind: "more", wanted: "time" });
    expect(say("OS E21 soon")).toMatchObject({ hindrance: { why: "too_much", text: "soon" } });
    expect(say("OS E21 21:48 now")).toMatchObject({ hindrance: { why: "too_much", text: "now" } });
  });
});

describe("a new report", () => {
  it("takes a type by code or name, a place and words", () => {
    expect(act("R fire.structure @174.76,-36.85 二楼冒烟")).toMatchObject({
      do: "report", type: { code: "fire.structure" }, place: { lon: 174.76, lat: -36.85 }, text: "二楼冒烟",
    });
    expect(act('R 建筑火灾 smoke @"Queen St / Shortland" on roof')).toMatchObject({
      place: { address: "Queen St / Shortland" }, text: "smoke  on roof",
    });
  });
  it("takes the signs of a Chinese keyboard for a place, and half a pair for no place on earth", () => {
    expect(act("R fire.structure ＠１７４.76，-36.85 二楼冒烟")).toMatchObject({ place: { lon: 174.76, lat: -36.85 }, text: "二楼冒烟" });
    expect(act("R fire.structure @“皇后街 路口” 冒烟")).toMatchObject({ place: { address: "皇后街 路口" }, text: "冒烟" });
    expect(act("R fire.structure @174.76, smoke")).toMatchObject({ place: { address: "174.76," } });
  });
  it("takes the place pointed at on the map", () => {
    expect(say("R fire.structure @ smoke")).toMatchObject({ hindrance: { why: "nothing_pointed" } });
    world.pointed = { lon: 174.7, lat: -36.8 };
    expect(act("R fire.structure @ smoke")).toMatchObject({ place: { lon: 174.7 }, text: "smoke" });
  });
  it("offers the types that sound alike", () => {
    expect(say("R fire")).toMatchObject({ wanted: "type", options: ["fire.structure", "fire.alarm"] });
    expect(say("R fier.alarm x")).toMatchObject({ hindrance: { why: "no_such_type", guess: "fire.alarm" } });
  });
});

describe("closing", () => {
  it("waits until nobody is at it any more", () => {
    const assignment = {
      unit_id: "u9", status: "on_scene", fence: 1, dispatched_at: "2026-06-01T10:00:00Z", eta_at: null,
      acknowledge_by: null, reminded_at: null, steps: {},
    } as const;
    world = worldOf(
      pictureOf(
        ["incident", "i1", "incident", incidentTold({ number: 1042 })],
        ["incident", "i1", "dispatch", dispatchTold({ assignments: { a1: assignment } })],
      ),
    );
    expect(say("C 1042 resolved")).toEqual({ kind: "refused", hindrance: { why: "units_at_it", number: 1042, count: 1 } });
  });
});
