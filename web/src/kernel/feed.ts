/** The live feed: one websocket that is opened again whenever it is lost, and never trusted blindly. */
import { Problem } from "./api";
import {
  CLOSE_CODES,
  HEARTBEAT_S,
  SUBPROTOCOL,
  type BeatFrame,
  type ChangeFrame,
  type ErrorFrame,
  type FactBrief,
  type GoneFrame,
  type SnapshotFrame,
  type UnitHandles,
} from "./generated/contracts";
import type { Picture } from "./picture";
import { decodePositions, type Fix } from "./positions";

type Frame = SnapshotFrame | ChangeFrame | GoneFrame | BeatFrame | UnitHandles | ErrorFrame;

export type Link = "connecting" | "live" | "silent" | "lost" | "refused";

/** The little of a WebSocket that the feed needs, so that tests can play one. */
export interface Socket {
  binaryType: string;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

export interface FeedPorts {
  ticket(): Promise<string>;
  open(ticket: string): Socket;
  now(): number;
  random(): number;
  after(milliseconds: number, run: () => void): () => void;
}

export interface FeedListener {
  link(link: Link): void;
  beat(beat: BeatFrame): void;
  fact(fact: FactBrief, kind: string, id: string): void;
  fixes(fixes: readonly Fix[]): void;
  handles(handles: UnitHandles): void;
  /** The whole picture was told anew, at first or after something was missed. */
  whole(): void;
  /** What we see is not what the node sees: it was asked for a new snapshot. */
  drifted(why: string): void;
}

const SILENT_AFTER_MS = HEARTBEAT_S * 1_000 * 2.5;
const GIVE_UP_AFTER_MS = HEARTBEAT_S * 1_000 * 5;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const HASH_EVERY_MS = 10_000;
const FATAL: ReadonlySet<number> = new Set([CLOSE_CODES.FORBIDDEN]);

export class Feed {
  pos: string | null = null;
  private socket: Socket | null = null;
  private stopped = true;
  private failures = 0;
  private heardAt = 0;
  private baseline = Number.POSITIVE_INFINITY;
  private transit = 0;
  private hashedAt = 0;
  private unwatch: () => void = () => undefined;
  private unwait: () => void = () => undefined;
  private told: Link | null = null;
  private asked = false;
  /** By what to go on after a break, and where we stood when it was told. */
  private mark: { readonly token: string; readonly pos: string } | null = null;

  constructor(
    private readonly picture: Picture,
    private readonly ports: FeedPorts,
    private readonly listener: FeedListener,
  ) {}

  start(): void {
    this.stopped = false;
    void this.connect();
  }

  stop(): void {
    this.stopped = true;
    this.unwatch();
    this.unwait();
    this.socket?.close(1000);
    this.socket = null;
  }

  /** How late the picture is, in milliseconds: the wire above its best, or the silence. */
  delay(): number {
    if (this.heardAt === 0) return 0;
    const silence = this.ports.now() - this.heardAt - HEARTBEAT_S * 1_000;
    return Math.max(0, this.transit, silence);
  }

