/** The command line: a line of text becomes one act, or says what is missing, wrong or not allowed.

Pure: it reads the world through a few questions and changes nothing. Words are given as codes. */
import { Disposition, type Priority } from "./generated/contracts";
import { guessOf } from "./guess";
import type { Incident } from "./incidents";
import { mayBegin, mayDo } from "./rights";
import { isSaidTime, momentSaid } from "./time";
import type { Unit } from "./units";
import { aid, recall, type AidAct, type RecallAct } from "./aid_grammar";
import { casualties, type CasualtiesAct } from "./casualty_grammar";
import { dispatch } from "./dispatch_grammar";
import type { Hindrance } from "./hindrances";
import { instruct, lift as takeBack } from "./instruction_grammar";
import type { InstructAct, UninstructAct } from "./instruction_grammar";
import { layer, type LayerAct } from "./layer_grammar";
import { more, numbers, onIncident, ready, refused, toAscii, tooMuch, unitMissing } from "./reading";
import type { Turning } from "./turning";
import { draw, lift, zone, type DrawAct } from "./zone_grammar";
import type { Zone } from "./zones";

export type { Hindrance };

export interface TypeNamed {
  readonly code: string;
  readonly name_zh: string;
  readonly name_en: string;
}

/** What the line may ask about the world. */
export interface World {
  incidentByNumber(number: number): Incident | undefined;
  unitByCallSign(callSign: string): Unit | undefined;
  incidents(): Iterable<Incident>;
  units(): Iterable<Unit>;
  /** Hazard zones in force, the newest first. */
  zones(): Iterable<Zone>;
  types(): readonly TypeNamed[];
  /** Where a unit was last seen, or its station. */
  whereabouts(unit: Unit): { readonly lon: number; readonly lat: number } | null;
  readonly selected: Incident | undefined;
  /** Whether whoever types may ever do an action of `roles.toml`. */
  may(action: string): boolean;
  /** Business time in milliseconds, and the zone in which times of day are said. */
  readonly now: number;
  readonly zone: string;
  /** The place last pointed at on the map. */
  readonly pointed: { readonly lon: number; readonly lat: number } | null;
}

export type RadioStep = "acknowledge" | "en-route" | "on-scene" | "clear";

export type ReportPlace =
  | { readonly lon: number; readonly lat: number }
  | { readonly address: string }
  | null;

export type Act =
  | OrderAct
  | { readonly do: "take"; readonly incident: Incident }
  | { readonly do: "priority"; readonly incident: Incident; readonly priority: Priority }
  | { readonly do: "alarm"; readonly incident: Incident; readonly level: number }
  | { readonly do: "close"; readonly incident: Incident; readonly disposition: Disposition }
  | StepAct
  | { readonly do: "note"; readonly incident: Incident; readonly text: string }
  | { readonly do: "fly"; readonly incident?: Incident; readonly unit?: Unit }
  | { readonly do: "merge"; readonly incident: Incident; readonly into: Incident }
  | { readonly do: "report"; readonly type: TypeNamed; readonly place: ReportPlace; readonly text: string }
  | { readonly do: "zone"; readonly incident: Incident; readonly radius_m: number; readonly closes: boolean }
  | { readonly do: "lift"; readonly incident: Incident; readonly zone: Zone }
  | InstructAct
  | UninstructAct
  | LayerAct
  | DrawAct
  | AidAct
  | RecallAct
  | CasualtiesAct
  | { readonly do: "preview"; readonly type: TypeNamed | null; readonly place: { readonly lon: number; readonly lat: number } | null }
  | { readonly do: "help" };

export interface OrderAct {
  readonly do: "dispatch";
  readonly incident: Incident;
  readonly units: readonly Unit[];
  /** The id of the recommendation that these units were read from, where it is followed. */
  readonly recommendation: string | null;
  readonly turning?: Turning;
}

export interface StepAct {
  readonly do: "step";
  readonly unit: Unit;
  readonly step: RadioStep;
  readonly assignment_id: string;
  /** The state of the assignment that the desk saw, where the picture tells it. */
  readonly version: number | null;
  /** When it happened, where the line says so; else it is now. */
  readonly occurred_at: number | null;
}

