/** What a line of the command line means, what comes of it, and why it cannot be: in words. */
import type { Act, Verdict } from "../../kernel/grammar";
import type { Hindrance } from "../../kernel/hindrances";
import type { LayerAct } from "../../kernel/layer_grammar";
import { distance, figures, timeOfDay } from "../../kernel/time";
import { lossesOf } from "../../kernel/turning";
import type { Unit } from "../../kernel/units";
import { language } from "../../spoken/language.svelte";
import { metresBetween } from "../map/shapes";
import { words, wordFor } from "../words";
import type { Desk } from "./desk.svelte";
import { incidentName, named } from "./naming";
import { needWords } from "./timeline";
import type { Ways } from "./ways.svelte";

type Order = Extract<Act, { do: "dispatch" }>;

/** The options of a verdict, with their words where they have some. */
export function optionWords(verdict: Extract<Verdict, { kind: "more" }>): string {
  const list: Readonly<Record<string, string>> =
    verdict.wanted === "reason" ? words().why.reason : verdict.wanted === "layer" ? words().layers.name : words().disposition;
  return verdict.options.map((one) => (list[one] && !sameWord(one, list[one]) ? `${one} (${list[one]})` : one)).join(words().and);
}

/** `cover cover` tells nobody anything. */
function sameWord(code: string, word: string): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/[_\s]/g, "");
  return plain(code) === plain(word);
}

/** What the line would do, in a sentence. */
export function meaningOf(desk: Desk, act: Act): string {
  const does = words().command.does;
  switch (act.do) {
    case "dispatch":
      return joined([does.dispatch(signs(act.units), incidentName(desk, act.incident)), ...turnWords(desk, act)]);
    case "take":
      return does.take(incidentName(desk, act.incident));
    case "priority":
      return does.priority(incidentName(desk, act.incident), `P${act.priority}`);
    case "alarm":
      return does.alarm(incidentName(desk, act.incident), act.level);
    case "close":
      return does.close(incidentName(desk, act.incident), words().disposition[act.disposition]);
    case "step":
      return does.step(act.unit.call_sign, wordFor(words().detail.next, act.step));
    case "note":
      return does.note(incidentName(desk, act.incident));
    case "fly":
      return does.fly(act.unit?.call_sign ?? (act.incident ? incidentName(desk, act.incident) : ""));
    case "merge":
      return does.merge(incidentName(desk, act.incident), incidentName(desk, act.into));
    case "report":
      return does.report(named(act.type));
    case "zone":
      return does.zone(incidentName(desk, act.incident), distance(act.radius_m, language.now));
    case "lift":
      return does.lift(incidentName(desk, act.incident));
    case "draw":
      return does.draw(words().zones.shape[act.shape]);
    case "instruct":
      return act.kind === "kept" ? does.keep(act.unit.call_sign, incidentName(desk, act.incident)) : does.veto(act.unit.call_sign, incidentName(desk, act.incident), wordFor(words().why.reason, act.reason));
    case "uninstruct":
      return does.uninstruct(act.unit.call_sign, incidentName(desk, act.incident));
    case "layer":
      return layerMeaning(act);
    case "preview":
      return does.preview(act.type ? named(act.type) : "");
    case "aid":
      return does.aid(incidentName(desk, act.incident), needWords(act.incident.dispatch?.recommendation?.short));
    case "recall":
      return does.recall(act.unit.call_sign);
    case "casualties":
      return does.casualties(incidentName(desk, act.incident), words().aid.counts(act.immediate, act.delayed, act.minor, act.dead));
    case "help":
      return does.help;
  }
}

/** What comes of it. */
export function consequenceOf(desk: Desk, ways: Ways, act: Act): string {
  const then = words().command.then;
  switch (act.do) {
    case "dispatch":
      return joined([...lossWords(desk, act), ...arrivalWords(ways, act)]);
    case "take":
      return desk.session.seat ? then.take(desk.session.seat.code) : then.noSeat;
    case "alarm":
      return then.alarm;
    case "close":
      return then.closeEasy;
    case "merge":
      return then.merge;
    case "step":
      return stepConsequence(desk, act);
    case "zone":
      return act.closes ? then.zoneCloses : then.zoneOpen;
    case "lift":
      return then.lift;
    case "draw":
      return then.draw;
    case "instruct":
      return act.kind === "kept" ? then.keep : then.veto;
    case "uninstruct":
      return then.uninstruct;
    case "aid":
    case "recall":
    case "casualties":
      return then[act.do];
    case "preview":
      return act.place === null ? then.previewNowhere : then.preview;
    case "report":
      if (act.place === null) return then.reportNowhere;
      return then.report("address" in act.place ? act.place.address : act.place === desk.pointed ? then.pointed : `${act.place.lon}, ${act.place.lat}`);
    default:
      return "";
  }
}

