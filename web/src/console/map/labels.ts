/** The few labels of the map: only where attention is. */
import { distance, figures } from "../../kernel/time";
import type { Unit } from "../../kernel/units";
import { language } from "../../spoken/language.svelte";
import type { Desk } from "../state/desk.svelte";
import { kindName } from "../state/naming";
import type { Ways } from "../state/ways.svelte";
import { words, wordFor } from "../words";
import type { Label } from "./city_map";

export interface Labelled {
  readonly desk: Desk;
  readonly ways: Ways;
  readonly proposed: readonly Unit[];
  /** Seconds until who is proposed arrives, turnout and all, as the advice says. */
  readonly expected: ReadonlyMap<string, number>;
  /** The unit that was touched last. */
  readonly picked: string | null;
}

/** The labels to be seen now: what is selected, zones, units under way or proposed, and the one that was touched. */
export function labelsOf({ desk, ways, proposed, expected, picked }: Labelled): Label[] {
  const { selected } = desk;
  const found: Label[] = [];
  if (selected && selected.lon !== null && selected.lat !== null) {
    const near = selected.uncertainty_m ? [`± ${distance(selected.uncertainty_m, language.now)}`] : [];
    found.push({ key: "incident", lon: selected.lon, lat: selected.lat, lines: [`${selected.number} ${kindName(desk, selected.type)}`, ...near], tone: "incident" });
  }
  for (const { id, told, top, unit_ids } of desk.zonesInForce) {
    const signs = unit_ids.length > 0 ? [unit_ids.map((one) => desk.callSign(one)).sort().join(" ")] : [];
    found.push({ key: `zone ${id}`, lon: top.lon, lat: top.lat, lines: [`⚠ ${wordFor(words().zones.kind, told.kind)}`, ...signs], tone: "zone" });
  }
  const shown = new Set<string>();
  for (const assignment of selected?.assignments ?? []) {
    const unit = desk.unitsById.get(assignment.unit_id);
    if (!unit || assignment.steps["on_scene"]) continue;
    const expected = ways.expectedAt(assignment);
    const left = expected === null ? "" : figures(Math.max(0, (expected - desk.now) / 1_000));
    found.push(...labelOf(desk, unit, left, "move"));
    shown.add(unit.id);
  }
  for (const unit of proposed) {
    if (shown.has(unit.id)) continue;
    const seconds = expected.get(unit.id) ?? ways.seconds.get(unit.id)?.travel_time_s;
    found.push(...labelOf(desk, unit, seconds === undefined ? "" : figures(seconds), "proposed"));
    shown.add(unit.id);
  }
  const unit = picked === null ? undefined : desk.unitsById.get(picked);
  if (unit && !shown.has(unit.id)) found.push(...labelOf(desk, unit, words().appearance[unit.appearance], "plain"));
  return stacked(found);
}

/** Units at one place share one label, a line for each. */
function stacked(labels: readonly Label[]): Label[] {
  const places = new Map<string, Label>();
  for (const label of labels) {
    const key = label.unit_id === undefined ? label.key : `${label.tone} ${label.lon.toFixed(3)},${label.lat.toFixed(3)}`;
    const known = places.get(key);
    places.set(key, known ? { ...known, lines: [...known.lines, ...label.lines] } : label);
  }
  return [...places.values()];
}

function labelOf(desk: Desk, unit: Unit, time: string, tone: Label["tone"]): Label[] {
  const here = desk.whereabouts(unit);
  return here ? [{ key: unit.id, unit_id: unit.id, lon: here.lon, lat: here.lat, lines: [`${unit.call_sign} ${time}`.trim()], tone }] : [];
}
