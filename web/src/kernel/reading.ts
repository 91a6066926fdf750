/** What every part of the command line's grammar uses: verdicts, and reading an incident or a unit from a word. */
import type { Act, Verdict, Wanted, World } from "./grammar";
import { guessOf } from "./guess";
import type { Hindrance } from "./hindrances";
import type { Incident } from "./incidents";

const OPTIONS_MAX = 6;

export function ready(act: Act): Verdict {
  return { kind: "ready", act };
}

export function more(wanted: Wanted, options: Iterable<string> = []): Verdict {
  return { kind: "more", wanted, options: [...options].slice(0, OPTIONS_MAX) };
}

export function refused(hindrance: Hindrance): Verdict {
  return { kind: "refused", hindrance };
}

export function tooMuch(left: readonly string[]): Verdict {
  return refused({ why: "too_much", text: left.join(" ") });
}

/** Full-width letters and digits, as a Chinese keyboard gives them, mean the same. */
export function toAscii(text: string): string {
  return text.replace(/[！-～]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 0xfee0));
}

/** Read the incident from the first word, or take the selected one where the word is no number. */
export function onIncident(
  words: readonly string[],
  world: World,
  mustBeLive: boolean,
  go: (incident: Incident, left: readonly string[]) => Verdict,
): Verdict {
  const [head, ...left] = words;
  if (head === undefined || !/^\d+$/.test(toAscii(head))) {
    if (!world.selected) return more("incident", numbers(world, head ?? ""));
    return liveOr(world.selected, mustBeLive, () => go(world.selected!, words));
  }
  const number = toAscii(head);
  const incident = world.incidentByNumber(Number(number));
  if (!incident) {
    const begun = left.length === 0 ? numbers(world, number) : [];
    if (begun.length > 0) return more("incident", begun);
    return refused({ why: "no_such_incident", number, guess: guessOf(number, allNumbers(world)) });
  }
  return liveOr(incident, mustBeLive, () => go(incident, left));
}

export function liveOr(incident: Incident, mustBeLive: boolean, go: () => Verdict): Verdict {
  if (mustBeLive && !incident.live) return refused({ why: "incident_over", number: incident.number });
  return go();
}

export function unitMissing(callSign: string, world: World, isLast: boolean, onlyFree: boolean): Verdict {
  const known = [...world.units()];
  const begun = known
    .filter((unit) => unit.call_sign.startsWith(callSign) && (!onlyFree || unit.available))
    .map((unit) => unit.call_sign)
    .sort();
  if (isLast && begun.length > 0) return more("unit", begun);
  const guess = guessOf(callSign, known.map((unit) => unit.call_sign));
  return refused({ why: "no_such_unit", call_sign: callSign, guess });
}

export function allNumbers(world: World): string[] {
  return [...world.incidents()].filter((one) => one.live).map((one) => String(one.number));
}

export function numbers(world: World, begun: string): string[] {
  return allNumbers(world).filter((number) => number.startsWith(begun)).sort();
}
