import { beforeEach, describe, expect, it, vi } from "vitest";
import { Api } from "../src/kernel/api";
import { understand, type Verdict } from "../src/kernel/grammar";
import { incidentOf, type OpenAssignment } from "../src/kernel/incidents";
import type { Desk } from "../src/console/state/desk.svelte";
import { AT, dispatchTold, incidentTold, pictureOf, unitTold, worldOf, type TestWorld } from "./builders";

vi.hoisted(() => {
  vi.stubGlobal("location", { search: "?lang=en" });
  vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => undefined });
  vi.stubGlobal("document", { documentElement: {} });
});
const { bedsLeft, hospitalChoices, takeTo } = await import("../src/console/state/hospitals");

const SENT = { unit_id: "u9", status: "en_route", fence: 1, dispatched_at: AT, eta_at: null, acknowledge_by: null, reminded_at: null, steps: {} } as const;
const SHORT = { recommendation_id: "rec1", units: [], short: [{ capability: "engine", count: 1, alternatives: [], group: null }], made_at: AT };
const ASKED = { root_id: "x", body: "b2", for_body: "b1", needs: [], state: "asked", asked_at: AT, due_at: AT, reason: null, unit_ids: [] } as const;

let world: TestWorld;
const say = (line: string): Verdict => understand(line, world);

beforeEach(() => {
  world = worldOf(
    pictureOf(
      ["incident", "i1", "incident", incidentTold({ number: 1042 })],
      ["incident", "i1", "dispatch", { ...dispatchTold(), recommendation: SHORT }],
      ["incident", "i2", "incident", incidentTold({ number: 1040 })],
      ["incident", "i2", "dispatch", { ...dispatchTold({ assignments: { a1: SENT } }), recommendation: SHORT, aid: { x: ASKED } }],
      ["incident", "i3", "incident", incidentTold({ number: 1041 })],
      ["incident", "i3", "dispatch", dispatchTold({ proposed: ["u7"] })],
      ["unit", "u7", "dispatch", unitTold({ call_sign: "A07" })],
      ["unit", "u8", "dispatch", unitTold({ call_sign: "A08", incident_id: "i2", assignment_id: "a2", status: "on_scene", primary: "not_available" })],
      ["unit", "u9", "dispatch", unitTold({ call_sign: "E21", incident_id: "i2", assignment_id: "a1", status: "en_route", primary: "not_available" })],
    ),
  );
});

describe("who is hurt, by line", () => {
  it("counts by class in one order, and what is left out is none", () => {
    expect(say("CA 1042 3 4 9 1")).toMatchObject({ act: { do: "casualties", incident: { number: 1042 }, immediate: 3, delayed: 4, minor: 9, dead: 1 } });
    expect(say("ca １０４２ ２")).toMatchObject({ act: { immediate: 2, delayed: 0, minor: 0, dead: 0 } });
  });
  it("asks for figures, and refuses words, negatives and a fifth class", () => {
    expect(say("CA 1042")).toMatchObject({ kind: "more", wanted: "counts" });
    expect(say("CA 1042 3 many")).toMatchObject({ hindrance: { why: "bad_count", text: "many" } });
    expect(say("CA 1042 -3")).toMatchObject({ hindrance: { why: "bad_count" } });
    expect(say("CA 1042 1 2 3 4 5")).toMatchObject({ hindrance: { why: "too_much", text: "5" } });
  });
});

describe("help from outside, by line", () => {
  it("asks for what is short", () => {
    expect(say("MA 1042")).toMatchObject({ act: { do: "aid", body: null, incident: { number: 1042 } } });
  });
  it("asks nobody where nothing is short, or somebody is asked already", () => {
    expect(say("MA 1041")).toMatchObject({ hindrance: { why: "nothing_short", number: 1041 } });
    expect(say("MA 1040")).toMatchObject({ hindrance: { why: "aid_asked", number: 1040 } });
  });
});

describe("an order called back, by line", () => {
  it("names the unit, or offers those on their way", () => {
    expect(say("RC e21")).toMatchObject({ act: { do: "recall", assignment_id: "a1", unit: { call_sign: "E21" } } });
    expect(say("RC")).toEqual({ kind: "more", wanted: "unit", options: ["E21"] });
  });
  it("calls back nobody who is there, or has no order", () => {
    expect(say("RC A08")).toMatchObject({ hindrance: { why: "there_already", call_sign: "A08" } });
    expect(say("RC A07")).toMatchObject({ hindrance: { why: "no_assignment" } });
  });
});

