/** Layers of the map by line: `L closed`, `L reach A07 10`, `L cover als 8`, `L hot 24`, `L off`. */
import type { Verdict, World } from "./grammar";
import { more, ready, refused, tooMuch } from "./reading";

export const LAYERS = ["closed", "reach", "cover", "hot"] as const;
export type LayerName = (typeof LAYERS)[number];
/** What the console offers; the service takes any from one to sixty. */
export const MINUTES = [3, 5, 8, 10, 15, 20] as const;
export const HOURS = [6, 24, 72, 168] as const;
export const USUAL_MINUTES = 8;
export const USUAL_HOURS = 24;
const MINUTES_MAX = 60;
const HOURS_MAX = 720;

/** A place from which is reached: named for the eye. */
export interface ReachFrom {
  readonly lon: number;
  readonly lat: number;
  readonly name: string;
  /** The unit that stands there, if it is one: the layer goes with it. */
  readonly unit_id: string | null;
}

export interface LayerAct {
  readonly do: "layer";
  readonly layer: LayerName | "off";
  readonly from: ReachFrom | null;
  readonly minutes: number;
  readonly hours: number;
  readonly capability: string | null;
}

const NAMES: Readonly<Record<string, LayerName | "off">> = {
  closed: "closed", reach: "reach", cover: "cover", hot: "hot", off: "off",
  封路: "closed", 到达: "reach", 覆盖: "cover", 热点: "hot", 关: "off",
};
const USUAL = { do: "layer", from: null, minutes: USUAL_MINUTES, hours: USUAL_HOURS, capability: null } as const;

export function layer(words: readonly string[], world: World): Verdict {
  const [word, ...rest] = words;
  if (word === undefined) return more("layer", [...LAYERS, "off"]);
  const name = NAMES[word.toLowerCase()];
  if (!name) {
    const begun = [...LAYERS, "off"].filter((one) => one.startsWith(word.toLowerCase()));
    return begun.length > 0 ? more("layer", begun) : refused({ why: "no_such_layer", text: word });
  }
  switch (name) {
    case "reach":
      return reach(rest, world);
    case "cover":
      return cover(rest, world);
    case "hot":
      return hot(rest);
    default:
      return rest.length > 0 ? tooMuch(rest) : ready({ ...USUAL, layer: name });
  }
}

/** From a unit, an incident, or what is selected or pointed at; then minutes. */
function reach(words: readonly string[], world: World): Verdict {
  const [first, second, ...rest] = words;
  if (rest.length > 0) return tooMuch(rest);
  const named = first === undefined ? null : fromNamed(first, world);
  const told = named ? second : first;
  if (!named && second !== undefined) return refused({ why: "no_such_place", text: first ?? "" });
  if (!named && first !== undefined && !/^\d{1,2}$/.test(first)) return refused({ why: "no_such_place", text: first });
  const from = named ?? fromHere(world);
  if (!from) return refused({ why: "nothing_pointed" });
  const minutes = told === undefined ? USUAL_MINUTES : minutesOf(told);
  return minutes === null ? refused({ why: "bad_minutes", text: told ?? "" }) : ready({ ...USUAL, layer: "reach", from, minutes });
}

function fromNamed(word: string, world: World): ReachFrom | null {
  const unit = world.unitByCallSign(word.toUpperCase());
  const here = unit && (world.whereabouts(unit) ?? null);
  if (unit && here) return { lon: here.lon, lat: here.lat, name: unit.call_sign, unit_id: unit.id };
  const incident = /^\d{3,}$/.test(word) ? world.incidentByNumber(Number(word)) : undefined;
  if (!incident || incident.lon === null || incident.lat === null) return null;
  return { lon: incident.lon, lat: incident.lat, name: String(incident.number), unit_id: null };
}

/** The place pointed at, else the selected incident's. */
export function fromHere(world: Pick<World, "pointed" | "selected">): ReachFrom | null {
  const { pointed, selected } = world;
  if (pointed) return { ...pointed, name: "", unit_id: null };
  if (!selected || selected.lon === null || selected.lat === null) return null;
  return { lon: selected.lon, lat: selected.lat, name: String(selected.number), unit_id: null };
}

/** A capability, minutes, both or neither. */
function cover(words: readonly string[], world: World): Verdict {
  let capability: string | null = null;
  let minutes: number | null = USUAL_MINUTES;
  const known = new Set([...world.units()].flatMap((unit) => unit.told.capabilities));
  for (const word of words) {
    if (/^\d+$/.test(word)) minutes = minutesOf(word);
    else if (known.has(word.toLowerCase())) capability = word.toLowerCase();
    else return more("layer", [...known].filter((one) => one.startsWith(word.toLowerCase())).sort());
    if (minutes === null) return refused({ why: "bad_minutes", text: word });
  }
  return ready({ ...USUAL, layer: "cover", capability, minutes });
}

function hot(words: readonly string[]): Verdict {
  const [word, ...rest] = words;
  if (rest.length > 0) return tooMuch(rest);
  const hours = word === undefined ? USUAL_HOURS : Number(word);
  if (!(Number.isInteger(hours) && hours >= 1 && hours <= HOURS_MAX)) return refused({ why: "bad_hours", text: word ?? "" });
  return ready({ ...USUAL, layer: "hot", hours });
}

function minutesOf(word: string): number | null {
  const minutes = Number(word);
  return Number.isInteger(minutes) && minutes >= 1 && minutes <= MINUTES_MAX ? minutes : null;
}