  private async connect(): Promise<void> {
    if (this.told !== "lost") this.say("connecting"); // what is old is called so until it is not
    let ticket: string;
    try {
      ticket = await this.ports.ticket();
    } catch (error) {
      if (error instanceof Problem && error.status === 403) this.say("refused");
      else this.again();
      return;
    }
    if (this.stopped) return;
    const socket = this.ports.open(ticket);
    this.socket = socket;
    this.asked = false;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.heard();
      this.watch();
      socket.send(JSON.stringify({ t: "subscribe", resume: this.resume() }));
    };
    socket.onmessage = (event) => {
      if (this.socket === socket) this.receive(event.data);
    };
    socket.onclose = (event) => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.unwatch();
      this.picture.dropParts();
      if (event.code === CLOSE_CODES.RESYNC || event.code === CLOSE_CODES.BAD_FRAME) this.forget();
      if (FATAL.has(event.code)) this.say("refused");
      else if (!this.stopped) this.again();
    };
  }

  /** Go on from the last mark: what came after it is told again, and told twice does no harm. */
  private resume(): string | null {
    if (this.mark === null) return null;
    this.pos = this.mark.pos;
    return this.mark.token;
  }

  private again(): void {
    this.say("lost");
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.failures);
    this.failures += 1;
    this.unwait = this.ports.after(longest * (0.5 + this.ports.random() / 2), () => {
      if (!this.stopped) void this.connect();
    });
  }

  private watch(): void {
    this.unwatch = this.ports.after(1_000, () => {
      const silence = this.ports.now() - this.heardAt;
      if (silence > GIVE_UP_AFTER_MS) {
        const socket = this.socket;
        this.socket = null;
        socket?.close(4000);
        this.picture.dropParts();
        this.again();
        return;
      }
      if (silence > SILENT_AFTER_MS) this.say("silent");
      this.watch();
    });
  }

  private heard(): void {
    this.heardAt = this.ports.now();
  }

  private receive(data: unknown): void {
    this.heard();
    if (data instanceof ArrayBuffer) {
      this.listener.fixes(decodePositions(data));
      return;
    }
    const frame = JSON.parse(String(data)) as Frame;
    switch (frame.t) {
      case "snapshot":
        return this.takeSnapshot(frame);
      case "change":
        return this.takeChange(frame);
      case "gone":
        return this.takeGone(frame);
      case "beat":
        return this.takeBeat(frame);
      case "units":
        return this.listener.handles(frame);
      case "error":
        return this.drift(`${frame.code}: ${frame.detail}`);
    }
  }

  private takeSnapshot(frame: SnapshotFrame): void {
    this.picture.snapshot(frame.records, frame.more);
    if (frame.more) return;
    this.pos = frame.pos;
    this.mark = null;
    this.failures = 0;
    this.asked = false;
    this.say("live");
    this.listener.whole();
  }

  private takeChange(frame: ChangeFrame): void {
    if (!this.follows(frame.prev)) return;
    this.pos = frame.pos;
    this.picture.apply(frame.record);
    this.listener.fact(frame.fact, frame.record.kind, frame.record.id);
  }

  private takeGone(frame: GoneFrame): void {
    if (!this.follows(frame.prev)) return;
    this.pos = frame.pos;
    this.picture.remove(frame.kind, frame.id, frame.source);
  }

  private follows(prev: string): boolean {
    if (this.asked) return false; // a snapshot is on its way and holds this already
    if (prev === this.pos) return true;
    this.drift(`at ${this.pos}, the frame follows ${prev}`);
    return false;
  }

  private takeBeat(frame: BeatFrame): void {
    const transit = this.ports.now() - Date.parse(frame.server_time);
    this.baseline = Math.min(this.baseline, transit);
    this.transit = transit - this.baseline;
    if (!this.asked && this.pos !== null) {
      this.failures = 0;
      this.mark = frame.resume === null ? null : { token: frame.resume, pos: this.pos };
      this.say("live");
    }
    this.listener.beat(frame);
    void this.compare(frame);
  }

  /** A beat comes after all that it speaks of, so our state at this moment must hash alike. */
  private async compare(frame: BeatFrame): Promise<void> {
    const due = this.ports.now() - this.hashedAt >= HASH_EVERY_MS;
    if (frame.hash === null || this.pos === null || !due || this.asked) return;
    this.hashedAt = this.ports.now();
    const socket = this.socket;
    const mine = await this.picture.hash();
    if (mine !== null && mine !== frame.hash && this.socket === socket) {
      this.drift("the state hash differs");
    }
  }

  private drift(why: string): void {
    this.listener.drifted(why);
    if (this.asked) return;
    this.asked = true;
    this.socket?.send(JSON.stringify({ t: "resync", have: this.pos ?? "" }));
  }

  private forget(): void {
    this.pos = null;
    this.mark = null;
  }

  private say(link: Link): void {
    if (this.told === link) return;
    this.told = link;
    this.listener.link(link);
  }
}

/** The ports of a page: its own node, real time, real chance. */
export function browserFeedPorts(ticket: () => Promise<string>): FeedPorts {
  return {
    ticket,
    open: (one) => {
      const scheme = location.protocol === "https:" ? "wss" : "ws";
      return new WebSocket(`${scheme}://${location.host}/v1/feed`, [SUBPROTOCOL, one]) as Socket;
    },
    now: () => Date.now(),
    random: () => Math.random(),
    after: (milliseconds, run) => {
      const timer = setTimeout(run, milliseconds);
      return () => clearTimeout(timer);
    },
  };
}
