/** The record of an incident as lines to read: newest first, advice that was soon replaced left out. */
import { UNPLACED } from "../../kernel/generated/contracts";
import { distance } from "../../kernel/time";
import { language } from "../../spoken/language.svelte";
import { words, wordFor } from "../words";
import type { Entry } from "./answers";
import type { Desk } from "./desk.svelte";
import { bodyName, kindName, seatName } from "./naming";
import { remarksOn } from "./remarks";

export interface Line {
  readonly id: string;
  readonly at: number;
  readonly who: string;
  readonly text: string;
  readonly isAct: boolean;
}

/** Members of facts that say when it happened, the most telling first. */
const BUSINESS_TIMES = [
  "occurred_at", "received_at", "opened_at", "dispatched_at", "made_at", "written_at", "closed_at",
  "handled_at", "ended_at", "requested_at", "reminded_at", "reassigned_at", "noticed_at", "raised_at", "offered_at", "struck_at",
  "asked_at", "answered_at", "exhausted_at", "counted_at", "proposed_at", "released_at",
];
const ADVICE = "recommendation-made";

export function timelineLines(desk: Desk, entries: readonly Entry[]): Line[] {
  const shown = entries.filter((entry, nth) => {
    if (shortType(entry.type) !== ADVICE) return true;
    const next = entries[nth + 1];
    const isReplaced = next !== undefined && shortType(next.type) === ADVICE;
    return !isReplaced && saysSomething(entry, entries.slice(0, nth));
  });
  const lines: Line[] = [];
  for (const [nth, entry] of shown.entries()) {
    lines.push(lineOf(desk, entry, entries, { from: lines.at(-1)?.at ?? 0, to: nextSaid(shown, nth) }));
  }
  return lines.reverse();
}

/** Advice to send nobody is worth a line only while nobody was sent: then it is a shortage. */
function saysSomething(advice: Entry, before: readonly Entry[]): boolean {
  const { units } = advice.data;
  const isEmpty = !Array.isArray(units) || units.length === 0;
  return !isEmpty || !before.some((entry) => shortType(entry.type) === "assignment-dispatched");
}

/** When the next thing was of which the time is known: what stands before it was no later. */
function nextSaid(shown: readonly Entry[], nth: number): number {
  return shown.slice(nth + 1).map(saidTime).find((said) => said !== null) ?? Infinity;
}

function lineOf(desk: Desk, entry: Entry, entries: readonly Entry[], within: { from: number; to: number }): Line {
  const isMachine = entry.actor.includes(":");
  return {
    id: entry.fact_id,
    at: (asksAnew(entry, entries) === null ? saidTime(entry) : null) ?? Math.max(within.from, Math.min(within.to, reckonedTime(desk, entry))),
    who: entry.seat ? seatName(desk, entry.seat) : "",
    text: [asksAnew(entry, entries) ?? textOf(desk, entry), ...remarksOn(entry, entries, desk.zone)].join(" · "),
    isAct: !isMachine,
  };
}

/** The same response told again asks for something else than before: since now, not since it began. */
function asksAnew(entry: Entry, entries: readonly Entry[]): string | null {
  if (shortType(entry.type) !== "response-opened") return null;
  const before = entries.slice(0, entries.indexOf(entry)).some((one) => shortType(one.type) === "response-opened" && one.data["response_id"] === entry.data["response_id"]);
  return before ? words().fact["response-changed"](needWords(entry.data["needs"])) : null;
}

/** When it was by business time, as the fact says. */
function saidTime(entry: Entry): number | null {
  const said = entry.occurred_at ?? BUSINESS_TIMES.map((name) => entry.data[name]).find((one) => typeof one === "string");
  return typeof said === "string" ? Date.parse(said) : null;
}

const RECKONED_MAX = 5_000;
/** What was reckoned once stays so: a line that was read does not move when the clock's speed is changed. */
const reckoned = new Map<string, number>();

/**
 * Business time from when it was told, for facts that do not say. Reckoned by the clock's speed when it was first read,
 * so it is held between its neighbours: the demo lived its first hours faster.
 */
function reckonedTime(desk: Desk, entry: Entry): number {
  const told = Date.parse(entry.told_at);
  if (!desk.isDemo) return told;
  const before = reckoned.get(entry.fact_id);
  if (before !== undefined) return before;
  if (reckoned.size >= RECKONED_MAX) reckoned.clear();
  const at = desk.clock.now() - (Date.now() - told) * desk.clock.speed;
  reckoned.set(entry.fact_id, at);
  return at;
}

