import { describe, expect, it } from "vitest";
import type { Api } from "../src/kernel/api";
import { tellStep } from "../src/console/state/deeds";

/** Answers every step with the next version, and keeps what was sent. */
class Recorder {
  readonly sent: [path: string, body: unknown][] = [];
  post(path: string, body: unknown): Promise<{ version: number }> {
    this.sent.push([path, body]);
    return Promise.resolve({ version: 4 + this.sent.length });
  }
}

describe("a step told by radio", () => {
  it("names the version that the desk saw, and after its own step the one that it made", async () => {
    const recorder = new Recorder();
    const api = recorder as unknown as Api;
    await tellStep(api, "a1", "acknowledge", { version: 4 });
    await tellStep(api, "a1", "en-route", { version: 4 });
    await tellStep(api, "a1", "on-scene", { version: 9 });
    await tellStep(api, "a2", "acknowledge", { version: null });
    expect(recorder.sent).toEqual([
      ["/v1/assignments/a1/acknowledge", { source: "radio", version: 4 }],
      ["/v1/assignments/a1/en-route", { source: "radio", version: 5 }],
      ["/v1/assignments/a1/on-scene", { source: "radio", version: 9 }],
      ["/v1/assignments/a2/acknowledge", { source: "radio" }],
    ]);
  });
  it("says when it happened in a form without doubt, and only where somebody said so", async () => {
    const recorder = new Recorder();
    await tellStep(recorder as unknown as Api, "a3", "clear", { version: 2, occurred_at: Date.parse("2026-06-01T09:48:00Z") });
    expect(recorder.sent[0]![1]).toEqual({ source: "radio", version: 2, occurred_at: "2026-06-01T09:48:00.000Z" });
  });
});
