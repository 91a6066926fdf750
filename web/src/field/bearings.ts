/** How far and which way from one place to another, as somebody on foot is told it. */
import type { Point } from "./calls";

export const WINDS = ["n", "ne", "e", "se", "s", "sw", "w", "nw"] as const;
export type Wind = (typeof WINDS)[number];

const EARTH_RADIUS_M = 6_371_008.8;
const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Metres on the sphere, and the nearest of eight directions. */
export function wayTo(from: Point, to: Point): { readonly metres: number; readonly wind: Wind } {
  const [lat0, lat1, lon] = [radians(from.lat), radians(to.lat), radians(to.lon - from.lon)];
  const half = Math.sin((lat1 - lat0) / 2) ** 2 + Math.cos(lat0) * Math.cos(lat1) * Math.sin(lon / 2) ** 2;
  const metres = 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(half)));
  const bearing = Math.atan2(Math.sin(lon) * Math.cos(lat1), Math.cos(lat0) * Math.sin(lat1) - Math.sin(lat0) * Math.cos(lat1) * Math.cos(lon));
  const eighth = Math.round((bearing * 4) / Math.PI + 8) % 8;
  return { metres, wind: WINDS[eighth] ?? "n" };
}
