/** What the node answers about rosters, in the shapes of its OpenAPI document. */
import type { RosterWords } from "./words";

export type Part = keyof RosterWords["part"];
export const PARTS: readonly Part[] = ["worker", "deputy", "leader", "desk"];

export interface Shift {
  readonly part: Part;
  readonly person_id: string | null;
  readonly body: string | null;
  readonly from_at: string;
  readonly until_at: string;
}
export interface Gap {
  readonly from_at: string;
  readonly until_at: string;
  readonly falls_to: Part | null;
}
export interface Duty {
  readonly part: Part;
  readonly person_id: string | null;
  readonly body: string | null;
  readonly weekdays: readonly number[];
  readonly begins: string;
  readonly ends: string;
  readonly from_at: string;
  readonly until_at: string | null;
}
export interface AreaWeek {
  readonly area: string;
  readonly level: string | null;
  readonly name_zh: string | null;
  readonly name_en: string | null;
  readonly grid_known: boolean;
  readonly version: number;
  readonly zone: string;
  readonly from_at: string;
  readonly until_at: string;
  readonly shifts: readonly Shift[];
  readonly gaps: readonly Gap[];
  readonly gaps_s: number;
  readonly duties: readonly Duty[];
}
export interface Named {
  readonly id: string;
  readonly name_zh: string;
  readonly name_en: string;
}
export interface Person extends Named {
  readonly sign_in: string;
  readonly disabled: boolean;
  readonly grants: readonly { readonly role: string; readonly reach: string }[];
}
export interface Body extends Named {
  readonly code: string;
  readonly division: string;
}
export interface Session {
  readonly person: Person;
  readonly zone: string;
  readonly may: readonly string[];
}
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}
