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

/** Of a way that is not the first only who is passed over is said, and once, for however many places: that it is dearer is its nature. */
export function reasonWords(desk: Desk, option: Option, nth: number): string {
  const said = new Set<string>();
  const passed = new Set<string>();
  let considered = 0;
  for (const reason of option.reasons) {
    if (isPassing(reason)) {
      if (passed.has(reason.call_sign ?? "")) continue;
      passed.add(reason.call_sign ?? "");
    }
    if (reason.code !== "considered") headlineWords(desk, option, reason, nth).forEach((part) => said.add(part));
    else if ((reason.later_by_s ?? 0) >= 0 && !isSent(option, reason.call_sign)) {
      considered += 1;
      if (considered <= CONSIDERED_MAX && option.units.length === 1) said.add(words().detail.considered(reason.call_sign ?? "", lengthWords(reason.later_by_s ?? 0)));
    }
  }
  return [...said].join(between());
}

function isPassing(reason: Reason): boolean {
  return reason.closer_by_s !== undefined;
}

function headlineWords(desk: Desk, option: Option, reason: Reason, nth: number): string[] {
  const detail = words().detail;
  const sign = signOf(option, reason);
  switch (reason.code) {
    case "nearest_able":
      return [nearestWords(option, reason)];
    case "nearest_allowed":
      return [allOrOne(option, reason, detail.nearestAllowed, detail.nearestAllowedAll)];
    case "joint_optimum":
      return nth > 0 ? [] : [allOrOne(option, reason, detail.joint, detail.jointAll)];
    case "least_price":
      return [detail.suits(sign)];
    case "best_found":
      return [detail.found(sign)];
    case "pinned":
      return [detail.pinned(sign)];
    case "fills_instead":
      return [detail.fillsInstead(sign, wordFor(words().capability, reason.capability ?? ""), wordFor(words().capability, reason.of ?? ""))];
    case "turned_round":
      return [detail.turnedRound(sign, numberOf(desk, reason.from_id))];
    case "takes_over":
      return [detail.takesOver(sign, reason.call_sign ?? "", lengthWords(reason.earlier_by_s ?? 0))];
    case "stands_in":
      return [detail.standsIn(sign, reason.call_sign ?? "")];
    default:
      return isSent(option, reason.call_sign) ? [] : closerWords(desk, reason, nth);
  }
}

/** That a closer unit is not sent, and what for. */
function closerWords(desk: Desk, reason: Reason, nth: number): string[] {
  const detail = words().detail;
  const closer = [reason.call_sign ?? "", lengthWords(reason.closer_by_s ?? 0)] as const;
  switch (reason.code) {
    case "closer_needed_elsewhere":
      return [detail.closerNeeded(...closer, numberOf(desk, reason.needed_by)), ...(nth > 0 ? [] : otherwiseWords(desk, reason))];
    case "closer_dearer":
    case "closer_not_weighed":
    case "closer_in_another_way":
    case "diversion_used":
      return [detail.closerBut(...closer, becauseWords(desk, reason))];
    case "closer_not_asked_for":
      return [detail.closerOnly(...closer)];
    default:
      return [];
  }
}

/** By road, or as the crow flies where there is no road graph yet. */
function nearestWords(option: Option, reason: Reason): string {
  const detail = words().detail;
  return isStraight(reason) ? allOrOne(option, reason, detail.nearestStraight, detail.nearestStraightAll) : allOrOne(option, reason, detail.nearest, detail.nearestAll);
}

/** What holds of several units is said once. */
function allOrOne(option: Option, reason: Reason, one: (unit: string) => string, all: (units: string) => string): string {
  const signs = option.reasons.filter((other) => other.code === reason.code).map((other) => signOf(option, other));
  return signs.length > 1 ? all(signs.join(words().and)) : one(signOf(option, reason));
}

function signOf(option: Option, reason: Reason): string {
  return option.units.find((unit) => unit.unit_id === reason.unit_id)?.call_sign ?? "";
}

function isStraight(reason: Reason): boolean {
  return reason.method === "straight_line";
}

