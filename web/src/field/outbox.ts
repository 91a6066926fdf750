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
}

export interface Shelf {
  read(): readonly Operation[];
  write(operations: readonly Operation[]): void;
}

const PAUSES_MS = [1_000, 2_000, 5_000, 15_000, 30_000];

export class Outbox {
  private operations: readonly Operation[];
  private failures = 0;
  private draining = false;

  constructor(
    private readonly api: Pick<Api, "post">,
    private readonly shelf: Shelf,
    private readonly changed: (operations: readonly Operation[]) => void,
  ) {
    this.operations = shelf.read();
  }

  get waiting(): readonly Operation[] {
    return this.operations;
  }

  add(path: string, body: Operation["body"], about: string, step: string): void {
    this.keep([...this.operations, { key: newId(), path, body, about, step, refused: null }]);
  }

  /** Put away a refused operation that somebody has read. */
  dismiss(key: string): void {
    this.keep(this.operations.filter((one) => one.key !== key));
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
      if (!(error instanceof Problem) || mayPass(error)) return false;
      this.keep(this.operations.map((one) => (one.key === operation.key ? { ...one, refused: error.code } : one)));
      return true;
    }
  }

  private keep(operations: readonly Operation[]): void {
    this.operations = operations;
    this.shelf.write(operations);
    this.changed(operations);
  }
}

/** Whether the same words may be taken later: the network, the node or our session was away, or the
node's clock, which a demo may slow down, has not come so far. */
function mayPass(problem: Problem): boolean {
  return [NO_ANSWER, "ahead_of_clock"].includes(problem.code) || problem.status >= 500 || [401, 408, 429].includes(problem.status);
}

const KEPT_AS = "beaconfire.outbox";

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
