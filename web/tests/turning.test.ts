import { beforeEach, describe, expect, it, vi } from "vitest";
import { complete, understand, type Verdict } from "../src/kernel/grammar";
import type { AssignmentTold } from "../src/kernel/records";
import { AT, dispatchTold, incidentTold, pictureOf, unitTold, worldOf, type TestWorld } from "./builders";

vi.hoisted(() => {
  vi.stubGlobal("location", { search: "?lang=en" });
  vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => undefined });
  vi.stubGlobal("document", { documentElement: {} });
});
const { consequenceOf, hindranceWords, meaningOf } = await import("../src/console/state/meanings");
const { perform } = await import("../src/console/state/deeds");

type Desk = Parameters<typeof meaningOf>[0];
type Ways = Parameters<typeof consequenceOf>[1];

const order = (unit_id: string, changed: Partial<AssignmentTold> = {}): AssignmentTold => ({
  unit_id, status: "en_route", fence: 1, dispatched_at: AT, eta_at: null, acknowledge_by: null, reminded_at: null, steps: {}, ...changed,
});
const taken = (call_sign: string, incident_id: string, assignment_id: string) =>
  unitTold({ call_sign, incident_id, assignment_id, status: "en_route", primary: "not_available" });

/** E31 and E32 drive to 1043, E33 is at it, A07 carries from it, A08 is called back from it, E34 drives to 1044, E35 to what nobody here sees. */
let world: TestWorld;
beforeEach(() => {
  world = worldOf(
    pictureOf(
      ["incident", "i2", "incident", incidentTold({ number: 1042 })],
      ["incident", "i3", "incident", incidentTold({ number: 1043, priority: 2 })],
      ["incident", "i4", "incident", incidentTold({ number: 1044 })],
      ["incident", "i2", "dispatch", dispatchTold({ assignments: { a0: order("u0") } })],
      ["incident", "i3", "dispatch", dispatchTold({
        assignments: {
          a1: order("u1"), a2: order("u2", { status: "dispatched" }), a3: order("u3", { status: "on_scene" }),
          a7: order("u7", { status: "transporting" }), a8: order("u8", { recall: "requested" }),
        },
      })],
      ["incident", "i4", "dispatch", dispatchTold({ assignments: { a4: order("u4", { status: "acknowledged" }) } })],
      ["unit", "u0", "dispatch", taken("E30", "i2", "a0")],
      ["unit", "u1", "dispatch", taken("E31", "i3", "a1")],
      ["unit", "u2", "dispatch", taken("E32", "i3", "a2")],
      ["unit", "u3", "dispatch", taken("E33", "i3", "a3")],
      ["unit", "u4", "dispatch", taken("E34", "i4", "a4")],
      ["unit", "u5", "dispatch", taken("E35", "i9", "a9")],
      ["unit", "u6", "dispatch", unitTold({ call_sign: "E36" })],
      ["unit", "u7", "dispatch", taken("A07", "i3", "a7")],
      ["unit", "u8", "dispatch", taken("A08", "i3", "a8")],
      ["unit", "u9", "dispatch", unitTold({ call_sign: "L2", status: "out_of_service", primary: "not_available" })],
    ),
  );
});

const say = (line: string): Verdict => understand(line, world);
const why = (line: string) => {
  const verdict = say(line);
  return verdict.kind === "refused" ? verdict.hindrance : verdict;
};
const act = (line: string) => {
  const verdict = say(line);
  if (verdict.kind !== "ready" || verdict.act.do !== "dispatch") throw new Error(`${line}: ${JSON.stringify(verdict)}`);
  return verdict.act;
};

