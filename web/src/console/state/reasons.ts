/** Why these units, in words: one line to read under stress, and what stands behind it. */
import { words, wordFor } from "../words";
import type { MadeOf, Option, ProposedUnit, Reason, Recommendation } from "./answers";
import type { Desk } from "./desk.svelte";

/** Alternatives are named where one unit goes; of several, only what is out of the ordinary is said. */
const CONSIDERED_MAX = 2;
/** A term that is a hundredth or less decides nothing. */
const SAID_FROM = 0.005;

export function lengthWords(seconds: number): string {
  const whole = Math.round(Math.abs(seconds));
  return words().detail.duration(Math.floor(whole / 60), whole % 60);
}

/** An alternative is dearer by plan: only the first proposal yields a unit to another incident. */
export function reasonWords(desk: Desk, option: Option, nth: number): string {
  const goes = new Set(option.units.map((unit) => unit.call_sign));
  const sign = (reason: Reason) => option.units.find((unit) => unit.unit_id === reason.unit_id)?.call_sign ?? "";
  const detail = words().detail;
  const nearest = option.reasons.filter((one) => one.code === "nearest_able").map(sign);
  const joint = option.reasons.filter((one) => one.code === "joint_optimum").map(sign);
  let considered = 0;
  const parts = option.reasons.flatMap((reason): string[] => {
    switch (reason.code) {
      case "nearest_able":
        return [nearest.length > 1 ? detail.nearestAll(nearest.join(words().and)) : detail.nearest(sign(reason))];
      case "joint_optimum":
        return nth > 0 ? [] : [joint.length > 1 ? detail.jointAll(joint.join(words().and)) : detail.joint(sign(reason))];
      case "pinned":
        return [detail.pinned(sign(reason))];
      case "fills_instead":
        return [detail.fillsInstead(sign(reason), wordFor(words().capability, reason.capability ?? ""), wordFor(words().capability, reason.of ?? ""))];
      case "closer_needed_elsewhere":
        return nth > 0 || goes.has(reason.call_sign ?? "") ? [] : [detail.closerNeeded(reason.call_sign ?? "", lengthWords(reason.closer_by_s ?? 0)), ...otherwiseWords(desk, reason)];
      case "turned_round":
        return [detail.turnedRound(sign(reason), desk.incidentsById.get(reason.from_id ?? "")?.number ?? null)];
      case "takes_over":
        return [detail.takesOver(sign(reason), reason.call_sign ?? "", lengthWords(reason.earlier_by_s ?? 0))];
      case "stands_in":
        return [detail.standsIn(sign(reason), reason.call_sign ?? "")];
      case "considered":
        if ((reason.later_by_s ?? 0) < 0 || goes.has(reason.call_sign ?? "")) return [];
        considered += 1;
        return considered > CONSIDERED_MAX || option.units.length > 1 ? [] : [detail.considered(reason.call_sign ?? "", lengthWords(reason.later_by_s ?? 0))];
      default:
        return [];
    }
  });
  return [...new Set(parts)].join(words().and === "、" ? "；" : "; ");
}

/** Who would pay for the closer unit, and how much. */
function otherwiseWords(desk: Desk, reason: Reason): string[] {
  const other = desk.incidentsById.get(reason.then_late_id ?? "");
  if (!other) return [];
  const detail = words().detail;
  return [reason.then_unmet ? detail.thenUnmet(other.number) : detail.thenLate(other.number, lengthWords(reason.then_late_by_s ?? 0))];
}

export function coverWords(option: Option): string {
  return Object.entries(option.cover_after)
    .map(([capability, share]) => `${wordFor(words().capability, capability)} ${Math.round(share * 100)}%`)
    .join(words().and);
}

export function ruledOutWords(advice: Recommendation | null): string {
  return Object.entries(advice?.ruled_out ?? {})
    .map(([why, count]) => `${wordFor(words().detail.ruledOutReason, why)} ${count}`)
    .join(words().and);
}

/** What was left out to be in time. */
export function stepWords(advice: Recommendation | null): string {
  return (advice?.steps ?? []).map((step) => wordFor(words().why.step, step)).join(words().and);
}

/** So much of a hash tells one road graph from another. */
const HASH_SHOWN = 8;

/** `roads 1a2b3c4d, 2 closures · beaconfire 0.1.0 · scipy 1.17.1`. */
export function madeOfWords(made: MadeOf): string {
  const roads = made.roads === null ? words().why.noRoads : words().why.roads(made.roads.slice(0, HASH_SHOWN), made.closures);
  return [roads, made.engine, made.solver].join(" · ");
}

/** `turnout 01:00 + road 03:12`. */
export function partWords(unit: ProposedUnit): string {
  return Object.entries(unit.parts)
    .map(([part, seconds]) => `${wordFor(words().why.part, part)} ${lengthWords(seconds)}`)
    .join(" + ");
}

/** What it costs, term by term, the dearest first. */
export function termWords(unit: ProposedUnit): string {
  return Object.entries(unit.terms)
    .filter(([, price]) => Math.abs(price) >= SAID_FROM)
    .sort((a, b) => b[1] - a[1])
    .map(([term, price]) => `${wordFor(words().why.term, term)} ${price.toFixed(2)}`)
    .join(words().and);
}

/** Who came next for a unit's place: at most two, and none that the proposal sends as well. */
export function nextOf(option: Option, unit: ProposedUnit): Reason[] {
  return option.reasons.filter((one) => one.unit_id === unit.unit_id && one.code === "considered" && !isSent(option, one.call_sign)).slice(0, CONSIDERED_MAX);
}

function isSent(option: Option, callSign: string | undefined): boolean {
  return option.units.some((one) => one.call_sign === callSign);
}

/** Whether all who came next go too, each for another line. */
export function nextGoToo(option: Option, unit: ProposedUnit): boolean {
  return option.reasons.some((one) => one.unit_id === unit.unit_id && one.code === "considered") && nextOf(option, unit).length === 0;
}

export function nextWords(reason: Reason): string {
  const later = reason.later_by_s ?? 0;
  const said = later < 0 ? words().why.lostSooner : words().why.lost;
  return said(reason.call_sign ?? "", lengthWords(later), wordFor(words().why.term, reason.lost_by));
}

/** What would have come of sending the closer unit, where one was passed over. */
export function counterWords(desk: Desk, option: Option, unit: ProposedUnit): string {
  const passed = option.reasons.find((one) => one.unit_id === unit.unit_id && one.code === "closer_needed_elsewhere");
  if (!passed || isSent(option, passed.call_sign)) return "";
  const why = words().why;
  const other = desk.incidentsById.get(passed.then_late_id ?? "");
  const closer = why.closer(passed.call_sign ?? "", lengthWords(passed.closer_by_s ?? 0));
  const then = !other ? why.nobodyLater : passed.then_unmet ? why.unmet(other.number) : why.late(other.number, lengthWords(passed.then_late_by_s ?? 0));
  return [closer, then].join(words().and === "、" ? "；" : "; ");
}
