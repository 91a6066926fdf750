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
  const open = (person = "p", changed: (operations: readonly Operation[], othersWaiting: number) => void = () => undefined) => {
    const box = new Outbox(api, shelf, changed);
    box.belongsTo(person);
    return box;
  };
  return { open, sent, kept: () => kept, lay: (operations: readonly Operation[]) => (kept = operations) };
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
  it("loses nothing that another window of the same phone told meanwhile", () => {
    const { open, kept } = boxOf();
    const [one, other] = [open(), open()];
    one.add("/a", {}, "x", "acknowledge");
    other.add("/b", {}, "x", "en-route");
    one.add("/c", {}, "x", "on-scene");
    expect(kept().map((told) => told.path)).toEqual(["/a", "/b", "/c"]);
    other.dismiss(kept()[0]!.key);
    one.reread();
    expect(one.waiting.map((told) => told.path)).toEqual(["/b", "/c"]);
  });
  it("sends nothing in anybody else's name, and keeps it until they are back", async () => {
    const { open, sent, kept } = boxOf();
    open("p").add("/of-p", {}, "x", "en-route");
    const box = open("q");
    box.add("/of-q", {}, "y", "accept");
    expect(box.waiting.map((told) => told.path)).toEqual(["/of-q"]);
    await box.drain();
    expect(sent.map((told) => told.path)).toEqual(["/of-q"]);
    box.belongsTo("");
    expect([await box.drain(), box.waiting, kept().length]).toEqual([null, [], 1]);
    await open("p").drain();
    expect(sent.map((told) => told.path)).toEqual(["/of-q", "/of-p"]);
  });
  it("tells how much waits in the name of somebody who is not signed in", () => {
    const { open } = boxOf();
    const counts: number[] = [];
    const of_p = open("p", (_own, others) => counts.push(others));
    of_p.add("/of-p", {}, "x", "en-route");
    of_p.belongsTo("");
    of_p.belongsTo("q");
    of_p.belongsTo("p");
    expect(counts).toEqual([0, 0, 1, 1, 0]);
  });
  it("still sends what an older page had kept without a name", async () => {
    const { open, sent, lay } = boxOf();
    lay([{ key: "k", path: "/old", body: {}, about: "x", step: "clear", refused: null }]);
    await open().drain();
    expect(sent.map((told) => told.path)).toEqual(["/old"]);
  });
});
