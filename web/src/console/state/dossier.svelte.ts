/** What is asked about the selected incident beyond the picture: its reports, record and advice.

Each part is read by itself: what could not be read says so, and is tried again until it is. */
import { Problem } from "../../kernel/api";
import type { FactBrief } from "../../kernel/generated/contracts";
import { Offers } from "./offers";
import type { Entry, IncidentFile, Instruction, Page, Recommendation, ReportRow } from "./answers";

/** What the dossier needs of the desk. */
export interface Filed {
  readonly api: { get<T>(path: string): Promise<T> };
  readonly clock: { now(): number };
  readonly factListeners: Set<(fact: FactBrief, kind: string, id: string) => void>;
}

/** How a part stands: not there yet, read, out of reach (and tried again), or not ours to read. */
export type Reading = "reading" | "read" | "unread" | "refused";
type Part = "file" | "timeline" | "advice" | "instructions";
const PARTS: readonly Part[] = ["file", "timeline", "advice", "instructions"];
/** What another desk said of a unit is no fact: it is looked for while the incident is open. */
const LOOKED_FOR: readonly Part[] = ["advice", "instructions"];

const AFTER_FACT_MS = 250;
const SETTLED_MS = 1_200;
const PAGE_MAX = 500;
const LOOK_EVERY_MS = 5_000;
const FIRST_PAUSE_MS = 1_000;
/** No longer: somebody looks at the detail while the service comes back. */
const LONGEST_PAUSE_MS = 15_000;
/** Says no to whoever asks, and would again; 404 is no such answer: its service has not heard of it yet. */
const REFUSED: ReadonlySet<number> = new Set([400, 401, 403, 422]);
const NOT_YET = 404;

export class Dossier {
  reports: readonly ReportRow[] = $state.raw([]);
  entries: readonly Entry[] = $state.raw([]);
  advice: Recommendation | null = $state.raw(null);
  instructions: readonly Instruction[] = $state.raw([]);
  readonly reading: Record<Part, Reading> = $state({ file: "reading", timeline: "reading", advice: "reading", instructions: "reading" });
  /** When this incident was last looked at; later entries are new to this pair of eyes. */
  seenUntil = $state(Number.POSITIVE_INFINITY);
  private id: string | null = null;
  /** Counts readings; what a part shows is of this one, and an older answer that comes late is thrown away. */
  private turn = 0;
  private readonly shown: Record<Part, number> = { file: 0, timeline: 0, advice: 0, instructions: 0 };
  private offers = new Offers();
  private failures = 0;
  private readonly lastLook = new Map<string, number>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private looking: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly desk: Filed) {
    desk.factListeners.add((_fact, kind, id) => {
      if (kind === "incident" && id === this.id) this.after(AFTER_FACT_MS);
    });
  }

  open(id: string | null): void {
    if (id === this.id) return;
    if (this.id !== null) this.lastLook.set(this.id, this.desk.clock.now());
    this.id = id;
    this.reports = [];
    this.entries = [];
    this.advice = null;
    this.offers = new Offers();
    this.instructions = [];
    clearInterval(this.looking);
    this.failures = 0;
    for (const part of PARTS) this.reading[part] = "reading";
    clearTimeout(this.timer);
    if (id === null) return;
    this.seenUntil = this.lastLook.get(id) ?? Number.POSITIVE_INFINITY;
    void this.read();
    this.looking = setInterval(() => void this.look(), LOOK_EVERY_MS);
  }

  /** Something was just said of a unit: the planner decides anew in a moment. */
  again(): void {
    void this.look();
    this.after(SETTLED_MS);
  }

  private async look(): Promise<void> {
    const { id } = this;
    if (id === null || LOOKED_FOR.some((part) => this.reading[part] !== "read")) return;
    this.turn += 1;
    await this.ask(id, this.turn, LOOKED_FOR);
    if (this.id === id && LOOKED_FOR.some((part) => this.reading[part] === "unread")) this.after(FIRST_PAUSE_MS);
  }

  /** Whether who is named first, second, … has stood there long enough to be read. */
  isRead(nth: number): boolean {
    return this.offers.mayGo(nth, performance.now());
  }

  private offer(advice: Recommendation | null): void {
    this.offers.show(advice?.options ?? [], performance.now());
    this.advice = advice;
  }

  private after(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.read(), milliseconds);
  }

  /** Read all parts; reports and record stay shown until something newer is read, who should go does not. */
  private async read(): Promise<void> {
    const { id } = this;
    if (id === null) return;
    this.turn += 1;
    const { turn } = this;
    await this.ask(id, turn, PARTS);
    if (this.turn !== turn || this.id !== id) return;
    if (!PARTS.some((part) => this.reading[part] === "unread")) {
      this.failures = 0;
      return;
    }
    this.after(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.failures));
    this.failures += 1;
  }

  private async ask(id: string, turn: number, parts: readonly Part[]): Promise<void> {
    const at = `/v1/incidents/${id}`;
    const asked: Readonly<Record<Part, () => Promise<void>>> = {
      file: () => this.part<IncidentFile>(turn, "file", at, (file) => {
        if (file) this.reports = file.reports;
      }),
      timeline: () => this.part<Page<Entry>>(turn, "timeline", `${at}/timeline?limit=${PAGE_MAX}`, (page) => {
        if (page) this.entries = page.items;
      }),
      advice: () => this.part<Recommendation>(turn, "advice", `${at}/recommendation`, (advice) => this.offer(advice)),
      instructions: () => this.part<{ readonly items: readonly Instruction[] }>(turn, "instructions", `${at}/instructions`, (said) => {
        if (said) this.instructions = said.items;
      }),
    };
    await Promise.all(parts.map((part) => asked[part]()));
  }

  private async part<T>(turn: number, part: Part, path: string, take: (told: T | null) => void): Promise<void> {
    const { id } = this;
    let told: T | null = null;
    let reading: Reading = "read";
    try {
      told = await this.desk.api.get<T>(path);
    } catch (error) {
      reading = readingOf(error);
    }
    if (this.id !== id || turn < this.shown[part]) return;
    this.shown[part] = turn;
    this.reading[part] = reading;
    take(told);
  }
}

function readingOf(error: unknown): Reading {
  const status = error instanceof Problem ? error.status : 0;
  if (status === NOT_YET) return "reading";
  return REFUSED.has(status) ? "refused" : "unread";
}