describe("a number alone, and a kind that is many", () => {
  it("is guessed to be flown to", () => {
    expect(say("1042")).toEqual({ kind: "unknown", verb: "1042", guess: "F 1042" });
    expect(say("7777")).toMatchObject({ kind: "unknown" });
  });
  it("names the first that it may be, with a place behind it", () => {
    expect(say("R fire @174.7,-36.8 smoke")).toMatchObject({ hindrance: { why: "no_such_type", guess: "fire.structure" } });
  });
});

const NEAR = { code: "H1", name_zh: "近", name_en: "Near", point: { lon: 174.77, lat: -36.86 }, beds_free: 2, beds_told_at: AT };
const FAR = { code: "H2", name_zh: "远", name_en: "Far", point: { lon: 174.97, lat: -36.86 } };

/** A desk as far as hospitals ask it, on a real way to the node whose answers are told beforehand. */
function deskOf(...answers: Response[]) {
  const asked: [string, unknown][] = [];
  const fetch = async (url: string, init: RequestInit) => {
    asked.push([url, JSON.parse(String(init.body))]);
    return answers.shift() ?? new Response("{}", { status: 500 });
  };
  const picture = pictureOf(
    ["incident", "i2", "incident", incidentTold()],
    ["incident", "i2", "dispatch", dispatchTold({ assignments: { a1: { ...SENT, status: "transporting", destination: { hospital_id: "h1", travel_time_s: 60 } } } })],
  );
  const sites = [{ id: "h1", kind: "hospital", ...NEAR }, { id: "h2", kind: "hospital", ...FAR }];
  const desk = {
    api: new Api({ fetch, wait: async () => undefined, now: () => 0 }),
    incidentsById: new Map([["i2", incidentOf(picture, "i2")!]]),
    sites: () => sites, hospital: (id: string) => sites.find((one) => one.id === id), callSign: () => "A07",
  } as unknown as Desk;
  return { desk, asked };
}
const CREW: OpenAssignment = { ...SENT, assignment_id: "a5", status: "on_scene", version: 3 };
const refusal = (code: string) => new Response(JSON.stringify({ code }), { status: 409 });

describe("where they are taken", () => {
  it("names the nearest first, and how many beds are left beside those on their way", () => {
    const { desk } = deskOf();
    expect(hospitalChoices(desk, { lon: 174.77, lat: -36.86 }).map((one) => one.name)).toEqual([expect.stringMatching(/^Near .*1 left$/), expect.stringMatching(/^Far · [\d.]+ km$/)]);
    expect(bedsLeft({ id: "h", told: FAR, beds_free: 1, beds_told_at: AT, kept: 3 })).toBe(0);
  });
  it("keeps the bed, then says that the unit goes there", async () => {
    const { desk, asked } = deskOf(new Response('{"hospital_id":"h2"}'), new Response('{"version":4}'));
    expect(await takeTo(desk, CREW, null)).toEqual({ text: "A07 goes to Far, a bed is kept", isKept: true });
    expect(asked).toEqual([
      ["/v1/assignments/a5/destination", {}],
      ["/v1/assignments/a5/transport", { source: "radio", hospital_id: "h2", version: 3 }],
    ]);
  });
  it("lets the patient go where no bed is left, and says so", async () => {
    const { desk, asked } = deskOf(refusal("no_bed_left"), new Response('{"version":4}'));
    expect(await takeTo(desk, CREW, "h1")).toMatchObject({ isKept: false, text: expect.stringContaining("no bed is kept") });
    expect(asked.at(-1)).toEqual(["/v1/assignments/a5/transport", expect.objectContaining({ hospital_id: "h1" })]);
  });
  it("only moves the bed of a unit that is on its way already", async () => {
    const { desk, asked } = deskOf(new Response('{"hospital_id":"h1"}'));
    await takeTo(desk, { ...CREW, status: "transporting" }, "h1");
    expect(asked).toHaveLength(1);
  });
  it("does not take another refusal for a missing bed", async () => {
    const { desk, asked } = deskOf(refusal("assignment_ended"));
    await expect(takeTo(desk, CREW, "h1")).rejects.toMatchObject({ code: "assignment_ended" });
    expect(asked).toHaveLength(1);
  });
});
