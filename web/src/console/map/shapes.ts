/** Features of the map's own layers, from incidents and sites. */
import type { Feature, FeatureCollection, LineString, Polygon } from "geojson";
import type { Incident } from "../../kernel/incidents";
import type { Unit } from "../../kernel/units";
import type { Zone } from "../../kernel/zones";
import type { Site } from "../state/desk.svelte";
import type { Shift } from "./unit_layer";

type Place = { readonly lon: number; readonly lat: number };

const AT_PLACE_M = 60;
const IN_ROW_MAX = 5;
const BESIDE_PX = 20;
const ABOVE_PX = 17;
const BELOW_PX = 27;
const EARTH_M = 6_371_008.8;
const CIRCLE_POINTS = 72;
/** A circle smaller than this says nothing on a map of a city. */
const UNCERTAIN_FROM_M = 50;
const DIMMED = new Set(["handled", "held", "verifying"]);

export function incidentFeatures(incidents: Iterable<Incident>, selectedId: string | null): FeatureCollection {
  const features: Feature[] = [];
  for (const one of incidents) {
    if (!one.live || one.lon === null || one.lat === null) continue;
    features.push({
      type: "Feature",
      geometry: { type: "Point", coordinates: [one.lon, one.lat] },
      properties: {
        id: one.id, priority: one.priority, selected: one.id === selectedId,
        opacity: DIMMED.has(one.phase) ? 0.6 : 1,
      },
    });
  }
  return { type: "FeatureCollection", features };
}

/** Circles of uncertainty, to scale: the selected incident's and those of approximate P1s. */
export function uncertaintyFeatures(incidents: Iterable<Incident>, selectedId: string | null): FeatureCollection {
  const features: Feature[] = [];
  for (const one of incidents) {
    const radius = one.uncertainty_m;
    if (!one.live || one.lon === null || one.lat === null || radius === null || radius < UNCERTAIN_FROM_M) continue;
    if (one.id !== selectedId && one.priority !== 1) continue;
    features.push({
      type: "Feature",
      geometry: circle(one.lon, one.lat, radius),
      properties: { priority: one.priority },
    });
  }
  return { type: "FeatureCollection", features };
}

/** Zones in force, and the strip in which they warn where that is a circle. */
export function zoneFeatures(zones: Iterable<Zone>): FeatureCollection {
  const features: Feature[] = [];
  for (const { id, told } of zones) {
    const kind = told.kind === "geofence" ? "fence" : "hazard";
    const ring = told.ring.map((one) => [one.lon, one.lat]);
    features.push({ type: "Feature", geometry: { type: "Polygon", coordinates: [ring] }, properties: { id, part: kind } });
    if (told.stand_off_m > 0 && told.centre && told.radius_m !== null) {
      const around = circle(told.centre.lon, told.centre.lat, told.radius_m + told.stand_off_m);
      features.push({ type: "Feature", geometry: around, properties: { id, part: "stand_off" } });
    }
  }
  return { type: "FeatureCollection", features };
}

export function siteFeatures(sites: Iterable<Site>): FeatureCollection {
  return {
    type: "FeatureCollection",
    features: Array.from(sites, (site) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: [site.point.lon, site.point.lat] },
      properties: { kind: site.kind, name_zh: site.name_zh, name_en: site.name_en },
    })),
  };
}

/** Units at their station stand in rows above it, units at an incident in rows below it. */
export function standingShifts(
  units: Iterable<Unit>,
  where: (unit: Unit) => Place | null,
  incidentPlace: (incidentId: string) => Place | null,
): Map<string, Shift> {
  const homes = new Map<string, Unit[]>();
  const scenes = new Map<string, Unit[]>();
  for (const unit of units) {
    const here = where(unit);
    if (!here) continue;
    const { incident_id, station_id } = unit.told;
    const scene = incident_id === null ? null : incidentPlace(incident_id);
    if (incident_id !== null && scene && metresBetween(here, scene) < AT_PLACE_M) gather(scenes, incident_id, unit);
    else if (unit.home && metresBetween(here, unit.home) < AT_PLACE_M) gather(homes, station_id, unit);
  }
  const shifts = new Map<string, Shift>();
  for (const at of homes.values()) inRows(at, -ABOVE_PX, -BESIDE_PX, shifts);
  for (const at of scenes.values()) inRows(at, BELOW_PX, BESIDE_PX, shifts);
  return shifts;
}

function gather(groups: Map<string, Unit[]>, key: string, unit: Unit): void {
  const group = groups.get(key);
  if (group) group.push(unit);
  else groups.set(key, [unit]);
}

function inRows(units: Unit[], first_px: number, step_px: number, shifts: Map<string, Shift>): void {
  units.sort((a, b) => a.call_sign.localeCompare(b.call_sign));
  for (const [nth, unit] of units.entries()) {
    const row = Math.floor(nth / IN_ROW_MAX);
    const inRow = Math.min(IN_ROW_MAX, units.length - row * IN_ROW_MAX);
    const right = ((nth % IN_ROW_MAX) - (inRow - 1) / 2) * BESIDE_PX;
    shifts.set(unit.id, [right, first_px + row * step_px]);
  }
}

export interface Way {
  readonly kind: "proposed" | "under_way";
  readonly geometry: LineString;
}

export function wayFeatures(ways: readonly Way[]): FeatureCollection {
  return {
    type: "FeatureCollection",
    features: ways.map((way) => ({ type: "Feature", geometry: way.geometry, properties: { kind: way.kind } })),
  };
}

export function circle(lon: number, lat: number, radius_m: number): Polygon {
  const north = (radius_m / EARTH_M) * (180 / Math.PI);
  const east = north / Math.cos((lat * Math.PI) / 180);
  const ring = Array.from({ length: CIRCLE_POINTS + 1 }, (_, nth) => {
    const angle = (2 * Math.PI * nth) / CIRCLE_POINTS;
    return [lon + east * Math.cos(angle), lat + north * Math.sin(angle)];
  });
  return { type: "Polygon", coordinates: [ring] };
}

/** Metres between two points, near enough within a city. */
/** West, south, east, north of what has these corners. */
export function boundsOf(corners: readonly { readonly lon: number; readonly lat: number }[]): [number, number, number, number] {
  const [lons, lats] = [corners.map((one) => one.lon), corners.map((one) => one.lat)];
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

export function metresBetween(a: { lon: number; lat: number }, b: { lon: number; lat: number }): number {
  const east = (b.lon - a.lon) * Math.cos((((a.lat + b.lat) / 2) * Math.PI) / 180);
  return Math.hypot(east, b.lat - a.lat) * (Math.PI / 180) * EARTH_M;
}
