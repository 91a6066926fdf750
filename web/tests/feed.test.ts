import { createHash } from "node:crypto";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Feed, type FeedListener, type Link, type Socket } from "../src/kernel/feed";
import { Problem } from "../src/kernel/api";
import type { Fix } from "../src/kernel/positions";
import { Picture } from "../src/kernel/picture";
import { AT, incidentTold } from "./builders";

class PlayedSocket implements Socket {
  binaryType = "";
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: unknown[] = [];
  closed: number | undefined;
  constructor(readonly ticket: string) {}
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close(code?: number) {
    this.closed = code;
  }
  tell(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

const settle = async () => {
  for (let nth = 0; nth < 5; nth += 1) await new Promise((done) => setImmediate(done));
};
const record = (id: string, version: number) =>
  ({ kind: "incident", id, source: "incident", version, data: incidentTold() });
const fact = { id: "f", type: "beaconfire.incident.incident-opened.v1", key: "i1", time: AT, actor: "p", seat: null };
const change = (pos: string, prev: string, id: string, version: number) =>
  ({ t: "change", pos, prev, record: record(id, version), fact });
const beat = (pos: string, hash: string | null = null) =>
  ({ t: "beat", pos, server_time: new Date(now).toISOString(), business_time: AT, speed: 1, paused: false, hash, resume: `e1.${pos}.abc` });

let now = 1_000_000;
let sockets: PlayedSocket[];
let timers: { at: number; run: () => void }[];
let links: Link[];
let fixes: Fix[];
let drifts: string[];
let ticket: () => Promise<string>;
let picture: Picture;
let feed: Feed;

function pass(milliseconds: number): void {
  const end = now + milliseconds;
  for (;;) {
    const due = timers.filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0];
    if (!due) break;
    timers.splice(timers.indexOf(due), 1);
    now = Math.max(now, due.at);
    due.run();
  }
  now = end;
}

beforeEach(async () => {
  now = 1_000_000;
  sockets = [];
  timers = [];
  links = [];
  fixes = [];
  drifts = [];
  ticket = async () => `ticket-${sockets.length + 1}`;
  picture = new Picture();
  const listener: FeedListener = {
    link: (link) => links.push(link),
    beat: () => undefined,
    fact: () => undefined,
    fixes: (some) => fixes.push(...some),
    handles: () => undefined,
    whole: () => undefined,
    drifted: (why) => drifts.push(why),
  };
  feed = new Feed(picture, {
    ticket: () => ticket(),
    open: (ticket) => {
      const socket = new PlayedSocket(ticket);
      sockets.push(socket);
      return socket;
    },
    now: () => now,
    random: () => 0.5,
    after: (milliseconds, run) => {
      const timer = { at: now + milliseconds, run };
      timers.push(timer);
      return () => void (timers.includes(timer) && timers.splice(timers.indexOf(timer), 1));
    },
  }, listener);
  feed.start();
  await settle();
  sockets[0]!.onopen?.();
});

const begin = () => sockets[0]!.tell({ t: "snapshot", pos: "10", epoch: "e1", more: false, records: [record("i1", 1)] });

describe("the feed", () => {
  it("subscribes with its ticket and takes the snapshot when its last part is there", () => {
    expect(sockets[0]!.ticket).toBe("ticket-1");
    expect(sockets[0]!.sent).toEqual([{ t: "subscribe", resume: null }]);
    sockets[0]!.tell({ t: "snapshot", pos: "10", epoch: "e1", more: true, records: [record("i1", 1)] });
    expect(picture.size).toBe(0);
    sockets[0]!.tell({ t: "snapshot", pos: "10", epoch: "e1", more: false, records: [record("i2", 1)] });
    expect(picture.size).toBe(2);
    expect(links).toEqual(["connecting", "live"]);
  });

  it("applies changes that follow and drops what is gone", () => {
    begin();
    sockets[0]!.tell(change("11", "10", "i2", 4));
    sockets[0]!.tell({ t: "gone", pos: "12", prev: "11", kind: "incident", id: "i1", source: "incident" });
    expect([...picture.idsOf("incident")]).toEqual(["i2"]);
    expect(feed.pos).toBe("12");
  });

  it("asks for a snapshot once when a frame is missing, and waits for it", () => {
    begin();
    sockets[0]!.tell(change("13", "12", "i2", 4));
    sockets[0]!.tell(change("14", "13", "i2", 5));
    expect(sockets[0]!.sent.slice(1)).toEqual([{ t: "resync", have: "10" }]);
    expect(picture.size).toBe(1);
    sockets[0]!.tell({ t: "snapshot", pos: "14", epoch: "e1", more: false, records: [record("i2", 5)] });
    sockets[0]!.tell(change("15", "14", "i3", 1));
    expect([...picture.idsOf("incident")].sort()).toEqual(["i2", "i3"]);
  });

  it("compares the state hash at the same position and asks anew where it differs", async () => {
    begin();
    const good = createHash("sha256").update("incident:i1:incident:1\n").digest("hex");
    now += 20_000;
    const compared = vi.spyOn(picture, "hash");
    sockets[0]!.tell(beat("10", good));
    await compared.mock.results[0]!.value;
    await settle();
    expect(drifts).toEqual([]);
    now += 20_000;
    sockets[0]!.tell(beat("10", "0".repeat(64)));
    await compared.mock.results[1]!.value;
    await settle();
    expect(drifts).toEqual(["the state hash differs"]);
    expect(sockets[0]!.sent.at(-1)).toEqual({ t: "resync", have: "10" });
  });

  it("notices silence, gives up, and goes on from where it was", async () => {
    begin();
    sockets[0]!.tell(beat("10"));
    sockets[0]!.tell(change("11", "10", "i2", 4));
    pass(6_500);
    expect(links.at(-1)).toBe("silent");
    expect(feed.delay()).toBeGreaterThan(3_000);
    pass(7_000);
    await settle();
    expect(sockets[0]!.closed).toBe(4000);
    expect(links).toContain("lost");
    expect(sockets).toHaveLength(2);
    sockets[1]!.onopen?.();
    expect(sockets[1]!.sent).toEqual([{ t: "subscribe", resume: "e1.10.abc" }]);
    sockets[1]!.tell(change("11", "10", "i2", 4));
    sockets[1]!.tell(change("12", "11", "i2", 5));
    expect(drifts).toEqual([]);
    expect(feed.pos).toBe("12");
  });

  it("comes back with growing pauses and after RESYNC begins anew", async () => {
    begin();
    sockets[0]!.onclose?.({ code: 4408 });
    pass(374);
    await settle();
    expect(sockets).toHaveLength(1);
    pass(2);
    await settle();
    expect(sockets).toHaveLength(2);
    sockets[1]!.onopen?.();
    expect(sockets[1]!.sent).toEqual([{ t: "subscribe", resume: null }]);
    sockets[1]!.onclose?.({ code: 1006 });
    pass(700);
    await settle();
    expect(sockets).toHaveLength(2);
    pass(100);
    await settle();
    expect(sockets).toHaveLength(3);
  });

  it("stops for good where it is forbidden", async () => {
    sockets[0]!.onclose?.({ code: 4403 });
    pass(60_000);
    await settle();
    expect(links.at(-1)).toBe("refused");
    expect(sockets).toHaveLength(1);
  });

  it("is lost, with its banner, for as long as it tries in vain: a try that hangs hides nothing", async () => {
    begin();
    ticket = () => new Promise(() => undefined);
    sockets[0]!.onclose?.({ code: 1006 });
    pass(60_000);
    await settle();
    expect(links).toEqual(["connecting", "live", "lost"]);
  });

  it("says refused, and does not try again, where no ticket is given to these grants", async () => {
    begin();
    const asked = vi.fn(() => Promise.reject(new Problem(403, "forbidden", "", null, {})));
    ticket = asked;
    sockets[0]!.onclose?.({ code: 1006 });
    pass(1_000);
    await settle();
    pass(60_000);
    await settle();
    expect(links.at(-1)).toBe("refused");
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it("reads positions of 16 bytes, little endian", () => {
    const frame = new ArrayBuffer(32);
    const view = new DataView(frame);
    view.setUint32(0, 7, true);
    view.setInt32(4, 1_747_600_000, true);
    view.setInt32(8, -368_500_000, true);
    view.setUint16(12, 270, true);
    view.setUint8(14, 3);
    view.setUint32(16, 8, true);
    view.setUint16(28, 65_535, true);
    view.setUint8(31, 3);
    sockets[0]!.onmessage?.({ data: frame });
    expect(fixes[0]).toMatchObject({ handle: 7, heading: 270, status: "en_route", stale: false, silent_min: 0 });
    expect(fixes[0]!.lon).toBeCloseTo(174.76, 6);
    expect(fixes[1]).toMatchObject({ handle: 8, heading: null, status: "in_service", stale: true, silent_min: 3 });
  });
});
