/** The picture as the feed tells it: records by kind, id and source, the higher version kept. */
import type { Record as PictureRecord } from "./generated/contracts";

export type { PictureRecord };

/** Which things changed since the last look, as `kind id`. */
export type Touched = ReadonlySet<string>;

export class Picture {
  private readonly records = new Map<string, PictureRecord>();
  private readonly sources = new Map<string, Set<string>>();
  private readonly ids = new Map<string, Set<string>>();
  private touched = new Set<string>();
  private part: Map<string, PictureRecord> | null = null;

  get size(): number {
    return this.records.size;
  }

  /** Keep a record if it is newer than what is here; say whether it was. */
  apply(record: PictureRecord): boolean {
    const key = keyOf(record.kind, record.id, record.source);
    const known = this.records.get(key);
    if (known && known.version >= record.version) return false;
    this.put(key, record);
    return true;
  }

  remove(kind: string, id: string, source: string): void {
    if (!this.records.delete(keyOf(kind, id, source))) return;
    const thing = thingOf(kind, id);
    const sources = this.sources.get(thing);
    sources?.delete(source);
    if (sources?.size === 0) {
      this.sources.delete(thing);
      this.ids.get(kind)?.delete(id);
    }
    this.touched.add(thing);
  }

  /** Take a part of a snapshot; only with the last one does the old picture give way to the new. */
  snapshot(records: readonly PictureRecord[], more: boolean): void {
    this.part ??= new Map();
    for (const record of records) {
      this.part.set(keyOf(record.kind, record.id, record.source), record);
    }
    if (more) return;
    const whole = this.part;
    this.part = null;
    for (const record of [...this.records.values()]) {
      if (!whole.has(keyOf(record.kind, record.id, record.source))) {
        this.remove(record.kind, record.id, record.source);
      }
    }
    for (const [key, record] of whole) {
      const known = this.records.get(key);
      // A snapshot is the truth at its position: another epoch may count its versions anew.
      if (!known || known.version !== record.version) this.put(key, record);
    }
  }

  /** Forget a snapshot that never came to its end. */
  dropParts(): void {
    this.part = null;
  }

  data<T>(kind: string, id: string, source: string): T | undefined {
    return this.records.get(keyOf(kind, id, source))?.data as T | undefined;
  }

  version(kind: string, id: string, source: string): number {
    return this.records.get(keyOf(kind, id, source))?.version ?? 0;
  }

  idsOf(kind: string): Iterable<string> {
    return this.ids.get(kind) ?? [];
  }

  /** What changed since this was last asked. */
  drain(): Touched {
    const touched = this.touched;
    this.touched = new Set();
    return touched;
  }

  /** What the node hashes to know whether we see the same: one line a record, sorted. */
  stateLines(): string {
    const lines = Array.from(
      this.records.values(),
      (record) => `${record.kind}:${record.id}:${record.source}:${record.version}\n`,
    );
    return lines.sort().join("");
  }

  /** SHA-256 of the state in hex, or null where the browser offers none (no secure context). */
  async hash(): Promise<string | null> {
    const subtle = globalThis.crypto?.subtle;
    if (!subtle) return null;
    const digest = await subtle.digest("SHA-256", new TextEncoder().encode(this.stateLines()));
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  private put(key: string, record: PictureRecord): void {
    this.records.set(key, record);
    const thing = thingOf(record.kind, record.id);
    let sources = this.sources.get(thing);
    if (!sources) this.sources.set(thing, (sources = new Set()));
    sources.add(record.source);
    let ids = this.ids.get(record.kind);
    if (!ids) this.ids.set(record.kind, (ids = new Set()));
    ids.add(record.id);
    this.touched.add(thing);
  }
}

export function thingOf(kind: string, id: string): string {
  return `${kind} ${id}`;
}

function keyOf(kind: string, id: string, source: string): string {
  return `${kind} ${id} ${source}`;
}
