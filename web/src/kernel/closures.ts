/** Closed and slowed roads of the picture. */
import type { ClosureReason, Moment, Point } from "./generated/contracts";
import type { Picture } from "./picture";

export interface ClosureTold {
  readonly ring: readonly Point[];
  readonly stretches: readonly { readonly tail: Point; readonly head: Point }[];
  /** What is left of the usual speed; 0 is closed. */
  readonly speed_share: number;
  readonly reason: ClosureReason;
  readonly closed_at: Moment;
  readonly zone_id: string | null;
  readonly opened_at?: Moment;
}

export interface Closure {
  readonly id: string;
  readonly told: ClosureTold;
}

/** All closures in force, in a stable order. */
export function closuresOf(picture: Picture): Closure[] {
  const found = [...picture.idsOf("closure")].flatMap((id) => {
    const told = picture.data<ClosureTold>("closure", id, "geo");
    return told && told.opened_at === undefined ? [{ id, told }] : [];
  });
  return found.sort((a, b) => a.id.localeCompare(b.id));
}
