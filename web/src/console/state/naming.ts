/** Names of things for the eye: an incident's kind and place, in the language of the page. */
import type { Incident } from "../../kernel/incidents";
import { language } from "../../spoken/language.svelte";
import { distance } from "../../kernel/time";
import type { Zone } from "../../kernel/zones";
import { words, wordFor } from "../words";
import type { Desk } from "./desk.svelte";

export function named(thing: { readonly name_zh: string; readonly name_en: string }): string {
  return language.now === "zh" ? thing.name_zh : thing.name_en;
}

export function kindName(desk: Desk, code: string | null): string {
  if (code === null) return words().untyped;
  const type = desk.typeOf(code);
  return type ? named(type) : code;
}

/** The place in a list: its label, else its cell with the uncertainty, else that it is not known. */
export function placeName(incident: Incident): string {
  const near = incident.uncertainty_m !== null && incident.uncertainty_m > 0 ? ` ± ${distance(incident.uncertainty_m, language.now)}` : "";
  if (incident.label !== null) return incident.label;
  if (incident.cell !== null && incident.lon !== null) return `${words().detail.cell} ${incident.cell}${near}`;
  return incident.lon === null ? words().noPlace : words().placeState[incident.told.place.state] + near;
}

/** `1042 建筑火灾`, for sentences. */
export function incidentName(desk: Desk, incident: Incident): string {
  return `${incident.number} ${kindName(desk, incident.type)}`;
}

export function zoneSize({ told }: Zone): string {
  return told.radius_m === null ? words().zones.drawn : `⌀ ${distance(2 * told.radius_m, language.now)}`;
}

/** `Flood, Downwind of the tank, ⌀ 1.8 km`, for sentences; no name where nobody told it. */
export function zoneName(zone: Zone, name: string): string {
  return [wordFor(words().zones.kind, zone.told.kind), name, zoneSize(zone)].filter((one) => one !== "").join(words().and);
}

export function seatName(desk: Desk, seatId: string): string {
  const seat = desk.seat(seatId);
  if (!seat) return "";
  return seat.kind === "pool" ? words().detail.pool : seat.code;
}

export function bodyName(desk: Desk, bodyId: string): string {
  const body = desk.body(bodyId);
  return body ? named(body) : "";
}

/** Square metres as `4,200 m²` below a hundredth of a square kilometre, else `0.42 km²`. */
export function areaWords(area_m2: number): string {
  return area_m2 < 10_000 ? `${Math.round(area_m2)} m²` : `${(area_m2 / 1e6).toFixed(2)} km²`;
}
