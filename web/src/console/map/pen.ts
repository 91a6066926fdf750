/** Drawing a shape by hand: terra-draw over our map, loaded when somebody first draws (docs/adr/0040). */
import type { Map as GlMap } from "maplibre-gl";
import type { Tokens } from "./colours";
import { metresBetween } from "./shapes";

export type PenShape = "polygon" | "circle";
export type Corner = readonly [lon: number, lat: number];

/** What is drawn so far, or was drawn: its ring closed, the last side, its size; of a circle its radius. */
export interface Stroke {
  readonly ring: readonly Corner[];
  readonly corners: number;
  readonly side_m: number;
  readonly area_m2: number;
  readonly centre: { readonly lon: number; readonly lat: number } | null;
  readonly radius_m: number | null;
}

export interface PenHeard {
  moved(stroke: Stroke | null): void;
  done(stroke: Stroke): void;
}

export interface Pen {
  /** The last corner is taken back; of a circle its middle. */
  undo(): void;
  /** What was drawn is the shape, if it is one already. */
  close(): void;
  /** Nothing of it stays on the map. */
  end(): void;
}

const CORNERS_MIN = 3;
const DECIMALS = 1e6;

export async function takePen(map: GlMap, shape: PenShape, tokens: Tokens, heard: PenHeard): Promise<Pen> {
  const [draw, { TerraDrawMapLibreGLAdapter }] = await Promise.all([import("terra-draw"), import("terra-draw-maplibre-gl-adapter")]);
  const colour = tokens("acc") as `#${string}`;
  const ground = tokens("bg0") as `#${string}`;
  const line = { fillColor: colour, fillOpacity: 0.12, outlineColor: colour, outlineWidth: 2 } as const;
  const corner = { closingPointColor: colour, closingPointWidth: 5, closingPointOutlineColor: ground, closingPointOutlineWidth: 2 } as const;
  const keyEvents = { cancel: null, finish: "Enter" };
  const terra = new draw.TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map, coordinatePrecision: 9, prefixId: "pen" }),
    modes: [
      new draw.TerraDrawPolygonMode({ keyEvents, styles: { ...line, ...corner } }),
      new draw.TerraDrawCircleMode({ keyEvents, styles: line, projection: "globe" }),
    ],
    undoRedo: { modeLevel: new draw.TerraDrawModeUndoRedo() },
  });
  const strokeNow = (): Stroke | null => {
    const feature = terra.getSnapshot().find((one) => one.geometry.type === "Polygon");
    return feature?.geometry.type === "Polygon" ? strokeOf(feature.geometry.coordinates[0] ?? [], shape, feature.properties) : null;
  };
  terra.start();
  terra.setMode(shape);
  terra.on("change", () => heard.moved(strokeNow()));
  terra.on("finish", () => {
    const stroke = strokeNow();
    if (stroke) heard.done(stroke);
  });
  return {
    undo: () => {
      if (shape === "polygon" && terra.undo()) return heard.moved(strokeNow());
      terra.clear();
      terra.setMode(shape);
      heard.moved(null);
    },
    close: () => map.getCanvas().dispatchEvent(new KeyboardEvent("keyup", { key: "Enter", bubbles: true })),
    end: () => {
      if (terra.enabled) terra.stop();
    },
  };
}

/** Of a ring as the library keeps it: while it is drawn its last corner but one is where the pointer is. */
export function strokeOf(
  coordinates: readonly (readonly number[])[],
  shape: PenShape,
  properties: Readonly<Record<string, unknown>>,
): Stroke | null {
  const ring = coordinates.map(([lon = 0, lat = 0]): Corner => [rounded(lon), rounded(lat)]);
  if (ring.length <= CORNERS_MIN) return null;
  if (shape === "circle") return roundStroke(ring);
  const { committedCoordinateCount: told } = properties;
  const corners = typeof told === "number" ? told : ring.length - 1;
  const [from, to] = [ring.at(-3)!, ring.at(-2)!];
  return { ring, corners, side_m: metresBetween(placeOf(from), placeOf(to)), area_m2: areaOf(ring), centre: null, radius_m: null };
}

function roundStroke(ring: readonly Corner[]): Stroke {
  const edge = ring.slice(0, -1);
  const lon = edge.reduce((sum, one) => sum + one[0], 0) / edge.length;
  const lat = edge.reduce((sum, one) => sum + one[1], 0) / edge.length;
  const centre = { lon: rounded(lon), lat: rounded(lat) };
  const radius_m = metresBetween(centre, placeOf(ring[0]!));
  return { ring, corners: 0, side_m: radius_m, area_m2: Math.PI * radius_m ** 2, centre, radius_m };
}

/** Square metres of a ring, on a plane that touches the globe where it begins: right within a city. */
export function areaOf(ring: readonly Corner[]): number {
  const origin = placeOf(ring[0]!);
  const points = ring.map(([lon, lat]) => ({
    x: Math.sign(lon - origin.lon) * metresBetween(origin, { lon, lat: origin.lat }),
    y: Math.sign(lat - origin.lat) * metresBetween(origin, { lon: origin.lon, lat }),
  }));
  const twice = points.reduce((sum, one, nth) => {
    const next = points[(nth + 1) % points.length]!;
    return sum + one.x * next.y - next.x * one.y;
  }, 0);
  return Math.abs(twice) / 2;
}

function placeOf([lon, lat]: Corner): { lon: number; lat: number } {
  return { lon, lat };
}

function rounded(degrees: number): number {
  return Math.round(degrees * DECIMALS) / DECIMALS;
}