function shortType(type: string): string {
  return type.split(".")[2] ?? type;
}

function textOf(desk: Desk, entry: Entry): string {
  const type = shortType(entry.type);
  const said = words().fact;
  const { data } = entry;
  const text = (name: string) => (typeof data[name] === "string" ? data[name] : "");
  switch (type) {
    case "incident-opened":
    case "report-received":
      return said[type](wordFor(words().channel, text("channel")));
    case "incident-taken":
    case "incident-passed":
      return said[type](seatName(desk, text("seat")));
    case "incident-reclassified":
      return said[type](`P${String(data["priority"])} ${kindName(desk, text("type") || null)}`);
    case "incident-closed":
      return said[type](wordFor(words().disposition, text("disposition")));
    case "note-written":
      return said[type](entry.text ?? "");
    case "incident-placed":
      return placedWords(data);
    case "task-offered":
      return data["person_id"] === null ? said["task-for-desk"] : said[type];
    case "task-state-changed":
      return words().tasks.went([wordFor(words().tasks.state, text("state")), wordFor(words().tasks.finding, text("finding")), wordFor(words().tasks.reason, text("reason"))].filter((one) => one !== "").join(" · "));
    case "task-escalated":
      return said[type](wordFor(words().dutyPart, text("to_part")));
    case "response-opened":
      return said[type](needWords(data["needs"]));
    case "next-alarm-struck":
      return said[type](`${words().detail.alarm(Number(data["level"]))} · ${needWords(data["needs"])}`);
    case "assignment-refused":
      return [said[type](desk.callSign(text("unit_id"))), wordFor(words().refusal, text("reason"))].filter((one) => one !== "").join(words().colon);
    case "recommendation-made":
      return unitWords(desk, data["units"]) ? said[type](unitWords(desk, data["units"])) : said.nobody;
    case "aid-requested":
      return said[type](`${bodyName(desk, text("body"))} ${needWords(data["needs"])}`);
    case "aid-answered":
      return said[type](`${bodyName(desk, text("body"))} ${wordFor(words().aid.state, text("state"))}`);
    case "casualties-counted": {
      const count = (name: string) => Number(data[name] ?? 0);
      return said[type](words().aid.counts(count("immediate"), count("delayed"), count("minor"), count("dead")));
    }
    case "aid-ended":
      return said[type](bodyName(desk, text("body")));
    case "assignment-dispatched":
      return plainOrUnit(desk, data["is_automatic"] === true ? "ordered-automatically" : type, text("unit_id"));
    default:
      return plainOrUnit(desk, type, text("unit_id"));
  }
}

/** Where an incident lies in the grid; outside of it, which cell is nearest. */
function placedWords(data: Entry["data"]): string {
  const { cell, state } = data;
  if (typeof cell === "string" && cell !== UNPLACED) return words().fact["incident-placed"](cell);
  return outsideWords(data["nearest_cell"], data["nearest_distance_m"]) ?? wordFor(words().placeState, String(state));
}

export function outsideWords(cell: unknown, away_m: unknown): string | null {
  if (typeof cell !== "string" || typeof away_m !== "number") return null;
  return words().outsideGrid(cell, distance(away_m, language.now));
}

function plainOrUnit(desk: Desk, type: string, unitId: string): string {
  const said: Readonly<Record<string, string | ((word: string) => string)>> = words().fact;
  const word = said[type];
  if (typeof word === "string") return word;
  return word ? word(desk.callSign(unitId)) : words().fact.other(type);
}

/** Facts from before lines had alternatives and groups tell neither. */
interface NeedTold {
  readonly capability: string;
  readonly count: number;
  readonly alternatives?: readonly string[];
  readonly group?: string | null;
}

export function needWords(needs: unknown): string {
  if (!Array.isArray(needs)) return "";
  return needs
    .map((need: NeedTold) => {
      const able = [need.capability, ...(need.alternatives ?? [])].map((name) => wordFor(words().capability, name));
      return `${able.join("/")} ${need.count}${need.group ? words().together : ""}`;
    })
    .join(words().and);
}

function unitWords(desk: Desk, units: unknown): string {
  if (!Array.isArray(units)) return "";
  return units.map((unit: { unit_id: string }) => desk.callSign(unit.unit_id)).join(words().and);
}
