/** An order is sent only as it was read: what a line named at the moment of Enter must have stood there for a while. */
import type { Verdict } from "./grammar";

/** Under it a hand that is about to press Enter cannot be stopped by what the eye sees. */
export const READ_MS = 700;

export class AsRead {
  private line = "";
  private named: string | null = null;
  private changedAt = Number.NEGATIVE_INFINITY;

  /** Told of each verdict that is shown. What a new line names was asked for by typing it; what changes under it was not. */
  show(line: string, verdict: Verdict, now: number): void {
    if (line !== this.line) {
      this.line = line;
      this.named = namedBy(verdict);
      this.changedAt = Number.NEGATIVE_INFINITY;
      return;
    }
    const named = namedBy(verdict);
    if (named === null || named === this.named) return;
    this.named = named;
    this.changedAt = now;
  }

  mayGo(now: number): boolean {
    return now - this.changedAt >= READ_MS;
  }
}

/** Who is sent where and whose crews turn round for it; nothing of what sends nobody. */
function namedBy(verdict: Verdict): string | null {
  if (verdict.kind !== "ready" || verdict.act.do !== "dispatch") return null;
  const { incident, units, turning } = verdict.act;
  return [incident.id, units.map((unit) => unit.id), turning?.leaving ?? [], turning?.standing_down ?? []].join(" ");
}
