/** A desk's word on a unit: `K 1042 E3` keeps it for an incident, `V 1042 E3 crew` vetoes it there, `U 1042 E3` takes that back. */
import type { Verdict, World } from "./grammar";
import type { Incident } from "./incidents";
import { more, onIncident, ready, refused, toAscii, tooMuch, unitMissing } from "./reading";
import type { Unit } from "./units";

/** Why a unit is not wanted somewhere (InstructionReason of the service). */
export const VETO_REASONS = ["equipment", "crew", "access", "reserve", "safety", "other"] as const;
export type VetoReason = (typeof VETO_REASONS)[number];

export interface InstructAct {
  readonly do: "instruct";
  readonly incident: Incident;
  readonly unit: Unit;
  readonly kind: "kept" | "vetoed";
  readonly reason: VetoReason | null;
}

export interface UninstructAct {
  readonly do: "uninstruct";
  readonly incident: Incident;
  readonly unit: Unit;
}

/** Which unit, and for a veto why; the rest of the line after `K` or `V`. */
export function instruct(kind: "kept" | "vetoed", words: readonly string[], world: World): Verdict {
  return onUnit(words, world, (incident, unit, left) => {
    const [word, ...rest] = left;
    if (kind === "kept") return word === undefined ? ready({ do: "instruct", incident, unit, kind, reason: null }) : tooMuch(left);
    if (word === undefined) return more("reason", VETO_REASONS);
    if (rest.length > 0) return tooMuch(rest);
    const low = toAscii(word).toLowerCase();
    const reason = VETO_REASONS.find((one) => one === low);
    if (reason) return ready({ do: "instruct", incident, unit, kind, reason });
    const begun = VETO_REASONS.filter((one) => one.startsWith(low));
    return begun.length > 0 ? more("reason", begun) : refused({ why: "no_such_reason", text: word });
  });
}

/** The rest of the line after `U`. */
export function lift(words: readonly string[], world: World): Verdict {
  return onUnit(words, world, (incident, unit, left) => (left.length > 0 ? tooMuch(left) : ready({ do: "uninstruct", incident, unit })));
}

function onUnit(
  words: readonly string[],
  world: World,
  go: (incident: Incident, unit: Unit, left: readonly string[]) => Verdict,
): Verdict {
  return onIncident(words, world, true, (incident, given) => {
    const [word, ...left] = given;
    if (word === undefined) return more("unit", [...(incident.dispatch?.recommendation?.units ?? [])].flatMap((one) => signOf(one.unit_id, world)));
    const sign = toAscii(word).toUpperCase();
    const unit = world.unitByCallSign(sign);
    return unit ? go(incident, unit, left) : unitMissing(sign, world, left.length === 0, false);
  });
}

function signOf(unitId: string, world: World): string[] {
  return [...world.units()].filter((one) => one.id === unitId).map((one) => one.call_sign);
}
