import { describe, expect, it } from "vitest";
import { Outbox, type Operation, type Shelf } from "../src/field/outbox";
import { Problem } from "../src/kernel/api";

function boxOf(...answers: ("ok" | Problem)[]) {
  const sent: { path: string; key: string | undefined }[] = [];
  let kept: readonly Operation[] = [];
  const shelf: Shelf = { read: () => kept, write: (operations) => (kept = operations) };
  const api = {
    post: async <T,>(path: string, _body?: unknown, key?: string): Promise<T> => {
      sent.push({ path, key });
      const answer = answers.shift() ?? "ok";
      if (answer !== "ok") throw answer;
      return undefined as T;
    },
  };
  return { open: () => new Outbox(api, shelf, () => undefined), sent, kept: () => kept };
}
const away = new Problem(0, "no_answer", "", null, {});
const refused = new Problem(409, "wrong_step", "", null, {});

describe("the outbox", () => {
  it("keeps what could not be sent through a restart, and sends it under the same key", async () => {
    const { open, sent, kept } = boxOf(away);
    const box = open();
    box.add("/a", {}, "x", "en-route");
    expect(await box.drain()).toBe(1_000);
    const again = open();
    expect(await again.drain()).toBeNull();
    expect(sent.map((one) => one.path)).toEqual(["/a", "/a"]);
    expect(sent[0]!.key).toBe(sent[1]!.key);
    expect(kept()).toEqual([]);
  });
  it("sends in order and waits longer each time", async () => {
    const { open, sent } = boxOf(away, away, "ok", "ok");
    const box = open();
    box.add("/a", {}, "x", "en-route");
    box.add("/b", {}, "x", "on-scene");
    expect([await box.drain(), await box.drain(), await box.drain()]).toEqual([1_000, 2_000, null]);
    expect(sent.map((one) => one.path)).toEqual(["/a", "/a", "/a", "/b"]);
  });
  it("waits for a clock that was slowed down and tells the same moment again", async () => {
    const { open, sent, kept } = boxOf(new Problem(422, "ahead_of_clock", "", null, {}));
    const box = open();
    box.add("/a", {}, "x", "en-route");
    expect([await box.drain(), await box.drain()]).toEqual([1_000, null]);
    expect(sent[0]!.key).toBe(sent[1]!.key);
    expect(kept()).toEqual([]);
  });
  it("parks what was refused with what follows it, and lets other things pass", async () => {
    const { open, sent, kept } = boxOf(refused);
    const box = open();
    box.add("/a", {}, "x", "en-route");
    box.add("/b", {}, "x", "on-scene");
    box.add("/c", {}, "y", "accept");
    await box.drain();
    expect(sent.map((one) => one.path)).toEqual(["/a", "/c"]);
    expect(kept().map((one) => [one.path, one.refused])).toEqual([["/a", "wrong_step"], ["/b", null]]);
    box.dismiss(kept()[0]!.key);
    await box.drain();
    expect(kept()).toEqual([]);
  });
});
