/** Who is hurt, by line: `CA 1042 3 4 9 1` counts immediate, delayed, minor and dead; what is left out is none. */
import type { Verdict, World } from "./grammar";
import type { Incident } from "./incidents";
import { more, onIncident, ready, refused, toAscii, tooMuch } from "./reading";

/** The classes of START, the worst who can still be helped first. */
export const TRIAGE = ["immediate", "delayed", "minor", "dead"] as const;
export type Triage = (typeof TRIAGE)[number];
/** As the service takes them (COUNT_MAX). */
export const CASUALTIES_MAX = 9_999;

export type Counts = Readonly<Record<Triage, number>>;

export interface CasualtiesAct extends Counts {
  readonly do: "casualties";
  readonly incident: Incident;
}

/** The rest of the line after `CA`: the incident is always named, or every figure would be taken for one. */
export function casualties(words: readonly string[], world: World): Verdict {
  return onIncident(words.map(toAscii), world, true, (incident, left) => {
    if (left.length === 0) return more("counts", []);
    if (left.length > TRIAGE.length) return tooMuch(left.slice(TRIAGE.length));
    const wrong = left.find((word) => !/^\d{1,4}$/.test(word));
    if (wrong !== undefined) return refused({ why: "bad_count", text: wrong });
    const [immediate = 0, delayed = 0, minor = 0, dead = 0] = left.map(Number);
    return ready({ do: "casualties", incident, immediate, delayed, minor, dead });
  });
}
