import { describe, expect, it } from "vitest";
import { desk as english } from "../src/console/words/en/desk";
import { desk as chinese } from "../src/console/words/zh/desk";
import { gapsOf, lateSince, type StepEntry } from "../src/kernel/steps";

function entry(step: string, data: Record<string, unknown> = {}): StepEntry {
  return { type: `beaconfire.dispatch.assignment-${step}.v1`, data: { assignment_id: "a1", ...data } };
}

describe("steps that were not told in time", () => {
  it("are late when told a minute after they happened, and then say when they were told", () => {
    expect(lateSince("2026-06-01T09:48:00Z", "2026-06-01T10:00:30Z")).toBe(Date.parse("2026-06-01T10:00:30Z"));
    expect(lateSince("2026-06-01T10:00:00Z", "2026-06-01T10:00:20Z")).toBeNull();
    expect(lateSince("2026-06-01T09:48:00Z", null)).toBeNull();
    expect(lateSince(undefined, "2026-06-01T10:00:30Z")).toBeNull();
  });
  it("leave a gap until they are in the record of this order and no other", () => {
    const there = entry("on-scene", { gaps: ["acknowledged", "en_route"] });
    const other = entry("en-route", { assignment_id: "a2" });
    expect(gapsOf(there, [there, other])).toEqual(["acknowledged", "en_route"]);
    expect(gapsOf(there, [there, entry("en-route")])).toEqual(["acknowledged"]);
    expect(gapsOf(entry("dispatched"), [there])).toEqual([]);
  });
  it("are spoken of in both languages", () => {
    expect([english.detail.gap("En route"), chinese.detail.gap("出动")]).toEqual(["no time for “En route”", "缺“出动”时间"]);
    expect([english.detail.silent(3), chinese.detail.silent(3)]).toEqual(["not heard from for 3 min", "3 分钟没有消息"]);
  });
});
