/** How the analysis layers look: quieter than incidents, told apart by line and pattern before colour. */
import type { ExpressionSpecification, Map as GlMap } from "maplibre-gl";
import type { Feature, FeatureCollection } from "geojson";
import type { Closure } from "../../kernel/closures";
import type { Tokens } from "./colours";
import { areaOf, type Corner } from "./pen";

export const OVERLAYS = ["cover", "hot", "reach", "closed", "draft"] as const;

const FACES = ["Inter Variable, Noto Sans SC, Noto Sans CJK SC, Microsoft YaHei, PingFang SC, sans-serif"];
const is = (name: string, value: unknown) => ["==", ["get", name], value] as unknown as ExpressionSpecification;

/** Put the layers on a fresh style, below zones, units and incidents. */
export function addOverlays(map: GlMap, tokens: Tokens): void {
  const line = { "line-join": "round", "line-cap": "round" } as const;
  const halo = { "text-halo-color": tokens("bg1"), "text-halo-width": 1.6 } as const;
  map.addLayer({ id: "cover-fill", type: "fill", source: "cover", filter: is("gap", false), paint: { "fill-color": tokens("ok"), "fill-opacity": 0.08 } });
  map.addLayer({ id: "cover-gap", type: "fill", source: "cover", filter: is("gap", true), paint: { "fill-pattern": "gap", "fill-opacity": 0.55 } });
  map.addLayer({ id: "cover-edge", type: "line", source: "cover", filter: is("gap", false), layout: line, paint: { "line-color": tokens("ok"), "line-width": 1, "line-opacity": 0.55 } });
  map.addLayer({ id: "cover-gap-edge", type: "line", source: "cover", filter: is("gap", true), layout: line, paint: { "line-color": tokens("tx2"), "line-width": 1, "line-dasharray": [3, 2], "line-opacity": 0.8 } });
  map.addLayer({
    id: "cover-names", type: "symbol", source: "cover", filter: is("part", "name"),
    layout: { "text-field": ["get", "name"], "text-font": FACES, "text-size": 11 }, paint: { "text-color": tokens("ok"), ...halo },
  });
  map.addLayer({ id: "hot-fill", type: "fill", source: "hot", paint: { "fill-color": tokens("heat"), "fill-opacity": ["interpolate", ["linear"], ["get", "score"], 2, 0.18, 8, 0.5] } });
  map.addLayer({ id: "hot-edge", type: "line", source: "hot", paint: { "line-color": tokens("heat"), "line-width": 0.8, "line-opacity": 0.8 } });
  map.addLayer({ id: "reach-fill", type: "fill", source: "reach", paint: { "fill-color": tokens("move"), "fill-opacity": 0.07 } });
  map.addLayer({ id: "reach-edge", type: "line", source: "reach", layout: line, paint: { "line-color": tokens("move"), "line-width": ["case", is("outer", true), 2, 1], "line-dasharray": [5, 2] } });
  map.addLayer({
    id: "reach-names", type: "symbol", source: "reach",
    layout: { "symbol-placement": "line", "symbol-spacing": 300, "text-max-angle": 70, "text-field": ["get", "label"], "text-font": FACES, "text-size": 11.5 },
    paint: { "text-color": tokens("move"), ...halo },
  });
  addClosedRoads(map, tokens);
  map.addLayer({ id: "draft-fill", type: "fill", source: "draft", paint: { "fill-color": tokens("acc"), "fill-opacity": 0.12 } });
  map.addLayer({ id: "draft-edge", type: "line", source: "draft", layout: line, paint: { "line-color": tokens("acc"), "line-width": 2 } });
}

