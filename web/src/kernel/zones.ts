/** Hazard zones of the picture, and which units are in them. */
import { ZoneKind, type Moment, type Point, type ZoneSeverity } from "./generated/contracts";
import type { Picture } from "./picture";

export interface ZoneTold {
  readonly version: number;
  readonly kind: ZoneKind;
  readonly severity: ZoneSeverity | null;
  readonly ring: readonly Point[];
  readonly closes_roads: boolean;
  readonly declared_at: Moment;
  readonly incident_id: string | null;
  readonly stand_off_m: number;
  readonly centre: Point | null;
  readonly radius_m: number | null;
  readonly ends_at: Moment | null;
  readonly lifted_at?: Moment;
}

/** What geo tells of a unit: the zones that it is in. */
export interface UnitZonesTold {
  readonly zones?: Readonly<Record<string, { readonly warned_at?: Moment; readonly entered_at?: Moment }>>;
}

export interface Zone {
  readonly id: string;
  readonly told: ZoneTold;
  /** Units that were warned of it or entered it, and did not leave. */
  readonly unit_ids: readonly string[];
  readonly middle: Point;
  /** Its northernmost corner, where a label hides nothing inside. */
  readonly top: Point;
}

/** All zones in force, the newest first. */
export function zonesOf(picture: Picture): Zone[] {
  const inside = new Map<string, string[]>();
  for (const unit of picture.idsOf("unit")) {
    for (const zone of Object.keys(picture.data<UnitZonesTold>("unit", unit, "geo")?.zones ?? {})) {
      inside.set(zone, [...(inside.get(zone) ?? []), unit]);
    }
  }
  const zones = [...picture.idsOf("zone")].flatMap((id) => {
    const told = picture.data<ZoneTold>("zone", id, "geo");
    if (!told || told.lifted_at !== undefined) return [];
    return [{ id, told, unit_ids: inside.get(id) ?? [], middle: told.centre ?? middleOf(told.ring), top: topOf(told.ring) }];
  });
  return zones.sort((a, b) => b.told.declared_at.localeCompare(a.told.declared_at) || a.id.localeCompare(b.id));
}

function topOf(ring: readonly Point[]): Point {
  return ring.reduce((top, one) => (one.lat > top.lat ? one : top));
}

function middleOf(ring: readonly Point[]): Point {
  const corners = ring.slice(0, -1);
  const sum = corners.reduce((to, one) => ({ lon: to.lon + one.lon, lat: to.lat + one.lat }), { lon: 0, lat: 0 });
  return { lon: sum.lon / corners.length, lat: sum.lat / corners.length };
}

/** What threatens where an incident of this type is. */
export function zoneKindOf(type: string | null): ZoneKind {
  const begun = type?.split(/[._-]/)[0];
  return ZoneKind.find((one) => one === begun && one !== "geofence") ?? "other";
}
