/** What the node answers to the console's questions, in the shapes of its OpenAPI document. */
import type { LineString } from "geojson";
import type { BodyKind, Need, SeatKind, ZoneKind } from "../../kernel/generated/contracts";
import type { TypeNamed } from "../../kernel/grammar";

/** What a list of zones has and the picture has not: words that somebody wrote. */
export interface ZoneListed {
  readonly id: string;
  readonly name: string;
}

/** A zone with what is inside, as far as a desk shows it. */
export interface ZoneSeen {
  readonly inside: {
    readonly arcs: number;
    readonly unit_ids: readonly string[];
    readonly cell_count: number;
    readonly place_count: number;
    readonly people: number;
    readonly places: readonly { readonly code: string; readonly kind: string; readonly name_zh: string; readonly name_en: string; readonly people: number | null }[];
  };
}

export interface Session {
  readonly person: { readonly id: string; readonly sign_in: string; readonly name_zh: string; readonly name_en: string; readonly grants: readonly { readonly role: string }[] };
  readonly body: { readonly id: string; readonly name_zh: string; readonly name_en: string; readonly zone: string; readonly kind: BodyKind };
  readonly seat: Seat | null;
  readonly zone: string;
  /** The actions that they may do at least somewhere. */
  readonly may: readonly string[];
}

