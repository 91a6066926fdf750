/** Orders by line: `D 1042` accepts what is recommended, `D 1042 A07` sends A07, `D 1042 !A07` turns its crew round if it is on its way elsewhere. */
import type { Act, Verdict, World } from "./grammar";
import type { Hindrance } from "./hindrances";
import type { Incident } from "./incidents";
import { more, onIncident, ready, refused, toAscii, unitMissing } from "./reading";
import { sendingOf } from "./turning";
import type { Unit } from "./units";

/** Before a call sign: its crew is turned round, if it must be. */
export const TURN_MARK = "!";

/** The rest of the line after `D`. */
export function dispatch(words: readonly string[], world: World): Verdict {
  return onIncident(words, world, true, (incident, left) => {
    if (left.length === 0) return accept(incident, world);
    const units = new Map<string, Unit>();
    const leaving: string[] = [];
    for (const [nth, word] of left.entries()) {
      const { sign, isMarked } = marked(word);
      const unit = world.unitByCallSign(sign);
      if (!unit) return missing(word, incident, world, nth === left.length - 1);
      if (units.has(unit.id)) continue;
      const sending = sendingOf(unit, incident, world.incidents());
      if (sending.how === "not") return refused(sending.hindrance);
      if (sending.how === "turning") {
        if (!isMarked) return refused(underWay(unit, sending.from, incident, world));
        leaving.push(sending.assignment_id);
      }
      units.set(unit.id, unit);
    }
    const act: Act = { do: "dispatch", incident, units: [...units.values()], recommendation: null };
    return ready(leaving.length === 0 ? act : { ...act, turning: { leaving, standing_down: [] } });
  });
}

function marked(word: string): { sign: string; isMarked: boolean } {
  const sign = toAscii(word).toUpperCase();
  const isMarked = sign.startsWith(TURN_MARK);
  return { sign: isMarked ? sign.slice(TURN_MARK.length) : sign, isMarked };
}

/** After the mark, whoever can be turned round comes before whoever is free. */
function missing(word: string, incident: Incident, world: World, isLast: boolean): Verdict {
  const { sign, isMarked } = marked(word);
  if (!isMarked) return unitMissing(sign, world, isLast, true);
  const begun = [...world.units()].filter((unit) => unit.call_sign.startsWith(sign)).sort((a, b) => a.call_sign.localeCompare(b.call_sign));
  const how = (unit: Unit) => sendingOf(unit, incident, world.incidents()).how;
  const options = [...begun.filter((unit) => how(unit) === "turning"), ...begun.filter((unit) => how(unit) === "at_once")];
  if (isLast && options.length > 0) return more("unit", options.map((unit) => `${TURN_MARK}${unit.call_sign}`));
  return unitMissing(sign === "" ? word : sign, world, false, false);
}

function underWay(unit: Unit, from: Incident, incident: Incident, world: World): Hindrance {
  const said = { call_sign: unit.call_sign, number: from.number };
  if (!world.may("assignment.recall")) return { why: "unit_taken", ...said };
  return { why: "unit_under_way", ...said, line: `D ${incident.number} ${TURN_MARK}${unit.call_sign}` };
}

function accept(incident: Incident, world: World): Verdict {
  const { recommendation_id = null, units: proposed = [] } = incident.dispatch?.recommendation ?? {};
  const known = new Map([...world.units()].map((unit) => [unit.id, unit]));
  const units = proposed.flatMap((one) => known.get(one.unit_id) ?? []);
  if (units.length === 0) return refused({ why: "nothing_recommended", number: incident.number });
  const leaving = proposed.flatMap((one) => (one.turned_from ? (known.get(one.unit_id)?.told.assignment_id ?? []) : []));
  const standing_down = proposed.flatMap((one) => one.replaces ?? []);
  return ready({ do: "dispatch", incident, units, recommendation: recommendation_id, turning: { leaving, standing_down } });
}
