/** Features of the map's own layers, from incidents and sites. */
import type { Feature, FeatureCollection, LineString, Polygon } from "geojson";
import type { Incident } from "../../kernel/incidents";
import type { Unit } from "../../kernel/units";
import type { Site } from "../state/desk.svelte";
import type { Shift } from "./unit_layer";

type Place = { readonly lon: number; readonly lat: number };

const AT_HOME_M = 60;
const IN_ROW_MAX = 5;
const BESIDE_PX = 20;
const ABOVE_PX = 17;
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

/** Units at their station stand in rows above it, so that each can be seen. */
export function stationShifts(units: Iterable<Unit>, where: (unit: Unit) => Place | null): Map<string, Shift> {
  const homes = new Map<string, Unit[]>();
  for (const unit of units) {
    const here = where(unit);
    if (!here || !unit.home || metresBetween(here, unit.home) > AT_HOME_M) continue;
    const at = homes.get(unit.told.station_id);
    if (at) at.push(unit);
    else homes.set(unit.told.station_id, [unit]);
  }
  const shifts = new Map<string, Shift>();
  for (const at of homes.values()) {
    at.sort((a, b) => a.call_sign.localeCompare(b.call_sign));
    for (const [nth, unit] of at.entries()) {
      const inRow = Math.min(IN_ROW_MAX, at.length - Math.floor(nth / IN_ROW_MAX) * IN_ROW_MAX);
      const right = ((nth % IN_ROW_MAX) - (inRow - 1) / 2) * BESIDE_PX;
      shifts.set(unit.id, [right, -ABOVE_PX - Math.floor(nth / IN_ROW_MAX) * BESIDE_PX]);
    }
  }
  return shifts;
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
export function metresBetween(a: { lon: number; lat: number }, b: { lon: number; lat: number }): number {
  const east = (b.lon - a.lon) * Math.cos((((a.lat + b.lat) / 2) * Math.PI) / 180);
  return Math.hypot(east, b.lat - a.lat) * (Math.PI / 180) * EARTH_M;
}