/** What the line waits for. */
export type Wanted =
  | "incident" | "unit" | "priority" | "disposition" | "text" | "type" | "target" | "time" | "metres"
  | "reason" | "layer" | "minutes" | "hours" | "shape" | "counts";

export type Verdict =
  | { readonly kind: "empty" }
  | { readonly kind: "more"; readonly wanted: Wanted; readonly options: readonly string[] }
  | { readonly kind: "ready"; readonly act: Act }
  | { readonly kind: "refused"; readonly hindrance: Hindrance }
  | { readonly kind: "unknown"; readonly verb: string; readonly guess: string | null };

export const VERBS = ["D", "T", "P", "S", "C", "AK", "ER", "OS", "CL", "N", "F", "M", "R", "Z", "ZL", "ZD", "K", "V", "U", "L", "W", "MA", "RC", "CA", "?"] as const;
export type Verb = (typeof VERBS)[number];

const STEPS: Readonly<Partial<Record<Verb, RadioStep>>> = {
  AK: "acknowledge",
  ER: "en-route",
  OS: "on-scene",
  CL: "clear",
};
/** The highest alarm that a run card may have (STEPS_MAX of the service). */
export const ALARM_LEVEL_MAX = 10;

export function understand(line: string, world: World): Verdict {
  const verdict = read(line, world);
  if (verdict.kind !== "ready" || mayDo(verdict.act, (action) => world.may(action))) return verdict;
  const isLowered = verdict.act.do === "priority" && world.may("incident.reclassify");
  return refused({ why: isLowered ? "leaders_to_lower" : "not_allowed" });
}

function read(line: string, world: World): Verdict {
  const [first, ...rest] = line.trim().split(/\s+/).filter((word) => word !== "");
  if (first === undefined) return { kind: "empty" };
  const verb = VERBS.find((one) => one === toAscii(first).toUpperCase());
  if (!verb && rest.length === 0 && world.incidentByNumber(Number(toAscii(first)))) return { kind: "unknown", verb: first, guess: `F ${toAscii(first)}` };
  if (!verb) return { kind: "unknown", verb: first, guess: guessOf(first.toUpperCase(), VERBS) };
  if (!mayBegin(verb, (action) => world.may(action))) return refused({ why: "not_allowed" });
  const step = STEPS[verb];
  if (step) return radio(step, rest, world);
  switch (verb) {
    case "D":
      return dispatch(rest, world);
    case "T":
      return onIncident(rest, world, true, (incident, left) =>
        left.length > 0 ? tooMuch(left) : ready({ do: "take", incident }),
      );
    case "P":
      return priority(rest, world);
    case "S":
      return alarm(rest, world);
    case "C":
      return onIncident(rest, world, true, (incident, left) => close(incident, left));
    case "N":
      return onIncident(rest, world, false, (incident, left) =>
        left.length === 0 ? more("text") : ready({ do: "note", incident, text: left.join(" ") }),
      );
    case "F":
      return fly(rest, world);
    case "M":
      return merge(rest, world);
    case "R":
      return report(line, rest, world);
    case "Z":
      return onIncident(rest.map(toAscii), world, true, zone);
    case "ZL":
      return onIncident(rest, world, false, (incident, left) => lift(incident, left, world));
    case "ZD":
      return draw(rest.map(toAscii));
    case "K":
      return instruct("kept", rest, world);
    case "V":
      return instruct("vetoed", rest, world);
    case "U":
      return takeBack(rest, world);
    case "L":
      return layer(rest.map(toAscii), world);
    case "W":
      return preview(rest, world);
    case "MA":
      return aid(rest, world);
    case "RC":
      return recall(rest, world);
    case "CA":
      return casualties(rest, world);
    default:
      return ready({ do: "help" });
  }
}

/** What Tab makes of the line: its last word completed by the first option, or that option after a word that is whole. */
export function complete(line: string, options: readonly string[], wanted: Wanted | null = null): string {
  const [option] = options;
  if (option === undefined) return line;
  const at = line.search(/\S*$/);
  const last = toAscii(line.slice(at)).toLowerCase();
  const isVerb = at === 0 || line.slice(0, at).trim() === "";
  // a type is found by either name too, which its code need not hold
  const isBegun = !isVerb && (wanted === "type" || option.toLowerCase().includes(last));
  return isBegun || last === "" ? `${line.slice(0, at)}${option} ` : `${line} ${option} `;
}