function stepConsequence(desk: Desk, act: Extract<Act, { do: "step" }>): string {
  const then = words().command.then;
  if (act.occurred_at === null) return then.step;
  const time = (moment: number) => timeOfDay(moment, desk.zone).slice(0, 5);
  const said = then.stepAt(time(act.occurred_at), Math.round((desk.now - act.occurred_at) / 60_000));
  const order = desk.incidentsById.get(act.unit.told.incident_id ?? "")?.dispatch?.assignments[act.assignment_id];
  const ordered = order ? Date.parse(order.dispatched_at) : act.occurred_at;
  return act.occurred_at < ordered ? joined([said, then.beforeOrder(time(ordered))]) : said;
}

/** Sentences of one line. */
function joined(parts: readonly string[]): string {
  return parts.join(words().and === "、" ? "；" : "; ");
}

function signs(units: readonly Unit[]): string {
  return units.map((unit) => unit.call_sign).join(words().and);
}

/** Whose crews turn round by an order, and from what. */
function turnWords(desk: Desk, act: Order): string[] {
  return lossesOf(act.units, act.turning, desk.incidents()).map(({ units, incident }) => words().command.does.turn(signs(units), units.length, incident.number));
}

/** What other incidents lose by an order: this is read before it is given. */
function lossWords(desk: Desk, act: Order): string[] {
  const then = words().command.then;
  return lossesOf(act.units, act.turning, desk.incidents()).map(({ incident: { number, priority }, staying }) =>
    staying.length === 0 ? then.leavesNobody(number, `P${priority}`) : then.leavesOthers(number, `P${priority}`, staying.map((one) => desk.callSign(one.unit_id)).join(words().and)),
  );
}

function arrivalWords(ways: Ways, act: Order): string[] {
  const then = words().command.then;
  if (act.incident.lon === null) return [then.noPlaceYet];
  const proposed = new Map(act.incident.dispatch?.recommendation?.units.map((one) => [one.unit_id, one.travel_time_s]));
  const times = act.units.flatMap((unit) => {
    const seconds = proposed.get(unit.id) ?? ways.seconds.get(unit.id)?.travel_time_s;
    return seconds === undefined ? [] : [figures(seconds)];
  });
  return [...(act.recommendation !== null ? [then.recommended] : []), times.length === act.units.length ? then.arrive(times.join(words().and)) : then.estimating];
}

/** Why not. */
export function hindranceWords(hindrance: Hindrance): string {
  const why = words().command.why;
  switch (hindrance.why) {
    case "no_such_incident":
      return why.no_such_incident(hindrance.number);
    case "no_such_unit":
    case "unit_off":
    case "no_assignment":
    case "there_already":
      return why[hindrance.why](hindrance.call_sign);
    case "alarm_struck":
      return why.alarm_struck(String(hindrance.number), hindrance.level);
    case "unit_taken":
      return why.unit_taken(hindrance.call_sign, String(hindrance.number ?? ""));
    case "unit_under_way":
      return why.unit_under_way(hindrance.call_sign, hindrance.number, hindrance.line);
    case "crew_there":
    case "crew_transports":
    case "crew_recalled":
      return why[hindrance.why](hindrance.call_sign, hindrance.number);
    case "no_such_type":
    case "no_such_disposition":
    case "bad_priority":
    case "bad_level":
    case "bad_metres":
    case "bad_count":
    case "bad_time":
    case "bad_minutes":
    case "bad_hours":
    case "no_such_reason":
    case "no_such_layer":
    case "no_such_place":
    case "too_much":
      return why[hindrance.why](hindrance.text);
    case "units_at_it":
      return why.units_at_it(String(hindrance.number), hindrance.count);
    case "nothing_pointed":
    case "not_allowed":
    case "leaders_to_lower":
      return why[hindrance.why];
    default:
      return why[hindrance.why](String(hindrance.number));
  }
}

const HAD_ELSEWHERE: ReadonlySet<Hindrance["why"]> = new Set(["unit_taken", "unit_under_way", "crew_there", "crew_transports", "crew_recalled", "unit_off"]);

/** The nearest free unit that can do the same, for one that cannot be had. */
export function substituteFor(desk: Desk, text: string, hindrance: Hindrance): string {
  if (!("call_sign" in hindrance) || !HAD_ELSEWHERE.has(hindrance.why)) return "";
  const missing = desk.unitByCallSign(hindrance.call_sign);
  const target = desk.selected ?? desk.incidentByNumber(Number(/\d+/.exec(text)?.[0]));
  if (!missing || !target || target.lon === null || target.lat === null) return "";
  const place = { lon: target.lon, lat: target.lat };
  const near = [...desk.units()]
    .filter((unit) => unit.available && unit.kind === missing.kind && !text.toUpperCase().includes(unit.call_sign))
    .flatMap((unit) => {
      const here = desk.whereabouts(unit);
      return here ? [{ unit, far: metresBetween(here, place) }] : [];
    })
    .sort((a, b) => a.far - b.far)[0];
  return near ? words().command.substitute(near.unit.call_sign) : "";
}

function layerMeaning(act: LayerAct): string {
  const said = words().layers.does;
  switch (act.layer) {
    case "reach":
      return said.reach(act.from?.name || words().layers.pointed, act.minutes);
    case "cover":
      return said.cover(act.capability === null ? words().layers.anyUnit : wordFor(words().capability, act.capability), act.minutes);
    case "hot":
      return said.hot(act.hours);
    default:
      return said[act.layer];
  }
}
