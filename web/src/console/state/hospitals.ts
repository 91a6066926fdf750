/** Hospitals as a desk chooses among them: where they are, what they said they take, who is on the way to them. */
import { Problem } from "../../kernel/api";
import type { OpenAssignment } from "../../kernel/incidents";
import type { SiteTold } from "../../kernel/records";
import { distance } from "../../kernel/time";
import { language } from "../../spoken/language.svelte";
import { metresBetween } from "../map/shapes";
import { words } from "../words";
import { tellStep } from "./deeds";
import type { Desk } from "./desk.svelte";
import { named } from "./naming";

export interface Hospital {
  readonly id: string;
  readonly told: SiteTold;
  /** How many it takes, those on their way included; null where it never said. */
  readonly beds_free: number | null;
  readonly beds_told_at: string | null;
  /** How many of our units are on their way to it with a bed kept. */
  readonly kept: number;
}

/** All hospitals by their code. */
export function hospitalsOf(desk: Desk): Hospital[] {
  const kept = new Map<string, number>();
  for (const incident of desk.incidentsById.values())
    for (const one of incident.assignments)
      if (one.destination) kept.set(one.destination.hospital_id, (kept.get(one.destination.hospital_id) ?? 0) + 1);
  return desk
    .sites()
    .filter((one) => one.kind === "hospital")
    .map((one) => ({ id: one.id, told: one, beds_free: one.beds_free ?? null, beds_told_at: one.beds_told_at ?? null, kept: kept.get(one.id) ?? 0 }))
    .sort((a, b) => a.told.code.localeCompare(b.told.code));
}

/** How many more it takes; null where nobody knows. */
export function bedsLeft(hospital: Hospital): number | null {
  return hospital.beds_free === null ? null : Math.max(0, hospital.beds_free - hospital.kept);
}

/** `Auckland Hospital · 2.1 km · 3 left`, the nearest first; how far is as the crow flies. */
export function hospitalChoices(desk: Desk, from: { readonly lon: number; readonly lat: number } | null): { readonly id: string; readonly name: string }[] {
  return hospitalsOf(desk)
    .map((one) => ({ one, far_m: from === null ? null : metresBetween(from, one.told.point) }))
    .sort((a, b) => (a.far_m ?? 0) - (b.far_m ?? 0))
    .map(({ one, far_m }) => {
      const left = bedsLeft(one);
      const beds = left === null ? [] : [left > 0 ? words().casualties.left(left) : words().casualties.none_left];
      return { id: one.id, name: [named(one.told), ...(far_m === null ? [] : [distance(far_m, language.now)]), ...beds].join(" · ") };
    });
}

const NO_BED: ReadonlySet<string> = new Set(["no_bed_left", "unknown_hospital"]);

/**
 * Keep a bed, the nearest that is left or where it is said, and tell that the unit goes there.
 *
 * Where no bed is left the patient goes all the same: to the hospital that was named, or wherever the crew says.
 * Answers what the desk is told.
 */
export async function takeTo(desk: Desk, assignment: OpenAssignment, hospitalId: string | null): Promise<{ readonly text: string; readonly isKept: boolean }> {
  const sign = desk.callSign(assignment.unit_id);
  const kept = await keepBed(desk, assignment.assignment_id, hospitalId);
  const goesTo = kept ?? hospitalId;
  if (assignment.status !== "transporting") {
    await tellStep(desk.api, assignment.assignment_id, "transport", assignment, goesTo === null ? {} : { hospital_id: goesTo });
  }
  const hospital = goesTo === null ? undefined : desk.hospital(goesTo);
  if (!hospital) return { text: words().casualties.noHospital, isKept: false };
  const said = kept === null ? words().casualties.goesWithout : words().casualties.goesTo;
  return { text: said(sign, named(hospital)), isKept: kept !== null };
}

async function keepBed(desk: Desk, assignmentId: string, hospitalId: string | null): Promise<string | null> {
  try {
    const asked = hospitalId === null ? {} : { hospital_id: hospitalId };
    return (await desk.api.post<{ readonly hospital_id: string }>(`/v1/assignments/${assignmentId}/destination`, asked)).hospital_id;
  } catch (error) {
    if (error instanceof Problem && NO_BED.has(error.code)) return null;
    throw error;
  }
}
