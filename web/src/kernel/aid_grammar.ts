/** Help from outside and orders called back, by line: `MA 1042` asks a neighbour for what is short, `RC A07` calls A07 back. */
import type { Verdict, World } from "./grammar";
import { STILL_COMING, type Incident } from "./incidents";
import { more, onIncident, ready, refused, toAscii, tooMuch, unitMissing } from "./reading";
import type { Unit } from "./units";

export interface AidAct {
  readonly do: "aid";
  readonly incident: Incident;
  /** Who is asked first; null leaves it to the service: the nearest neighbour that has one. */
  readonly body: string | null;
}

export interface RecallAct {
  readonly do: "recall";
  readonly unit: Unit;
  readonly assignment_id: string;
}

/** The rest of the line after `MA`. */
export function aid(words: readonly string[], world: World): Verdict {
  return onIncident(words, world, true, (incident, left) => {
    if (left.length > 0) return tooMuch(left);
    if (Object.values(incident.dispatch?.aid ?? {}).some((one) => one.state === "asked")) return refused({ why: "aid_asked", number: incident.number });
    if ((incident.dispatch?.recommendation?.short.length ?? 0) === 0) return refused({ why: "nothing_short", number: incident.number });
    return ready({ do: "aid", incident, body: null });
  });
}

const ON_THE_WAY: ReadonlySet<string> = STILL_COMING;

/** The rest of the line after `RC`: whoever is there already is not called back, but clears. */
export function recall(words: readonly string[], world: World): Verdict {
  const [word, ...rest] = words;
  const going = [...world.units()].filter((unit) => unit.told.assignment_id !== null && ON_THE_WAY.has(unit.told.status));
  if (word === undefined) return more("unit", going.map((unit) => unit.call_sign).sort());
  if (rest.length > 0) return tooMuch(rest);
  const sign = toAscii(word).toUpperCase();
  const unit = world.unitByCallSign(sign);
  if (!unit) return unitMissing(sign, world, true, false);
  const { assignment_id } = unit.told;
  if (assignment_id === null) return refused({ why: "no_assignment", call_sign: unit.call_sign });
  if (!ON_THE_WAY.has(unit.told.status)) return refused({ why: "there_already", call_sign: unit.call_sign });
  return ready({ do: "recall", unit, assignment_id });
}
