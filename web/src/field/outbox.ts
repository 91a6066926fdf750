/** What a crew did goes out in order, however long the network is away, and counts once.

An operation keeps its key through all sendings; it leaves the box when the node has answered. */
import { NO_ANSWER, Problem, type Api } from "../kernel/api";
import { newId } from "../kernel/ids";

export interface Operation {
  readonly key: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** What it is about: operations about one thing are sent in their order. */
  readonly about: string;
  /** The step that it tells, as a word of the page's dictionary. */
  readonly step: string;
  /** The code of the refusal, if the node has said no: it waits for a person then. */
  readonly refused: string | null;
  /** Who told it: it goes out in nobody else's name. */
  readonly by?: string;
}

export interface Shelf {
  read(): readonly Operation[];
  write(operations: readonly Operation[]): void;
}

const PAUSES_MS = [1_000, 2_000, 5_000, 15_000, 30_000];

export class Outbox {
  private operations: readonly Operation[] = [];
  private failures = 0;
  private draining = false;
  private person = "";

  constructor(
    private readonly api: Pick<Api, "post">,
    private readonly shelf: Shelf,
    private readonly changed: (operations: readonly Operation[], othersWaiting: number) => void,
  ) {}

  get waiting(): readonly Operation[] {
    return this.operations;
  }

  /** Who works with the phone now; nobody's is "", and nothing goes out then. */
  belongsTo(person: string): void {
    this.person = person;
    this.reread();
  }

  /** Another window has told or sent something. */
  reread(): void {
    this.show(this.shelf.read());
  }

  add(path: string, body: Operation["body"], about: string, step: string): void {
    const one: Operation = { key: newId(), path, body, about, step, refused: null, by: this.person };
    this.keep((operations) => [...operations, one]);
  }

  /** Put away a refused operation that somebody has read. */
  dismiss(key: string): void {
    this.keep((operations) => operations.filter((one) => one.key !== key));
  }

  /** Send what waits; returns the pause before it should be tried again, or null when all is out. */
  async drain(): Promise<number | null> {
    if (this.draining) return null;
    this.draining = true;
    try {
      for (let next = this.next(); next; next = this.next()) {
        if (!(await this.send(next))) {
          this.failures += 1;
          return PAUSES_MS[Math.min(this.failures, PAUSES_MS.length) - 1] ?? null;
        }
        this.failures = 0;
      }
      return null;
    } finally {
      this.draining = false;
    }
  }

  /** The first that is not refused and does not follow a refused one about the same thing. */
  private next(): Operation | undefined {
    this.reread();
    const stuck = new Set(this.operations.filter((one) => one.refused !== null).map((one) => one.about));
    return this.operations.find((one) => one.refused === null && !stuck.has(one.about));
  }

  /** True when the node has answered, whatever it said. */
  private async send(operation: Operation): Promise<boolean> {
    try {
      await this.api.post(operation.path, operation.body, operation.key);
      this.dismiss(operation.key);
      return true;
    } catch (error) {
      // Who told it may have signed out meanwhile: what somebody else hears is no answer to it.
      if (!(error instanceof Problem) || mayPass(error) || (operation.by ?? this.person) !== this.person) return false;
      this.keep((operations) => operations.map((one) => (one.key === operation.key ? { ...one, refused: error.code } : one)));
      return true;
    }
  }

  /** The shelf is read anew for each change: two windows of one phone share it. */
  private keep(change: (operations: readonly Operation[]) => readonly Operation[]): void {
    const operations = change(this.shelf.read());
    this.shelf.write(operations);
    this.show(operations);
  }

  private show(operations: readonly Operation[]): void {
    this.operations = this.person === "" ? [] : operations.filter((one) => (one.by ?? this.person) === this.person);
    this.changed(this.operations, operations.filter((one) => one.refused === null && one.by !== undefined && one.by !== this.person).length);
  }
}

/** Whether the same words may be taken later: the network, the node or our session was away, another
window is sending the same at this moment, or the node's clock, which a demo may slow down, has not come so far. */
function mayPass(problem: Problem): boolean {
  return [NO_ANSWER, "ahead_of_clock", "answer_in_flight"].includes(problem.code) || problem.status >= 500 || [401, 408, 429].includes(problem.status);
}

export const KEPT_AS = "beaconfire.outbox";

/** The browser's own shelf: it outlives the page and the battery. */
export function browserShelf(): Shelf {
  return {
    read: () => {
      const kept = localStorage.getItem(KEPT_AS);
      return kept === null ? [] : (JSON.parse(kept) as Operation[]);
    },
    write: (operations) => localStorage.setItem(KEPT_AS, JSON.stringify(operations)),
  };
}