function priority(words: readonly string[], world: World): Verdict {
  const short = words.length === 1 && /^[1-4１-４]$/.test(words[0]!) && world.selected;
  return onIncident(short ? ["-", ...words] : words, world, true, (incident, given) => {
    const left = short ? given.slice(1) : given;
    const [level, ...rest] = left;
    if (level === undefined) return more("priority", ["1", "2", "3", "4"]);
    const figure = toAscii(level).replace(/^p/i, "");
    if (!/^[1-4]$/.test(figure)) return refused({ why: "bad_priority", text: level });
    if (rest.length > 0) return tooMuch(rest);
    return ready({ do: "priority", incident, priority: Number(figure) as Priority });
  });
}

/** `S 1042` strikes the next alarm, `S 1042 3` that one; naming a level makes two desks' wish one alarm. */
function alarm(words: readonly string[], world: World): Verdict {
  const short = words.length === 1 && /^\d{1,2}$/.test(toAscii(words[0]!)) && world.selected;
  return onIncident(short ? ["-", ...words] : words, world, true, (incident, given) => {
    const [word, ...rest] = short ? given.slice(1) : given;
    if (rest.length > 0) return tooMuch(rest);
    const level = word === undefined ? incident.alarm_level + 1 : Number(toAscii(word));
    if (!(level >= 2 && level <= ALARM_LEVEL_MAX)) return refused({ why: "bad_level", text: word ?? String(level) });
    if (level <= incident.alarm_level) {
      return refused({ why: "alarm_struck", number: incident.number, level: incident.alarm_level });
    }
    return ready({ do: "alarm", incident, level });
  });
}

function close(incident: Incident, left: readonly string[]): Verdict {
  const [word, ...rest] = left;
  if (word === undefined) return more("disposition", Disposition);
  if (rest.length > 0) return tooMuch(rest);
  const disposition = Disposition.find((one) => one === word.toLowerCase());
  const count = incident.assignments.length;
  if (disposition && count > 0) return refused({ why: "units_at_it", number: incident.number, count });
  if (disposition) return ready({ do: "close", incident, disposition });
  const begun = Disposition.filter((one) => one.startsWith(word.toLowerCase()));
  if (begun.length > 0) return { kind: "more", wanted: "disposition", options: begun };
  return refused({ why: "no_such_disposition", text: word });
}

function radio(step: RadioStep, words: readonly string[], world: World): Verdict {
  const [word, said, ...rest] = words;
  const busy = [...world.units()].filter((unit) => unit.told.assignment_id !== null);
  if (word === undefined) return more("unit", busy.map((unit) => unit.call_sign).sort());
  if (rest.length > 0) return tooMuch(rest);
  const callSign = toAscii(word).toUpperCase();
  const unit = world.unitByCallSign(callSign);
  if (!unit) return unitMissing(callSign, world, said === undefined, false);
  const { assignment_id } = unit.told;
  if (assignment_id === null) return refused({ why: "no_assignment", call_sign: unit.call_sign });
  const version = versionOf(assignment_id, world);
  if (said === undefined) return ready({ do: "step", unit, step, assignment_id, version, occurred_at: null });
  const time = toAscii(said);
  if (/^(?:\d{1,2}:?\d?|-)$/.test(time)) return more("time");
  if (!isSaidTime(time)) return tooMuch([said]);
  const occurred_at = momentSaid(time, world.now, world.zone);
  if (occurred_at === null) return refused({ why: "bad_time", text: said });
  return ready({ do: "step", unit, step, assignment_id, version, occurred_at });
}

function versionOf(assignmentId: string, world: World): number | null {
  for (const incident of world.incidents()) {
    const found = incident.dispatch?.assignments[assignmentId];
    if (found) return found.version ?? null;
  }
  return null;
}

function fly(words: readonly string[], world: World): Verdict {
  const [word, ...rest] = words;
  if (rest.length > 0) return tooMuch(rest);
  const unit = word === undefined ? undefined : world.unitByCallSign(toAscii(word).toUpperCase());
  if (unit) return ready({ do: "fly", unit });
  if (word !== undefined && !/^\d+$/.test(toAscii(word))) {
    return unitMissing(toAscii(word).toUpperCase(), world, true, false);
  }
  return onIncident(words, world, false, (incident) => ready({ do: "fly", incident }));
}

