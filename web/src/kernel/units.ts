/** A unit as a desk and the map see it: what it does in one of few appearances. */
import type { UnitKind, UnitStatus } from "./generated/contracts";
import type { Picture } from "./picture";
import type { SiteTold, UnitTold } from "./records";

/** How a unit looks: hollow can be sent, solid is busy, a point is moving. */
export const APPEARANCES = ["free", "assigned", "en_route", "on_scene", "to_hospital", "returning", "off"] as const;
export type Appearance = (typeof APPEARANCES)[number];

const LOOKS: Readonly<Record<UnitStatus, Appearance>> = {
  in_service: "free",
  cleared: "free",
  dispatched: "assigned",
  acknowledged: "assigned",
  en_route: "en_route",
  staging: "on_scene",
  on_scene: "on_scene",
  at_patient: "on_scene",
  transporting: "to_hospital",
  at_hospital: "on_scene",
  handed_over: "returning",
  returning: "returning",
  unable: "off",
  out_of_service: "off",
};

export function appearanceOf(status: UnitStatus): Appearance {
  return LOOKS[status];
}

/** The glyph inside a unit's circle. */
export type Glyph = "flame" | "ladder" | "cross" | "shield" | "star" | "nut";

const GLYPHS: Readonly<Record<UnitKind, Glyph>> = {
  ambulance: "cross",
  engine: "flame",
  ladder: "ladder",
  hazmat: "nut",
  rescue: "flame",
  police: "shield",
  command: "star",
  works: "nut",
};

export function glyphOf(kind: UnitKind): Glyph {
  return GLYPHS[kind];
}

export interface Unit {
  readonly id: string;
  readonly told: UnitTold;
  readonly call_sign: string;
  readonly kind: UnitKind;
  readonly appearance: Appearance;
  readonly available: boolean;
  readonly home: { readonly lon: number; readonly lat: number } | null;
}

export function unitOf(picture: Picture, id: string): Unit | undefined {
  const told = picture.data<UnitTold>("unit", id, "dispatch");
  if (!told) return undefined;
  const station = picture.data<SiteTold>("station", told.station_id, "dispatch");
  return {
    id,
    told,
    call_sign: told.call_sign,
    kind: told.kind,
    appearance: appearanceOf(told.status),
    available: told.primary === "available",
    home: station?.point ?? null,
  };
}
