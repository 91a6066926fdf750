/** What is missing of a unit's steps, and what was told late: judged from the record, never filled in. */

/** Told this much after it happened is told late. */
const LATE_MS = 60_000;

/** What of an entry of the record counts here. */
export interface StepEntry {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** When a step was told, if that was late; null where it was told at once or nobody knows. */
export function lateSince(happened: unknown, toldAt: unknown): number | null {
  if (typeof happened !== "string" || typeof toldAt !== "string") return null;
  const told = Date.parse(toldAt);
  return told - Date.parse(happened) < LATE_MS ? null : told;
}

/** Steps that an entry passed over and that no other entry of the same order tells. */
export function gapsOf(entry: StepEntry, entries: readonly StepEntry[]): string[] {
  const { gaps, assignment_id } = entry.data;
  if (!Array.isArray(gaps)) return [];
  const told = new Set(
    entries.filter((one) => one.data["assignment_id"] === assignment_id).map((one) => one.type.split(".")[2]),
  );
  return (gaps as string[]).filter((step) => !told.has(`assignment-${step.replaceAll("_", "-")}`));
}