function merge(words: readonly string[], world: World): Verdict {
  const [one, other, ...rest] = words;
  if (rest.length > 0) return tooMuch(rest);
  const given = other === undefined && world.selected && one !== undefined ? ["-", one] : words;
  const inner = (incident: Incident, left: readonly string[]): Verdict => {
    const target = left.filter((word) => word !== "-");
    if (target.length === 0) return more("target", numbers(world, ""));
    return onIncident(target, world, true, (into) => {
      if (into.id === incident.id) return refused({ why: "same_incident", number: into.number });
      return ready({ do: "merge", incident, into });
    });
  };
  return onIncident(given, world, true, inner);
}

/** `R type [@place] text`: the place is `@` (pointed at), `@lon,lat`, `@word` or `@"more words"`. */
function report(line: string, words: readonly string[], world: World): Verdict {
  const [word, ...rest] = words;
  if (word === undefined) return more("type", world.types().map((type) => type.code));
  const matching = typesLike(word, world.types());
  const type = matching.find((one) => isNamed(one, word)) ?? (rest.length > 0 && matching.length === 1 ? matching[0] : undefined);
  if (!type) {
    if (rest.length === 0 && matching.length > 0) return more("type", matching.map((one) => one.code));
    const codes = world.types().map((one) => one.code);
    return refused({ why: "no_such_type", text: word, guess: matching[0]?.code ?? guessOf(word, codes) });
  }
  const body = line.slice(line.indexOf(word) + word.length).trim();
  const found = /(?:^|\s)[@＠](?:["“”]([^"“”]*)["“”]|(\S*))/.exec(body);
  const text = body.replace(found?.[0] ?? "", " ").trim();
  const place = found ? placeOf(found[1] ?? found[2] ?? "", world) : null;
  if (place === undefined) return refused({ why: "nothing_pointed" });
  if (text === "" && place === null) return more("text", ["@"]);
  return ready({ do: "report", type, place, text });
}

function placeOf(text: string, world: World): ReportPlace | undefined {
  if (text === "") return world.pointed ?? undefined;
  const pair = /^([-\d.]+),([-\d.]+)$/.exec(toAscii(text));
  const [lon, lat] = [Number(pair?.[1]), Number(pair?.[2])];
  const isPair = Math.abs(lon) <= 180 && Math.abs(lat) <= 90;
  if (isPair) return { lon, lat };
  return { address: text.replaceAll("_", " ") };
}

function isNamed(type: TypeNamed, word: string): boolean {
  const low = word.toLowerCase();
  return type.code === low || type.name_zh === word || type.name_en.toLowerCase() === low;
}

function typesLike(word: string, types: readonly TypeNamed[]): TypeNamed[] {
  const low = word.toLowerCase();
  const exact = types.filter((type) => isNamed(type, word));
  if (exact.length > 0) return exact;
  return types.filter(
    (type) =>
      type.code.includes(low) || type.name_zh.includes(word) || type.name_en.toLowerCase().includes(low),
  );
}

/** `W type [@lon,lat]`: what the run cards in force would send, there or where the map was pointed at. */
function preview(words: readonly string[], world: World): Verdict {
  const [word, place, ...rest] = words;
  if (rest.length > 0) return tooMuch(rest);
  if (word === undefined) return ready({ do: "preview", type: null, place: world.pointed });
  const matching = typesLike(word, world.types());
  const type = matching.find((one) => isNamed(one, word)) ?? (matching.length === 1 ? matching[0] : undefined);
  if (!type && matching.length > 0) return more("type", matching.map((one) => one.code));
  if (!type) return refused({ why: "no_such_type", text: word, guess: guessOf(word, world.types().map((one) => one.code)) });
  const at = place === undefined ? world.pointed : placeOf(place.replace(/^[@＠]/, ""), world);
  if (at === undefined || (at !== null && "address" in at)) return refused({ why: "nothing_pointed" });
  return ready({ do: "preview", type, place: at });
}