export interface Seat {
  readonly id: string;
  readonly code: string;
  readonly kind: SeatKind;
  readonly body: string;
  readonly person_id: string | null;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export interface IncidentType extends TypeNamed {
  readonly incident_class: string;
  readonly priority: number;
  readonly stand_off_m: number;
}

export interface Candidate {
  readonly incident_id: string;
  readonly number: number;
  readonly score: number;
  readonly reasons: {
    readonly distance_m: number | null;
    readonly minutes: number | null;
    readonly shared_words: readonly string[];
    readonly same_type: boolean;
  };
}

export interface Received {
  readonly report_id: string;
  readonly incident_id: string;
  readonly number: number;
  readonly attached: boolean;
  readonly candidates: readonly Candidate[];
  readonly tracking_code?: string | null;
}

export interface ReportRow {
  readonly report_id: string;
  readonly channel: string;
  readonly type: string | null;
  readonly text: string;
  readonly address: string | null;
  readonly received_at: string;
  readonly attached: boolean;
  readonly score: number | null;
  readonly reporter_masked: boolean;
  readonly reporter: { readonly name: string | null; readonly phone: string | null; readonly callback?: string | null } | null;
}

export interface IncidentFile {
  readonly id: string;
  readonly reports: readonly ReportRow[];
}

export interface Entry {
  readonly fact_id: string;
  readonly type: string;
  readonly told_at: string;
  readonly occurred_at: string | null;
  readonly actor: string;
  readonly seat: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly text: string | null;
}

/** A desk's word on a unit for one incident. */
export interface Instruction {
  readonly unit_id: string;
  readonly kind: "kept" | "vetoed";
  readonly given_at: string;
  readonly reason: string | null;
}

export interface ProposedUnit {
  readonly unit_id: string;
  readonly call_sign: string;
  readonly capability: string;
  readonly travel_time_s: number;
  readonly eta_at: string;
  /** How long before the target it would arrive; negative: how much later. */
  readonly slack_s: number | null;
  readonly parts: Readonly<Record<string, number>>;
  readonly terms: Readonly<Record<string, number>>;
  readonly leaves: UnderWay | null;
  readonly replaces: UnderWay | null;
}

/** An order whose crew is on its way. */
export interface UnderWay {
  readonly incident_id: string;
  readonly assignment_id: string;
}

export interface Reason {
  readonly unit_id: string;
  readonly code: string;
  readonly capability?: string;
  readonly call_sign?: string;
  readonly of?: string;
  readonly closer_by_s?: number;
  /** Said where it was asked what would come of the closer one. */
  readonly then_dearer_by?: number;
  readonly then_late_id?: string;
  readonly then_late_by_s?: number;
  readonly then_unmet?: boolean;
  readonly later_by_s?: number;
  /** A term of the price, or why none decided. */
  readonly lost_by?: string;
  readonly needed_by?: string;
  readonly tie_by?: string;
  readonly method?: string;
  readonly from_id?: string;
  readonly earlier_by_s?: number;
}

export interface Option {
  readonly units: readonly ProposedUnit[];
  readonly reasons: readonly Reason[];
  readonly cover_after: Readonly<Record<string, number>>;
}

/** Versions of the data and of what decided. */
export interface MadeOf {
  readonly roads: string | null;
  readonly closures: number;
  readonly closures_hash: string | null;
  readonly method: string;
  readonly engine: string;
  readonly solver: string;
}

export interface Recommendation {
  readonly incident_id: string;
  readonly recommendation_id: string | null;
  readonly options: readonly Option[];
  readonly short: readonly Need[];
  readonly ruled_out: Readonly<Record<string, number>>;
  /** The nearest few of them. */
  readonly ruled_out_units: Readonly<Record<string, readonly { readonly unit_id: string; readonly call_sign: string }[]>>;
  /** Steps down from the joint optimum that were taken to be in time. */
  readonly steps: readonly string[];
  readonly made_of: MadeOf | null;
  readonly needs: readonly Need[];
  readonly made_at: string | null;
}

/** What a run card would ask for at an alarm level, and who would go. */
export interface Foreseen {
  readonly card: { readonly body: string | null; readonly version: number; readonly area: string | null; readonly type: string; readonly levels: number } | null;
  readonly level: number;
  readonly exhausted: boolean;
  readonly area: string | null;
  readonly would: Recommendation;
}

export interface OrderMade {
  readonly assignments: readonly { readonly id: string; readonly unit_id: string; readonly call_sign: string }[];
}

export interface RouteFound {
  readonly geometry: LineString;
  readonly travel_time_s: number;
  readonly distance_m: number;
  readonly times_s: readonly number[];
}

/** What the engine may do, and what it pays beside time. */
export interface EngineRules {
  readonly level_price: number;
  readonly cover_price: number;
  readonly diversions_max: number;
  readonly move_gain_min: number;
  readonly moves_per_hour_max: number;
}

export interface Cover {
  readonly within_s: number;
  readonly shares: Readonly<Record<string, number>>;
}

export interface ClockTold {
  readonly business_time: string;
  readonly speed: number;
  readonly paused: boolean;
  readonly demo: boolean;
  /** Runs at the wall's pace while a desk's incident waits for its first order; `usual_speed` afterwards. */
  readonly held_at_wall_pace: boolean;
  readonly usual_speed: number;
  /** How many times the demo's calls began; null where none are replayed. */
  readonly replay_round: number | null;
  /** Whether scenes can be played here: a node's demo has them, services apart do not. */
  readonly scenes: boolean;
}

interface AreaCalled {
  readonly code: string;
  readonly name_zh: string;
  readonly name_en: string;
}

/** `told`, or why it is not: not ours to see, or the service that knows is away. */
interface Told<T> {
  readonly state: "told" | "withheld" | "away";
  readonly items: readonly T[];
}

/** Who answers for a point and what is there. */
export interface AnsweringHere {
  readonly upward: readonly AreaCalled[];
  readonly outside_m: number | null;
  readonly agencies: readonly (AreaCalled & { readonly type: string })[];
  readonly responders: Told<{ readonly part: string; readonly name_zh: string | null; readonly name_en: string | null }>;
  readonly response_areas: readonly AreaCalled[];
  readonly hazards: readonly { readonly kind: ZoneKind; readonly name: string }[];
  readonly key_places: readonly (AreaCalled & { readonly people: number | null; readonly distance_m: number })[];
  readonly previous: Told<{ readonly id: string; readonly number: number; readonly type: string | null; readonly opened_at: string; readonly distance_m: number }>;
}
