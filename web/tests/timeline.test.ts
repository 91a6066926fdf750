import { expect, test, vi } from "vitest";
import type { Entry } from "../src/console/state/answers";
import type { Desk } from "../src/console/state/desk.svelte";

vi.hoisted(() => {
  vi.stubGlobal("location", { search: "?lang=en" });
  vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => undefined });
  vi.stubGlobal("document", { documentElement: {} });
});
const { timelineLines } = await import("../src/console/state/timeline");

const NINE = Date.parse("2026-06-01T09:00:00Z");
const MINUTE_MS = 60_000;

/** A demo whose hours before were lived faster than the speed of now says. */
const desk = { isDemo: true, clock: { now: () => NINE + 180 * MINUTE_MS, speed: 1 }, zone: "Pacific/Auckland" } as Desk;

function entry(nth: number, changed: Partial<Entry>): Entry {
  return {
    fact_id: `f${nth}`, type: "org.beaconfire.incident.incident-located.v1", actor: "p1", seat: null,
    occurred_at: null, told_at: new Date(Date.now() - 60_000 + nth).toISOString(), data: {}, ...changed,
  } as Entry;
}

test("a line of which the time is reckoned stands between its neighbours", () => {
  const lines = timelineLines(desk, [
    entry(0, { occurred_at: new Date(NINE).toISOString() }),
    entry(1, {}),
    entry(2, { occurred_at: new Date(NINE + 5 * MINUTE_MS).toISOString() }),
    entry(3, {}),
  ]).reverse();
  expect(lines.map((line) => Math.round((line.at - NINE) / MINUTE_MS))).toEqual([0, 5, 5, 179]);
});

test("an alarm is told with all that it asks for, when it was struck", () => {
  const needs = [
    { capability: "engine", count: 2 },
    { capability: "ladder", count: 1, alternatives: ["rescue"], group: "pair" },
  ];
  const data = { level: 2, needs, struck_at: new Date(NINE).toISOString() };
  const [line] = timelineLines(desk, [entry(0, { type: "beaconfire.dispatch.next-alarm-struck.v1", data })]);
  expect(line!.at).toBe(NINE);
  expect(line!.text).toMatch(/^Struck: Alarm 2 · .+ 2.+\/.+ 1 \(together\)$/);
});

test("a line that was read does not move when the clock runs at another speed", () => {
  const clock = { now: () => NINE + 180 * MINUTE_MS, speed: 30 };
  const faster = { ...desk, clock } as Desk;
  const read = timelineLines(faster, [entry(9, {})]);
  clock.speed = 1;
  expect(timelineLines(faster, [entry(9, {})])).toEqual(read);
});

test("aid is told with whom, for what, and the answer; an order that nobody gave says so", () => {
  const known = { ...desk, body: () => ({ name_zh: "北区", name_en: "North" }), callSign: () => "E1" } as unknown as Desk;
  const at = new Date(NINE).toISOString();
  const needs = [{ capability: "engine", count: 2, alternatives: [], group: null }];
  const said = timelineLines(known, [
    entry(0, { type: "beaconfire.dispatch.aid-requested.v1", data: { body: "b", needs, asked_at: at } }),
    entry(1, { type: "beaconfire.dispatch.aid-answered.v1", data: { body: "b", state: "declined", answered_at: at } }),
    entry(2, { type: "beaconfire.dispatch.aid-exhausted.v1", data: { exhausted_at: at } }),
    entry(3, { type: "beaconfire.dispatch.assignment-dispatched.v1", data: { unit_id: "u", dispatched_at: at, is_automatic: true } }),
    entry(4, { type: "beaconfire.dispatch.assignment-dispatched.v1", data: { unit_id: "u", dispatched_at: at } }),
    entry(5, { type: "beaconfire.dispatch.on-viewed.v1", data: { unit_id: "u", occurred_at: at } }),
  ]).reverse();
  expect(said.map((line) => line.text)).toEqual([
    expect.stringMatching(/^Aid asked: North .+ 2$/), "Aid: North gives none", "Nobody could help: raised to the shift leader",
    "E1 ordered automatically, by policy", "E1 ordered", "E1 came upon it and began",
  ]);
  expect(said.every((line) => line.at === NINE)).toBe(true);
});

test("a refusal is told with its reason, and without one that nobody has a word for", () => {
  const told = (reason: string) => {
    const said = { ...desk, callSign: () => "E21" } as unknown as Desk;
    const [line] = timelineLines(said, [entry(0, { type: "beaconfire.dispatch.assignment-refused.v1", data: { unit_id: "u1", reason, occurred_at: new Date(NINE).toISOString() } })]);
    return line!.text;
  };
  expect(told("vehicle")).toBe("E21 refused: vehicle fault");
  expect(told("")).toBe("E21 refused");
});

test("casualties are told by class, and for which unit a bed is kept", () => {
  const known = { ...desk, callSign: () => "A1" } as unknown as Desk;
  const at = new Date(NINE).toISOString();
  const said = timelineLines(known, [
    entry(0, { type: "beaconfire.dispatch.casualties-counted.v1", data: { immediate: 2, delayed: 3, minor: 0, dead: 1, counted_at: at } }),
    entry(1, { type: "beaconfire.dispatch.destination-proposed.v1", data: { unit_id: "u", proposed_at: at } }),
    entry(2, { type: "beaconfire.dispatch.destination-released.v1", data: { unit_id: "u", released_at: at } }),
  ]).reverse();
  expect(said.map((line) => line.text)).toEqual([
    "Casualties: 2 immediate, 3 delayed, 0 minor, 1 dead", "A1: a bed is kept", "A1: its bed is released",
  ]);
});

test("a response that is told again asks for something else since then, and did not begin again", () => {
  const opened = (needs: object[]) => ({ type: "beaconfire.dispatch.response-opened.v1", data: { response_id: "re1", opened_at: new Date(NINE).toISOString(), needs } });
  const lines = timelineLines(desk, [
    entry(0, opened([{ capability: "ambulance", count: 4 }])),
    entry(1, { occurred_at: new Date(NINE + 7 * MINUTE_MS).toISOString() }),
    entry(2, opened([{ capability: "ambulance", count: 8 }])),
  ]);
  expect(lines.map((line) => line.text)).toEqual(["Now asks for: ambulance 8", expect.any(String), "Response began: ambulance 4"]);
  expect(lines[0]!.at).toBeGreaterThanOrEqual(NINE + 7 * MINUTE_MS);
});

test("how a grid task went on is told with its state and what was found", () => {
  const data = { state: "done", finding: "confirmed", reason: null };
  const [line] = timelineLines(desk, [entry(0, { type: "beaconfire.dispatch.task-state-changed.v1", data })]);
  expect(line!.text).toBe("Grid task: done · as reported");
});
