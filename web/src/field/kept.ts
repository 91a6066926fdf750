/** What the phone showed last, kept so that it opens without a net; gone when its person signs out.

Kept is what a fact may carry: codes, numbers, ids, moments, junctions. What callers said, where they
said it was and who they are stays with the node. */
import { SHOWN_AS } from "../kernel/signed_in";
import type { Around, Grounds } from "./around";
import type { Incident } from "./calls";

export interface Kept {
  /** By the phone's own clock. */
  readonly at: number;
  readonly grounds: Grounds;
  readonly around: Around;
  /** Steps that were told here since the node told us, by what they are about. */
  readonly told: Readonly<Record<string, string>>;
}
export interface Drawer {
  getItem(name: string): string | null;
  setItem(name: string, text: string): void;
  removeItem(name: string): void;
}

/** A shift: what was shown longer ago sends nobody anywhere any more. */
export const KEPT_FOR_MS = 12 * 3_600_000;

export function keep(drawer: Drawer, kept: Kept): void {
  const { around } = kept;
  const incidents = Object.fromEntries(Object.entries(around.incidents).map(([id, one]) => [id, withoutWords(one)]));
  const warnings = around.warnings.map(({ unit_id, warned_at, zone: { id, kind, stand_off_m } }) => ({ unit_id, warned_at, zone: { id, kind, name: "", stand_off_m } }));
  try {
    drawer.setItem(SHOWN_AS, JSON.stringify({ ...kept, around: { ...around, incidents, warnings } }));
  } catch {
    // A full or forbidden drawer: the page works as long as there is a net.
  }
}

/** What was kept and is not too old; nothing where it cannot be read. */
export function kept(drawer: Drawer, now: number): Kept | null {
  try {
    const text = drawer.getItem(SHOWN_AS);
    const found = text === null ? null : (JSON.parse(text) as Kept);
    return found !== null && Math.abs(now - found.at) < KEPT_FOR_MS ? found : null;
  } catch {
    return null;
  }
}

export function forget(drawer: Drawer): void {
  try {
    drawer.removeItem(SHOWN_AS);
  } catch {
    // Nothing was kept there either.
  }
}

function withoutWords({ number, type, priority, label, cell, place, assignments }: Incident): Incident {
  return {
    number, type, priority, label, cell, reports: [],
    place: { point: place.point, uncertainty_m: place.uncertainty_m },
    assignments: assignments.map(({ id, status }) => ({ id, status })),
  };
}
