/** What the records of the picture hold, by kind and source. */
import type {
  AidState, AssignmentStatus, BodyKind, Disposition, DutyPart, EventGrade, IncidentClass, IncidentStatus, Moment, Need, Owner, Participation, Place, PlaceState, Point, PolicyMode, PrimaryStatus, Priority, ProposedUnit, SeatKind, StandbyReason, TaskKind, TaskState, UnitKind, UnitStatus,
} from "./generated/contracts";

export interface IncidentTold {
  readonly number: number;
  readonly type: string | null;
  readonly incident_class: IncidentClass | null;
  readonly priority: Priority;
  readonly priority_reason: string;
  readonly grade: EventGrade | null;
  readonly status: IncidentStatus;
  readonly place: Place;
  readonly owner: Owner;
  readonly seat: string;
  readonly division: string;
  readonly participations: readonly Participation[];
  readonly opened_at: Moment;
  readonly heard_at: Moment | null;
  readonly handled_at: Moment | null;
  readonly closed_at: Moment | null;
  readonly disposition: Disposition | null;
  readonly merged_into: string | null;
  readonly report_ids: readonly string[];
  readonly novelty_at: Moment | null;
  readonly callback_due_at: Moment | null;
}

export interface IncidentPlacedTold {
  readonly state: PlaceState;
  readonly point: Point | null;
  readonly cell: string | null;
  readonly path: string;
  readonly layer_version: number;
  readonly nearest_cell: string | null;
  readonly nearest_distance_m: number | null;
  readonly label: string | null;
}

export interface AssignmentTold {
  readonly unit_id: string;
  readonly status: AssignmentStatus;
  readonly fence: number;
  readonly dispatched_at: Moment;
  readonly eta_at: Moment | null;
  readonly acknowledge_by: Moment | null;
  readonly reminded_at: Moment | null;
  /** Called back; it holds until the crew says that it heard, or is there. */
  readonly recall?: "requested" | "acknowledged" | null;
  readonly late_at?: Moment | null;
  /** Where a bed is kept for whoever it carries. */
  readonly destination?: { readonly hospital_id: string; readonly travel_time_s: number | null } | null;
  /** The policy ordered it, and nobody asked. */
  readonly is_automatic?: boolean;
  /** Its incident moved, and its crew has not said yet that it knows where to. */
  readonly address_changed?: boolean;
  readonly steps: Readonly<Record<string, Moment>>;
  /** How often dispatch changed it; not known of one that came along from an older record. */
  readonly version?: number | null;
  /** Steps that were passed over and that nobody told since. */
  readonly gaps?: readonly AssignmentStatus[];
  /** When, and by what means, each step was told. */
  readonly told?: Readonly<Record<string, { readonly at: Moment | null; readonly source: string }>>;
}

export interface TaskTold {
  readonly kind: TaskKind;
  readonly person_id: string | null;
  readonly state: TaskState;
  readonly stand_off_m: number;
  readonly offered_at: Moment;
  readonly due_at: Moment;
  readonly reason: string | null;
  /** Not told by records from before tasks went up a ladder. */
  readonly part?: DutyPart | null;
  readonly accept_by?: Moment | null;
  readonly seen_at?: Moment;
  readonly to_task_id?: string;
}

export interface AidTold {
  readonly root_id: string;
  readonly body: string;
  readonly for_body: string;
  readonly needs: readonly Need[];
  readonly state: AidState;
  readonly asked_at: Moment;
  readonly due_at: Moment;
  readonly reason: string | null;
  readonly unit_ids: readonly string[];
}

export interface DispatchTold {
  /** How many are hurt, as was counted last. */
  readonly casualties?: { readonly immediate: number; readonly delayed: number; readonly minor: number; readonly dead: number } | null;
  /** Who was asked for units, by request. */
  readonly aid?: Readonly<Record<string, AidTold>>;
  /** What stayed overdue until the shift leader had it, by `matter:assignment`. */
  readonly raised?: Readonly<Record<string, { readonly matter: string; readonly raised_at: Moment }>>;
  readonly response: {
    readonly response_id: string;
    readonly opened_at: Moment;
    readonly target_at: Moment;
    readonly needs: readonly Need[];
    readonly mode: PolicyMode;
    /** Not told by records from before later alarms could be struck: then it is the first. */
    readonly alarm_level?: number;
    readonly ended_at: Moment | null;
  } | null;
  readonly recommendation: {
    readonly recommendation_id: string;
    readonly units: readonly ProposedUnit[];
    readonly short: readonly Need[];
    readonly made_at: Moment;
  } | null;
  readonly assignments: Readonly<Record<string, AssignmentTold>>;
  readonly tasks: Readonly<Record<string, TaskTold>>;
}

export interface UnitTold {
  readonly call_sign: string;
  readonly kind: UnitKind;
  readonly body: string;
  readonly station_id: string;
  readonly capabilities: readonly string[];
  readonly division: string;
  readonly status: UnitStatus;
  readonly primary: PrimaryStatus;
  readonly since: Moment;
  readonly reason: string | null;
  readonly incident_id: string | null;
  readonly assignment_id: string | null;
  /** Not told by records from before units were sent to stand by. */
  readonly standby?: StandbyTold | null;
}

/** Where a free unit would stand best, or was sent to stand by. */
export interface StandbyTold {
  readonly station_id: string;
  readonly state: "proposed" | "ordered";
  readonly reason?: StandbyReason;
  readonly gain?: number;
}

export interface SiteTold {
  readonly code: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly point: Point;
  /** How many patients a hospital takes, and when it said so; not told by who never did. */
  readonly beds_free?: number;
  readonly beds_told_at?: Moment;
  /** Since when the map has a station no longer: no unit comes there any more. */
  readonly retired_at?: Moment | null;
}

export interface BodyTold {
  readonly code: string;
  readonly kind: BodyKind;
  readonly level: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly division: string;
  readonly pool_seat: string;
  readonly zone: string;
}

export interface SeatTold {
  readonly code: string;
  readonly kind: SeatKind;
  readonly body: string;
  readonly person_id: string | null;
  readonly taken_at: Moment | null;
}