/** A closed road is red under white dashes, a slowed one dashed; of a whole area its edge. */
function addClosedRoads(map: GlMap, tokens: Tokens): void {
  const width = (z11: number, z15: number) => ["interpolate", ["linear"], ["zoom"], 11, z11, 15, z15] as unknown as ExpressionSpecification;
  map.addLayer({ id: "closed-road", type: "line", source: "closed", filter: is("part", "closed"), paint: { "line-color": tokens("bad"), "line-width": width(2.5, 6) } });
  map.addLayer({ id: "closed-dash", type: "line", source: "closed", filter: is("part", "closed"), paint: { "line-color": "#ffffff", "line-width": width(1.2, 3), "line-dasharray": [2.3, 2.3] } });
  map.addLayer({ id: "slowed-road", type: "line", source: "closed", filter: is("part", "slowed"), paint: { "line-color": tokens("warn"), "line-width": width(2, 4), "line-dasharray": [2, 1.5] } });
  map.addLayer({ id: "closed-area", type: "line", source: "closed", filter: is("part", "area"), paint: { "line-color": tokens("bad"), "line-width": 1.4, "line-dasharray": [1.5, 2.5] } });
}

/** Roads as lines and the areas' edges; a hazard zone's area is drawn as the zone. Without lines, the stretches that were named. */
export function closedFeatures(closures: readonly Closure[], roads: FeatureCollection | null): FeatureCollection {
  const lines = (roads?.features ?? []).map((one): Feature => ({ ...one, properties: { part: one.properties?.["speed_share"] === 0 ? "closed" : "slowed" } }));
  const features = closures.flatMap(({ id, told }): Feature[] => {
    const part = told.speed_share === 0 ? "closed" : "slowed";
    const stretches = (roads ? [] : told.stretches).map(({ tail, head }): Feature => ({
      type: "Feature",
      geometry: { type: "LineString", coordinates: [[tail.lon, tail.lat], [head.lon, head.lat]] },
      properties: { id, part },
    }));
    if (told.zone_id !== null || told.ring.length === 0) return stretches;
    const ring = told.ring.map((one) => [one.lon, one.lat]);
    return [...stretches, { type: "Feature", geometry: { type: "Polygon", coordinates: [ring] }, properties: { id, part: "area" } }];
  });
  return { type: "FeatureCollection", features: [...lines, ...features] };
}

/** What was found with the properties that are drawn. */
export function coverFeatures(found: FeatureCollection | null): FeatureCollection {
  const grounds = withProperties(found, (one) => ({ name: one["name"] ?? "", gap: one["name"] === null, part: "ground" })).features;
  const names = grounds.filter((one) => one.properties?.["gap"] === false).flatMap(nameOf);
  return { type: "FeatureCollection", features: [...grounds, ...names] };
}

/** The name stands once, in the largest piece. */
function nameOf({ geometry, properties }: Feature): Feature[] {
  const pieces = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.type === "MultiPolygon" ? geometry.coordinates : [];
  const rings = pieces.map((piece) => (piece[0] ?? []).map(([lon = 0, lat = 0]): Corner => [lon, lat]));
  const [largest] = rings.filter((ring) => ring.length > 0).sort((a, b) => areaOf(b) - areaOf(a));
  if (!largest) return [];
  const middle = [0, 1].map((axis) => largest.reduce((sum, one) => sum + one[axis as 0 | 1], 0) / largest.length);
  return [{ type: "Feature", geometry: { type: "Point", coordinates: middle }, properties: { name: properties?.["name"], part: "name" } }];
}

export function reachFeatures(found: FeatureCollection | null, words: (minutes: number) => string): FeatureCollection {
  const outer = Math.max(0, ...(found?.features ?? []).map((one) => Number(one.properties?.["within_s"] ?? 0)));
  return withProperties(found, (one) => {
    const within_s = Number(one["within_s"]);
    return { outer: within_s === outer, label: words(Math.round(within_s / 6) / 10) };
  });
}

function withProperties(found: FeatureCollection | null, of: (properties: Readonly<Record<string, unknown>>) => Record<string, unknown>): FeatureCollection {
  return { type: "FeatureCollection", features: (found?.features ?? []).map((one) => ({ ...one, properties: { ...one.properties, ...of(one.properties ?? {}) } })) };
}
