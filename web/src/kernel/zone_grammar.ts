/** The command line's words about hazard zones: `Z 1042 900` declares a circle, `ZL 1042` lifts it, `ZD` draws one by hand. */
import type { Verdict, World } from "./grammar";
import type { Incident } from "./incidents";

/** As small and as large as the service takes a circle (RADIUS_M_MIN, RADIUS_M_MAX). */
const RADIUS_M_MIN = 1;
export const RADIUS_M_MAX = 50_000;
const USUAL = ["100", "300", "900"];
/** Said after the metres: roads inside stay as they are. */
const OPEN = "open";

/** The rest of `Z 1042`: metres, and whether roads inside stay open. */
export function zone(incident: Incident, left: readonly string[]): Verdict {
  const [word, roads, ...rest] = left;
  if (incident.lon === null || incident.lat === null) {
    return { kind: "refused", hindrance: { why: "placeless", number: incident.number } };
  }
  if (word === undefined) return { kind: "more", wanted: "metres", options: USUAL };
  const radius_m = Number(word.replace(/m$/i, ""));
  if (!(radius_m >= RADIUS_M_MIN && radius_m <= RADIUS_M_MAX)) {
    return { kind: "refused", hindrance: { why: "bad_metres", text: word } };
  }
  if (roads !== undefined && roads.toLowerCase() !== OPEN) {
    return OPEN.startsWith(roads.toLowerCase())
      ? { kind: "more", wanted: "metres", options: [OPEN] }
      : { kind: "refused", hindrance: { why: "too_much", text: [roads, ...rest].join(" ") } };
  }
  if (rest.length > 0) return { kind: "refused", hindrance: { why: "too_much", text: rest.join(" ") } };
  return { kind: "ready", act: { do: "zone", incident, radius_m, closes: roads === undefined } };
}

/** The rest of `ZL 1042`: the newest zone of that incident. */
export function lift(incident: Incident, left: readonly string[], world: World): Verdict {
  if (left.length > 0) return { kind: "refused", hindrance: { why: "too_much", text: left.join(" ") } };
  for (const found of world.zones()) {
    if (found.told.incident_id === incident.id) return { kind: "ready", act: { do: "lift", incident, zone: found } };
  }
  return { kind: "refused", hindrance: { why: "no_zone", number: incident.number } };
}

export interface DrawAct {
  readonly do: "draw";
  readonly shape: "polygon" | "circle";
}

const SHAPES: Readonly<Record<string, DrawAct["shape"]>> = { polygon: "polygon", circle: "circle", o: "circle", 圆: "circle" };

/** The rest of `ZD`: corner by corner, or `circle`. */
export function draw(words: readonly string[]): Verdict {
  const [word, ...rest] = words;
  if (rest.length > 0) return { kind: "refused", hindrance: { why: "too_much", text: rest.join(" ") } };
  if (word === undefined) return { kind: "ready", act: { do: "draw", shape: "polygon" } };
  const shape = SHAPES[word.toLowerCase()];
  if (shape) return { kind: "ready", act: { do: "draw", shape } };
  const begun = ["polygon", "circle"].filter((one) => one.startsWith(word.toLowerCase()));
  if (begun.length > 0) return { kind: "more", wanted: "shape", options: begun };
  return { kind: "refused", hindrance: { why: "too_much", text: word } };
}