function numberOf(desk: Desk, incidentId: string | undefined): number | null {
  return desk.incidentsById.get(incidentId ?? "")?.number ?? null;
}

function between(): string {
  return words().and === "、" ? "；" : "; ";
}

/** What a unit was passed over for: a term of its price, or what holds where no term decided. */
function becauseWords(desk: Desk, reason: Reason): string {
  const why = words().why;
  const by = reason.lost_by ?? "";
  if (by === "needed_elsewhere") return why.goesTo(numberOf(desk, reason.needed_by));
  if (by === "tie" && reason.tie_by) return wordFor(why.tie, reason.tie_by);
  if (by in why.code) return wordFor(why.code, by);
  return by in why.step ? wordFor(why.step, by) : why.lost(wordFor(why.term, by));
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

/** By reason how many, and the nearest by name; who cannot do it at all is only counted. */
export function ruledOutWords(advice: Recommendation | null): string {
  return Object.entries(advice?.ruled_out ?? {})
    .map(([why, count]) => {
      const named = why === "capability" ? [] : (advice?.ruled_out_units[why] ?? []).map((unit) => unit.call_sign);
      return words().why.ruledOutOf(wordFor(words().detail.ruledOutReason, why), count, named.join(words().and), named.length < count);
    })
    .join(between());
}

/** What was left out to be in time. */
export function stepWords(advice: Recommendation | null): string {
  return (advice?.steps ?? []).map((step) => wordFor(words().why.step, step)).join(words().and);
}

/** So much of a hash tells one road graph, or set of closures, from another. */
const HASH_SHOWN = 8;

/** `roads 1a2b3c4d, 2 closures 9f8e7d6c · beaconfire 0.1.0 · scipy 1.17.1`. */
export function madeOfWords(made: MadeOf): string {
  const roads = made.roads === null ? words().why.noRoads : words().why.roads(made.roads.slice(0, HASH_SHOWN), made.closures, made.closures_hash?.slice(0, HASH_SHOWN) ?? "");
  return [roads, made.engine, made.solver].join(" · ");
}

/** `turnout 01:00 + road 03:12 + off the road 00:20`. */
export function partWords(option: Option, unit: ProposedUnit): string {
  const straight = option.reasons.some((one) => one.unit_id === unit.unit_id && isStraight(one));
  return Object.entries(unit.parts)
    .filter(([part, seconds]) => part !== "off_road_s" || seconds >= 0.5)
    .map(([part, seconds]) => `${straight && part === "road_s" ? words().why.straight : wordFor(words().why.part, part)} ${lengthWords(seconds)}`)
    .join(" + ");
}

/** How long before the target it arrives, or after. */
export function slackWords(unit: ProposedUnit): string {
  if (unit.slack_s === null) return "";
  return (unit.slack_s < 0 ? words().why.late : words().why.early)(lengthWords(unit.slack_s));
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

export function nextWords(desk: Desk, reason: Reason): string {
  const why = words().why;
  const later = Math.round(reason.later_by_s ?? 0);
  const when = later === 0 ? why.asSoon : (later < 0 ? why.sooner : why.later)(lengthWords(later));
  return why.passed(reason.call_sign ?? "", when, becauseWords(desk, reason));
}

/** What would have come of sending the closer unit, where one was passed over and that was asked. */
export function counterWords(desk: Desk, option: Option, unit: ProposedUnit): string {
  const passed = option.reasons.find((one) => one.unit_id === unit.unit_id && one.code.startsWith("closer_"));
  if (passed?.then_dearer_by === undefined || isSent(option, passed.call_sign)) return "";
  const why = words().why;
  const other = desk.incidentsById.get(passed.then_late_id ?? "");
  const closer = why.closer(passed.call_sign ?? "", lengthWords(passed.closer_by_s ?? 0));
  const nobody = passed.then_dearer_by === 0 ? why.asGood : passed.then_late_id ? why.someoneLater : why.nobodyLater;
  const then = !other ? nobody : passed.then_unmet ? why.unmet(other.number) : why.waits(other.number, lengthWords(passed.then_late_by_s ?? 0));
  return [closer, then].join(between());
}
