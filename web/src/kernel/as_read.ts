/** An order is sent only as it was read: whom it named at the moment of the key must have stood there for a while. */
import type { Verdict } from "./grammar";

/** Under it a hand that is about to press cannot be stopped by what the eye sees. */
export const READ_MS = 700;

export class AsRead {
  private asked = "";
  private named: string | null = null;
  private changedAt = Number.NEGATIVE_INFINITY;

  /** Told of whatever is shown. Whom a new question names was asked for by asking it (a line typed, an incident opened);
   * what changes under it was not. */
  show(asked: string, named: string | null, now: number): void {
    if (asked !== this.asked) {
      this.asked = asked;
      this.named = named;
      this.changedAt = Number.NEGATIVE_INFINITY;
      return;
    }
    if (named === null || named === this.named) return;
    this.named = named;
    this.changedAt = now;
  }

  mayGo(now: number): boolean {
    return now - this.changedAt >= READ_MS;
  }
}

/** Who is sent where and whose crews turn round for it; nothing of what sends nobody. */
export function namedBy(verdict: Verdict): string | null {
  if (verdict.kind !== "ready" || verdict.act.do !== "dispatch") return null;
  const { incident, units, turning } = verdict.act;
  return [incident.id, units.map((unit) => unit.id), turning?.leaving ?? [], turning?.standing_down ?? []].join(" ");
}