describe("a call sign with the mark", () => {
  it("turns a crew round that is on its way elsewhere", () => {
    expect(act("D 1042 !E31")).toMatchObject({ recommendation: null, units: [{ call_sign: "E31" }], turning: { leaving: ["a1"], standing_down: [] } });
    expect(act("d 1042 !e34 !E32 !E34")).toMatchObject({ units: [{ id: "u4" }, { id: "u2" }], turning: { leaving: ["a4", "a2"] } });
  });
  it("may be written as a Chinese keyboard gives it", () => {
    expect(act("Ｄ １０４２ ！Ｅ３１")).toMatchObject({ turning: { leaving: ["a1"] } });
  });
  it("is no more than an order where the unit is free", () => {
    expect(act("D 1042 !E36").turning).toBeUndefined();
    expect(act("D 1042 E36 !E31")).toMatchObject({ units: [{ id: "u6" }, { id: "u1" }], turning: { leaving: ["a1"] } });
  });
  it("works for the incident that is open", () => {
    world.selected = world.incidentByNumber(1042);
    expect(act("D !E31")).toMatchObject({ incident: { number: 1042 }, turning: { leaving: ["a1"] } });
  });
  it("is refused with the reason where the crew is past turning round", () => {
    expect(why("D 1042 !E33")).toEqual({ why: "crew_there", call_sign: "E33", number: 1043 });
    expect(why("D 1042 !A07")).toEqual({ why: "crew_transports", call_sign: "A07", number: 1043 });
    expect(why("D 1042 !A08")).toEqual({ why: "crew_recalled", call_sign: "A08", number: 1043 });
    expect(why("D 1042 !L2")).toEqual({ why: "unit_off", call_sign: "L2" });
    expect(why("D 1042 !E30")).toEqual({ why: "unit_taken", call_sign: "E30", number: 1042 });
  });
  it("takes nobody from an incident that this desk does not see", () => {
    expect(why("D 1042 !E35")).toEqual({ why: "unit_taken", call_sign: "E35", number: null });
    expect(hindranceWords({ why: "unit_taken", call_sign: "E35", number: null })).toBe("E35 is on an incident that you do not see");
  });
  it("needs the right to call crews back beside that to order", () => {
    world.may = (action) => action !== "assignment.recall";
    expect(why("D 1042 !E31")).toEqual({ why: "not_allowed" });
    expect(why("D 1042 E31")).toEqual({ why: "unit_taken", call_sign: "E31", number: 1043 });
    expect(act("D 1042 !E36")).toMatchObject({ units: [{ id: "u6" }] });
  });
  it("offers whoever can be turned round before whoever is free, and completes the first", () => {
    expect(say("D 1042 !")).toEqual({ kind: "more", wanted: "unit", options: ["!E31", "!E32", "!E34", "!E36"] });
    expect(say("D 1042 ！e3")).toMatchObject({ options: ["!E31", "!E32", "!E34", "!E36"] });
    expect(complete("D 1042 ！e3", ["!E31"], "unit")).toBe("D 1042 !E31 ");
    expect(why("D 1042 !X9")).toMatchObject({ why: "no_such_unit", call_sign: "X9" });
    expect(why("D 1042 ! E31")).toMatchObject({ why: "no_such_unit", call_sign: "!" });
  });
});

describe("without the mark", () => {
  it("whoever is only on its way is refused with how to turn it round", () => {
    expect(why("D 1042 E31")).toEqual({ why: "unit_under_way", call_sign: "E31", number: 1043, line: "D 1042 !E31" });
    expect(hindranceWords({ why: "unit_under_way", call_sign: "E31", number: 1043, line: "D 1042 !E31" })).toBe("E31 is on its way to 1043; D 1042 !E31 turns it round");
  });
  it("whoever is past that is refused with its reason", () => {
    expect(why("D 1042 E33")).toMatchObject({ why: "crew_there" });
    expect(why("D 1042 E30")).toMatchObject({ why: "unit_taken", number: 1042 });
  });
});

describe("in words", () => {
  const ways = { seconds: new Map([["u1", { travel_time_s: 252 }]]) } as unknown as Ways;
  const desk = () => ({
    incidents: () => world.incidents(),
    incidentsById: new Map([...world.incidents()].map((one) => [one.id, one])),
    typeOf: () => undefined,
    callSign: (id: string) => [...world.units()].find((one) => one.id === id)!.call_sign,
  }) as unknown as Desk;

  it("the meaning says from where it turns round, what comes of it what the other keeps", () => {
    const turned = act("D 1042 !E31");
    expect(meaningOf(desk(), turned)).toMatch(/^Send E31 → 1042.*; E31 turns round from 1043$/);
    expect(consequenceOf(desk(), ways, turned)).toBe("1043 (P2) keeps E32, E33; expected in 04:12");
  });
  it("says where nobody else is there or on its way", () => {
    expect(consequenceOf(desk(), ways, act("D 1042 !E34"))).toBe("nobody else is at 1044 (P1) or on its way to it; working out the roads…");
    expect(meaningOf(desk(), act("D 1042 !E31 !E32 !E34"))).toMatch(/; E31, E32 turn round from 1043; E34 turns round from 1044$/);
  });
  it("says nothing of others where nobody turns round", () => {
    expect(meaningOf(desk(), act("D 1042 E36"))).not.toContain("round");
    expect(consequenceOf(desk(), ways, act("D 1042 E36"))).toBe("working out the roads…");
  });
});

it("the order names what its crews leave", async () => {
  const sent: [string, unknown][] = [];
  const api = { post: (path: string, body: unknown) => (sent.push([path, body]), Promise.resolve({ assignments: [] })) };
  await perform(api as unknown as Parameters<typeof perform>[0], act("D 1042 !E31"));
  expect(sent).toEqual([["/v1/incidents/i2/dispatch", { unit_ids: ["u1"], leaving: ["a1"], standing_down: [] }]]);
});
