import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Dossier, type Filed } from "../src/console/state/dossier.svelte";
import { Problem } from "../src/kernel/api";
import type { FactBrief } from "../src/kernel/generated/contracts";

const FILE = { id: "i1", reports: [{ report_id: "r1" }] };
const TIMELINE = { items: [{ fact_id: "f1" }], next: null };
const ADVICE = { incident_id: "i1", options: [] };

const SAID = { items: [{ unit_id: "u1", kind: "kept" }] };

const down = () => new Problem(502, "http_502", "away", null, {});

/** Services that may be down, refuse, or answer when the test says so. */
class Services implements Filed {
  readonly factListeners = new Set<(fact: FactBrief, kind: string, id: string) => void>();
  readonly clock = { now: () => Date.now() };
  readonly asked: string[] = [];
  readonly failing = new Map<string, unknown>();
  answers: Readonly<Record<string, unknown>> = { file: FILE, timeline: TIMELINE, recommendation: ADVICE, instructions: SAID };
  held: ((told: unknown) => void)[] | null = null;
  readonly api = {
    get: <T>(path: string): Promise<T> => {
      const part = /timeline|recommendation|instructions/.exec(path)?.[0] ?? "file";
      this.asked.push(part);
      if (this.held && part === "file") return new Promise<T>((done) => this.held!.push(done as (told: unknown) => void));
      return this.failing.has(part) ? Promise.reject(this.failing.get(part)) : Promise.resolve(this.answers[part] as T);
    },
  };

  tell(): void {
    for (const listen of this.factListeners) listen({} as FactBrief, "incident", "i1");
  }

  times(part: string): number {
    return this.asked.filter((one) => one === part).length;
  }
}

const settle = () => vi.advanceTimersByTimeAsync(0);

describe("the file of the selected incident", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("says that it could not be read while a service is down, and is read by itself afterwards", async () => {
    const services = new Services();
    services.failing.set("file", down()).set("timeline", new TypeError("cut off in the middle"));
    const dossier = new Dossier(services);
    expect(dossier.reading.file).toBe("reading");
    dossier.open("i1");
    await settle();
    expect({ ...dossier.reading }).toEqual({ file: "unread", timeline: "unread", advice: "read", instructions: "read" });

    services.failing.clear();
    await vi.advanceTimersByTimeAsync(1_000);

    expect({ ...dossier.reading }).toEqual({ file: "read", timeline: "read", advice: "read", instructions: "read" });
    expect([dossier.reports, dossier.entries]).toEqual([FILE.reports, TIMELINE.items]);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(services.times("file")).toBe(2);
  });

  it("is tried with growing pauses, for ever, until another is opened or none", async () => {
    const services = new Services();
    services.failing.set("recommendation", down());
    const dossier = new Dossier(services);
    dossier.open("i1");
    for (const [after_s, times] of [[0, 1], [1, 2], [2, 3], [4, 4], [8, 5], [15, 6], [15, 7], [150, 17]] as const) {
      await vi.advanceTimersByTimeAsync(after_s * 1_000);
      expect(services.times("recommendation")).toBe(times);
    }

    dossier.open(null);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(services.times("recommendation")).toBe(17);
  });

  it("keeps reports and record that were read, but nobody's old advice", async () => {
    const services = new Services();
    const dossier = new Dossier(services);
    dossier.open("i1");
    await settle();
    for (const part of ["file", "timeline", "recommendation"]) services.failing.set(part, down());
    services.tell();
    await vi.advanceTimersByTimeAsync(250);

    expect([dossier.reports.length, dossier.entries.length, dossier.advice]).toEqual([1, 1, null]);
    expect({ ...dossier.reading }).toEqual({ file: "unread", timeline: "unread", advice: "unread", instructions: "read" });
  });

  it("is not asked again where the answer is no, nor where a fact will tell that there is something", async () => {
    const services = new Services();
    services.failing.set("file", new Problem(403, "forbidden", "", null, {})).set("recommendation", new Problem(404, "not_found", "", null, {}));
    const dossier = new Dossier(services);
    dossier.open("i1");
    await vi.advanceTimersByTimeAsync(60_000);
    expect({ ...dossier.reading }).toEqual({ file: "refused", timeline: "read", advice: "reading", instructions: "read" });
    expect(services.asked.length).toBe(4);

    services.failing.clear();
    services.tell();
    await vi.advanceTimersByTimeAsync(250);
    expect([dossier.reading.file, dossier.reading.advice]).toEqual(["read", "read"]);
  });

  it("is not overwritten by an older answer that arrives late", async () => {
    const services = new Services();
    const dossier = new Dossier(services);
    services.held = [];
    dossier.open("i1");
    services.tell();
    await vi.advanceTimersByTimeAsync(250);
    const [older, newer] = services.held;
    newer!({ id: "i1", reports: [{ report_id: "r1" }, { report_id: "r2" }] });
    await settle();
    older!(FILE);
    await settle();

    expect(dossier.reports.length).toBe(2);
  });

  it("looks every few seconds for what another desk said of a unit, and for nothing else", async () => {
    const services = new Services();
    const dossier = new Dossier(services);
    dossier.open("i1");
    await settle();
    services.answers = { ...services.answers, instructions: { items: [] } };
    await vi.advanceTimersByTimeAsync(5_000);

    expect(dossier.instructions).toEqual([]);
    expect([services.times("instructions"), services.times("recommendation"), services.times("file")]).toEqual([2, 2, 1]);
    services.failing.set("instructions", down());
    await vi.advanceTimersByTimeAsync(5_000);
    expect(dossier.reading.instructions).toBe("unread");
    services.failing.clear();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(dossier.reading.instructions).toBe("read");
    dossier.open(null);
    const asked = services.asked.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(services.asked.length).toBe(asked);
  });
});
