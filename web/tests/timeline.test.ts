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
