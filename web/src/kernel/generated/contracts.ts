// Made from the contracts by `python -m beaconfire.web_types`; never edited by hand.

/** A moment in UTC, ISO 8601. */
export type Moment = string;

// beaconfire_contracts.ids

export type IncidentId = string;

export type ReportId = string;

export type UnitId = string;

export type StationId = string;

export type HospitalId = string;

export type AssignmentId = string;

export type ResponseId = string;

export type RecommendationId = string;

export type TaskId = string;

export type AidId = string;

export type BodyId = string;

export type PersonId = string;

export type SeatId = string;

export type FactId = string;

export type NoteId = string;

export type SubscriptionId = string;

// beaconfire_contracts.vocabulary

/** How fast it must be answered; 1 is the highest (紧急程度). */
export const Priority = [
  1,
  2,
  3,
  4,
] as const;
export type Priority = (typeof Priority)[number];

/** How grave the event is by law, set apart from priority (事件级别). */
export const EventGrade = [
  "extraordinary",
  "major",
  "larger",
  "general",
] as const;
export type EventGrade = (typeof EventGrade)[number];

/** By which way a report reached the centre (来源). */
export const Channel = [
  "phone",
  "web",
  "app",
  "sms",
  "sensor",
  "grid",
  "radio",
  "walk_in",
  "12345",
  "partner",
] as const;
export type Channel = (typeof Channel)[number];

/** How a call ended (通话结束方式). */
export const CallEnding = [
  "normal",
  "hung_up",
  "silent",
  "transferred",
] as const;
export type CallEnding = (typeof CallEnding)[number];

/** What the incident itself stores; en route and on scene are derived (事件状态). */
export const IncidentStatus = [
  "open",
  "handled",
  "verifying",
  "closed",
  "held",
  "voided",
  "merged",
] as const;
export type IncidentStatus = (typeof IncidentStatus)[number];

/** The Chinese four classes to which each incident type is mapped (突发事件分类). */
export const IncidentClass = [
  "natural_disaster",
  "accident",
  "public_health",
  "social_security",
] as const;
export type IncidentClass = (typeof IncidentClass)[number];

/** How well the place of an incident is known (地点状态). */
export const PlaceState = [
  "unlocated",
  "approximate",
  "confirmed",
  "outside",
] as const;
export type PlaceState = (typeof PlaceState)[number];

/** Why roads are closed or slowed (封闭原因). */
export const ClosureReason = [
  "crash",
  "fire",
  "flood",
  "landslide",
  "collapse",
  "hazard",
  "ice_snow",
  "works",
  "event",
  "congestion",
  "police",
  "other",
] as const;
export type ClosureReason = (typeof ClosureReason)[number];

/** What threatens in a zone; a bare geofence threatens nothing and warns nobody (危险区类别). */
export const ZoneKind = [
  "fire",
  "hazmat",
  "explosion",
  "flood",
  "landslide",
  "collapse",
  "violence",
  "epidemic",
  "other",
  "geofence",
] as const;
export type ZoneKind = (typeof ZoneKind)[number];

/** How grave the danger in a zone is, by the words of CAP (危险程度). */
export const ZoneSeverity = [
  "minor",
  "moderate",
  "severe",
  "extreme",
] as const;
export type ZoneSeverity = (typeof ZoneSeverity)[number];

/** By what means a place became known (定位方式). */
export const PlaceMethod = [
  "caller",
  "network",
  "map",
  "address",
  "device",
  "cell",
] as const;
export type PlaceMethod = (typeof PlaceMethod)[number];

/** Why a body owns an incident (归属依据). */
export const OwnerBasis = [
  "received",
  "accepted",
  "decided",
] as const;
export type OwnerBasis = (typeof OwnerBasis)[number];

/** What part a body has in an incident (参与角色). */
export const ParticipationRole = [
  "lead",
  "support",
  "supervising",
  "informed",
] as const;
export type ParticipationRole = (typeof ParticipationRole)[number];

/** How far a participant has come (参与状态). */
export const ParticipationState = [
  "asked",
  "accepted",
  "returned",
  "working",
  "done",
] as const;
export type ParticipationState = (typeof ParticipationState)[number];

/** What sort of unit it is, which chooses its glyph (力量类别). */
export const UnitKind = [
  "ambulance",
  "engine",
  "ladder",
  "hazmat",
  "rescue",
  "police",
  "command",
  "works",
] as const;
export type UnitKind = (typeof UnitKind)[number];

/** What a unit is doing (力量状态), by EIDO's secondary status and what crews tell beyond it. */
export const UnitStatus = [
  "in_service",
  "dispatched",
  "acknowledged",
  "en_route",
  "staging",
  "on_scene",
  "at_patient",
  "transporting",
  "at_hospital",
  "handed_over",
  "cleared",
  "returning",
  "unable",
  "out_of_service",
] as const;
export type UnitStatus = (typeof UnitStatus)[number];

/** May the unit be dispatched? (可否调派; EIDO primary unit status). */
export const PrimaryStatus = [
  "available",
  "conditionally_available",
  "not_available",
] as const;
export type PrimaryStatus = (typeof PrimaryStatus)[number];

/** The steps of one unit on one incident, and its endings (出动单状态). */
export const AssignmentStatus = [
  "dispatched",
  "acknowledged",
  "en_route",
  "on_scene",
  "transporting",
  "at_hospital",
  "cleared",
  "refused",
  "cancelled",
] as const;
export type AssignmentStatus = (typeof AssignmentStatus)[number];

/** Who told a status and by what means (状态来源). */
export const StatusSource = [
  "radio",
  "terminal",
  "app",
  "seat",
  "paper",
  "system",
] as const;
export type StatusSource = (typeof StatusSource)[number];

/** What is asked of a grid worker or a body (任务类别). */
export const TaskKind = [
  "verify",
  "guide",
  "evacuate",
  "watch",
  "recheck",
] as const;
export type TaskKind = (typeof TaskKind)[number];

/** How far a task has come (任务状态). */
export const TaskState = [
  "offered",
  "accepted",
  "cannot",
  "arrived",
  "done",
  "checked",
  "withdrawn",
] as const;
export type TaskState = (typeof TaskState)[number];

/** What whoever looked found there (核查结果). */
export const TaskFinding = [
  "confirmed",
  "not_found",
  "put_right",
  "worse",
] as const;
export type TaskFinding = (typeof TaskFinding)[number];

/** Who of a cell's responders: asked in this order until somebody takes it (网格岗位). */
export const DutyPart = [
  "worker",
  "deputy",
  "leader",
  "desk",
] as const;
export type DutyPart = (typeof DutyPart)[number];

/** Whether dispatch proposes or orders by itself (调派方式). */
export const PolicyMode = [
  "propose",
  "auto",
] as const;
export type PolicyMode = (typeof PolicyMode)[number];

/** How far a request for units of another body has come (增援状态). */
export const AidState = [
  "asked",
  "accepted",
  "declined",
  "expired",
  "withdrawn",
  "ended",
] as const;
export type AidState = (typeof AidState)[number];

/** What stayed overdue until the shift leader has it (超时事项). */
export const OverdueMatter = [
  "acknowledge",
  "recall",
  "address",
] as const;
export type OverdueMatter = (typeof OverdueMatter)[number];

/** Why a free unit would stand better elsewhere (备勤调整原因). */
export const StandbyReason = [
  "freed",
  "move_up",
] as const;
export type StandbyReason = (typeof StandbyReason)[number];

/** What a person may do, within the reach of the grant (角色). */
export const Role = [
  "call_taker",
  "dispatcher",
  "shift_leader",
  "field",
  "grid_worker",
  "viewer",
  "administrator",
  "reporter",
  "service",
] as const;
export type Role = (typeof Role)[number];

/** What sort of organisation a body is (机构类别). */
export const BodyKind = [
  "government",
  "centre",
  "fire",
  "ambulance",
  "police",
  "city_management",
  "utility",
  "community",
] as const;
export type BodyKind = (typeof BodyKind)[number];

/** What work a seat is for (席位类别). */
export const SeatKind = [
  "pool",
  "call_taking",
  "dispatching",
  "leading",
] as const;
export type SeatKind = (typeof SeatKind)[number];

/** How far a fact may travel (敏感程度). */
export const Sensitivity = [
  "public",
  "internal",
  "personal",
  "sensitive",
] as const;
export type Sensitivity = (typeof Sensitivity)[number];

/** How an incident ended (处置结果). */
export const Disposition = [
  "resolved",
  "transported",
  "treated_on_scene",
  "nothing_found",
  "false_report",
  "handed_over",
  "duplicate",
  "caller_cancelled",
] as const;
export type Disposition = (typeof Disposition)[number];

// beaconfire_contracts.places

/** A point in WGS 84, longitude first, degrees. */
export interface Point {
  readonly lon: number;
  readonly lat: number;
}

/** One direction of a road between two neighbouring nodes, by where these are (路段). */
export interface Stretch {
  readonly tail: Point;
  readonly head: Point;
}

/** Where an incident is, as told: a point, its uncertainty in metres, or nothing (地点). */
export interface Place {
  readonly state: PlaceState;
  readonly point: Point | null;
  readonly uncertainty_m: number | null;
  readonly method: PlaceMethod | null;
  readonly confidence: number | null;
}

/** Who answers for the file, since when and why; never null (归属). */
export interface Owner {
  readonly body: BodyId;
  readonly basis: OwnerBasis;
  readonly since: Moment;
  readonly first_known_at: Moment;
}

/** One body's part in an incident; at most one lead handles it (参与). */
export interface Participation {
  readonly body: BodyId;
  readonly role: ParticipationRole;
  readonly state: ParticipationState;
  readonly asked_by: SeatId | PersonId | null;
  readonly asked_at: Moment;
  readonly due_at: Moment | null;
  readonly own_number: string | null;
}

// beaconfire_contracts.needs

/** One line of a run card: so many units with this capability, or with one of its alternatives. */
export interface Need {
  readonly capability: string;
  readonly count: number;
  readonly alternatives: readonly string[];
  readonly group: string | null;
}

/** Which card was followed: the body's, in which version, for which area and type (所依方案). */
export interface RunCardNamed {
  readonly body: BodyId | null;
  readonly version: number;
  readonly area: string | null;
  readonly type: string;
}

/** One proposed unit with its times on the road. */
export interface ProposedUnit {
  readonly unit_id: UnitId;
  readonly capability: string;
  readonly travel_time_s: number;
  readonly eta_at: Moment;
  readonly turned_from: IncidentId | null;
  readonly replaces: AssignmentId | null;
}

// beaconfire_contracts.duties

/** One line of a roster: a person, or a body's desk, in a part of a cell by shift (值守). */
export interface Duty {
  readonly part: DutyPart;
  readonly person_id: PersonId | null;
  readonly body: BodyId | null;
  readonly weekdays: readonly number[];
  readonly begins_s: number;
  readonly ends_s: number;
  readonly from_at: Moment;
  readonly until_at: Moment | null;
}

// beaconfire_contracts.facts.agency

/** An organisation at a level exists, with its territorial and professional parents. */
export interface BodyRegistered {
  readonly body_id: BodyId;
  readonly code: string;
  readonly kind: BodyKind;
  readonly level: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly territorial_parent: BodyId | null;
  readonly professional_parent: BodyId | null;
  readonly division: string;
  readonly matters: readonly string[];
  readonly zone: string;
  readonly pool_seat: SeatId;
}

/** A role held for a body, reaching all that lies under a division path. */
export interface Grant {
  readonly role: Role;
  readonly body: BodyId;
  readonly reach: string;
  readonly unit_id: UnitId | null;
}

/** A person may sign in; names and sign-in names stay in agency's tables. */
export interface PersonRegistered {
  readonly person_id: PersonId;
  readonly grants: readonly Grant[];
}

/** A person's roles are these from now on. */
export interface GrantsChanged {
  readonly person_id: PersonId;
  readonly grants: readonly Grant[];
}

/** Whatever this person was given before this time no longer opens anything. */
export interface AccessRevoked {
  readonly person_id: PersonId;
  readonly revoked_at: Moment;
  readonly session_id: string | null;
  readonly token_id: string | null;
  readonly epoch: number | null;
}

/** A desk exists in a centre. */
export interface SeatRegistered {
  readonly seat_id: SeatId;
  readonly code: string;
  readonly kind: SeatKind;
  readonly body: BodyId;
}

/** A person works at the seat from now on. */
export interface SeatTaken {
  readonly seat_id: SeatId;
  readonly person_id: PersonId;
  readonly taken_at: Moment;
}

/** Nobody works at the seat. */
export interface SeatLeft {
  readonly seat_id: SeatId;
  readonly person_id: PersonId;
  readonly left_at: Moment;
}

/** A seat was handed to the next person with its open incidents. */
export interface SeatHandedOver {
  readonly seat_id: SeatId;
  readonly from_person: PersonId;
  readonly accepted_by: PersonId;
  readonly open_incidents: readonly IncidentId[];
  readonly handed_over_at: Moment;
}

/** A body is told on a topic of its own what it may see; by place as far as `reach`, if any. */
export interface SubscriptionMade {
  readonly subscription_id: SubscriptionId;
  readonly body: BodyId;
  readonly reach: string | null;
  readonly made_at: Moment;
}

/** A body is told nothing more. */
export interface SubscriptionEnded {
  readonly subscription_id: SubscriptionId;
  readonly body: BodyId;
  readonly ended_at: Moment;
}

// beaconfire_contracts.facts.geo

/** The grid says where an incident lies; outside every cell the nearest one is named. */
export interface IncidentPlaced {
  readonly incident_id: IncidentId;
  readonly state: PlaceState;
  readonly point: Point | null;
  readonly cell: string;
  readonly path: string;
  readonly layer_version: number;
  readonly nearest_cell: string | null;
  readonly nearest_distance_m: number | null;
  readonly label: string | null;
  readonly also_in: readonly string[];
  readonly response_areas: readonly string[];
}

/** A new immutable version of a layer is in force; its bytes are an artefact. */
export interface LayerReleased {
  readonly layer: string;
  readonly version: number;
  readonly areas: number;
  readonly sha256: string;
  readonly released_at: Moment;
}

/** A released layer has a station that is new, other, or was another layer's; told whole. */
export interface StationMapped {
  readonly layer: string;
  readonly version: number;
  readonly code: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly body: BodyId;
  readonly division: string;
  readonly point: Point;
  readonly mapped_at: Moment;
}

/** A released layer has a station no longer that its version before had. */
export interface StationUnmapped {
  readonly layer: string;
  readonly version: number;
  readonly code: string;
  readonly unmapped_at: Moment;
}

/** A new version says which agency answers for which matter where; read it from geo. */
export interface MattersAssigned {
  readonly matters: string;
  readonly version: number;
  readonly rules: number;
  readonly assigned_at: Moment;
}

/** A new version of the road graph is in force; fetch it as an artefact by its hash. */
export interface RoadsReleased {
  readonly roads: string;
  readonly version: number;
  readonly nodes: number;
  readonly arcs: number;
  readonly sha256: string;
  readonly released_at: Moment;
}

/** Roads in an area, or along stretches, are closed or slowed until they are opened again. */
export interface RoadsClosed {
  readonly closure_id: string;
  readonly roads: string;
  readonly ring: readonly Point[];
  readonly stretches: readonly Stretch[];
  readonly speed_share: number;
  readonly reason: ClosureReason;
  readonly closed_at: Moment;
  readonly incident_id: IncidentId | null;
  readonly zone_id: string | null;
}

/** Roads are as they were before a closure, but for what other closures say. */
export interface RoadsOpened {
  readonly closure_id: string;
  readonly roads: string;
  readonly opened_at: Moment;
}

/** A hazard zone is in force: a ring of points, and whether roads inside are closed. */
export interface ZoneDeclared {
  readonly zone_id: string;
  readonly kind: string;
  readonly ring: readonly Point[];
  readonly closes_roads: boolean;
  readonly declared_at: Moment;
  readonly incident_id: IncidentId | null;
  readonly version: number;
  readonly severity: ZoneSeverity | null;
  readonly stand_off_m: number;
  readonly centre: Point | null;
  readonly radius_m: number | null;
  readonly speed_share: number | null;
  readonly ends_at: Moment | null;
}

/** A hazard zone in force is another one from now on; all of it is told anew. */
export interface ZoneChanged {
  readonly zone_id: string;
  readonly version: number;
  readonly kind: ZoneKind;
  readonly severity: ZoneSeverity;
  readonly ring: readonly Point[];
  readonly closes_roads: boolean;
  readonly changed_at: Moment;
  readonly incident_id: IncidentId | null;
  readonly stand_off_m: number;
  readonly centre: Point | null;
  readonly radius_m: number | null;
  readonly speed_share: number | null;
  readonly ends_at: Moment | null;
}

/** A hazard zone is no longer in force: somebody lifted it, or its time was over. */
export interface ZoneLifted {
  readonly zone_id: string;
  readonly lifted_at: Moment;
  readonly expired: boolean;
}

/** A unit's newest position lies in a hazard zone or its stand-off; told at once, once a visit. */
export interface UnitWarned {
  readonly unit_id: UnitId;
  readonly zone_id: string;
  readonly warned_at: Moment;
  readonly observed_at: Moment;
}

/** A unit came into a zone or its stand-off, by the first position observed there. */
export interface GeofenceEntered {
  readonly unit_id: UnitId;
  readonly zone_id: string;
  readonly entered_at: Moment;
  readonly is_late: boolean;
}

/** A unit left a zone, by the first position clearly outside; or the zone was lifted around it. */
export interface GeofenceLeft {
  readonly unit_id: UnitId;
  readonly zone_id: string;
  readonly left_at: Moment;
  readonly zone_lifted: boolean;
  readonly is_late: boolean;
}

// beaconfire_contracts.facts.incident

/** An incident was opened for a report; it has an owner and a seat from the first second. */
export interface IncidentOpened {
  readonly incident_id: IncidentId;
  readonly number: number;
  readonly type: string | null;
  readonly incident_class: IncidentClass | null;
  readonly priority: Priority;
  readonly priority_reason: string;
  readonly place: Place;
  readonly owner: Owner;
  readonly seat: SeatId;
  readonly division: string;
  readonly opened_at: Moment;
  readonly report_id: ReportId;
  readonly channel: Channel;
}

/** A report came in and belongs to this incident; what was said stays in incident's tables. */
export interface ReportReceived {
  readonly incident_id: IncidentId;
  readonly report_id: ReportId;
  readonly channel: Channel;
  readonly type: string | null;
  readonly received_at: Moment;
  readonly observed_at: Moment | null;
  readonly attached: boolean;
  readonly score: number | null;
  readonly novelty: boolean;
}

/** A report was completed or corrected in the named fields. */
export interface ReportAmended {
  readonly incident_id: IncidentId;
  readonly report_id: ReportId;
  readonly amended: readonly string[];
}

/** A position for a report became known, from the network or a person. */
export interface ReportLocated {
  readonly incident_id: IncidentId;
  readonly report_id: ReportId;
  readonly place: Place;
}

/** The call of a report ended, and how. */
export interface CallEnded {
  readonly incident_id: IncidentId;
  readonly report_id: ReportId;
  readonly ended_at: Moment;
  readonly ended_how: CallEnding;
}

/** A broken or silent call must be rung back by this time. */
export interface CallbackDue {
  readonly incident_id: IncidentId;
  readonly report_id: ReportId;
  readonly due_at: Moment;
}

/** A report was moved to this incident by a person or by a merge. */
export interface ReportAttached {
  readonly incident_id: IncidentId;
  readonly report_id: ReportId;
  readonly from_incident_id: IncidentId | null;
}

/** A report was taken off this incident. */
export interface ReportDetached {
  readonly incident_id: IncidentId;
  readonly report_id: ReportId;
  readonly to_incident_id: IncidentId;
}

/** Another body answers for the file from now on. */
export interface IncidentOwned {
  readonly incident_id: IncidentId;
  readonly owner: Owner;
  readonly seat: SeatId;
}

/** A seat took the incident; every open incident has exactly one seat. */
export interface IncidentTaken {
  readonly incident_id: IncidentId;
  readonly seat: SeatId;
  readonly person_id: PersonId;
}

/** A seat passed the incident to another seat. */
export interface IncidentPassed {
  readonly incident_id: IncidentId;
  readonly from_seat: SeatId;
  readonly seat: SeatId;
}

/** The place of an incident was moved or made more certain. */
export interface IncidentRelocated {
  readonly incident_id: IncidentId;
  readonly place: Place;
}

/** Type, priority or grade were set anew; the reason is a code. */
export interface IncidentReclassified {
  readonly incident_id: IncidentId;
  readonly type: string | null;
  readonly incident_class: IncidentClass | null;
  readonly priority: Priority;
  readonly priority_reason: string;
  readonly grade: EventGrade | null;
}

/** A body's part in the incident began or went a step on. */
export interface ParticipationRecorded {
  readonly incident_id: IncidentId;
  readonly participation: Participation;
}

/** This incident was found to be the same as another and is followed there. */
export interface IncidentMerged {
  readonly incident_id: IncidentId;
  readonly into_id: IncidentId;
}

/** Another incident was merged into this one; earliest clock and highest priority are kept. */
export interface IncidentAbsorbed {
  readonly incident_id: IncidentId;
  readonly absorbed_id: IncidentId;
  readonly priority: Priority;
  readonly priority_reason: string;
  readonly first_known_at: Moment;
}

/** A merged incident stands by itself again; the inverse of IncidentMerged. */
export interface IncidentSplit {
  readonly incident_id: IncidentId;
  readonly from_id: IncidentId;
  readonly priority: Priority;
  readonly owner: Owner;
  readonly seat: SeatId;
}

/** An absorbed incident was let go again; the inverse of IncidentAbsorbed. */
export interface IncidentReleased {
  readonly incident_id: IncidentId;
  readonly released_id: IncidentId;
  readonly priority: Priority;
  readonly priority_reason: string;
  readonly first_known_at: Moment;
}

/** The work at the place is done; the file is still open. */
export interface IncidentHandled {
  readonly incident_id: IncidentId;
  readonly handled_at: Moment;
}

/** Somebody other than the handler checks that it was put right. */
export interface IncidentVerifying {
  readonly incident_id: IncidentId;
}

/** The incident waits for a reason until a time. */
export interface IncidentHeld {
  readonly incident_id: IncidentId;
  readonly reason: string;
  readonly until: Moment | null;
}

/** The incident was recorded by mistake. */
export interface IncidentVoided {
  readonly incident_id: IncidentId;
  readonly reason: string;
}

/** The file is closed with a disposition. */
export interface IncidentClosed {
  readonly incident_id: IncidentId;
  readonly disposition: Disposition;
  readonly closed_at: Moment;
}

/** A closed, handled or held file is open again. */
export interface IncidentReopened {
  readonly incident_id: IncidentId;
  readonly owner: Owner;
  readonly seat: SeatId;
}

/** A note stands in the timeline; its words stay in incident's tables. */
export interface NoteWritten {
  readonly incident_id: IncidentId;
  readonly note_id: NoteId;
  readonly written_at: Moment;
}

/** An entry of the record was corrected; both values stay readable in incident's tables. */
export interface EntryCorrected {
  readonly incident_id: IncidentId;
  readonly of_fact: string;
  readonly field: string;
  readonly reason: string;
}

/** A reporter's name, telephone and words were erased from a report. */
export interface ReporterErased {
  readonly incident_id: IncidentId;
  readonly report_id: ReportId;
  readonly by_body: BodyId;
}

// beaconfire_contracts.facts.dispatch

/** A fixed place from which units respond is known. */
export interface StationRegistered {
  readonly station_id: StationId;
  readonly code: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly body: BodyId;
  readonly point: Point;
  readonly division: string;
}

/** A hospital that takes patients is known. */
export interface HospitalRegistered {
  readonly hospital_id: HospitalId;
  readonly code: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly point: Point;
}

/** A unit can be dispatched from now on. */
export interface UnitRegistered {
  readonly unit_id: UnitId;
  readonly call_sign: string;
  readonly kind: UnitKind;
  readonly body: BodyId;
  readonly station_id: StationId;
  readonly capabilities: readonly string[];
  readonly division: string;
  readonly status: UnitStatus;
  readonly primary: PrimaryStatus;
}

/** A unit does something else now; `since` is when, as told, and gaps are flagged. */
export interface UnitStatusChanged {
  readonly unit_id: UnitId;
  readonly status: UnitStatus;
  readonly primary: PrimaryStatus;
  readonly since: Moment;
  readonly source: StatusSource;
  readonly incident_id: IncidentId | null;
  readonly assignment_id: AssignmentId | null;
  readonly reason: string | null;
  readonly gaps: readonly UnitStatus[];
}

/** An agency's answer to the incident began: its targets and what its alarm level asks for. */
export interface ResponseOpened {
  readonly incident_id: IncidentId;
  readonly response_id: ResponseId;
  readonly opened_at: Moment;
  readonly target_at: Moment;
  readonly needs: readonly Need[];
  readonly mode: PolicyMode;
  readonly alarm_level: number;
  readonly run_card: RunCardNamed | null;
}

/** A higher alarm was struck: all that the incident asks for from now on (增援). */
export interface NextAlarmStruck {
  readonly incident_id: IncidentId;
  readonly response_id: ResponseId;
  readonly level: number;
  readonly needs: readonly Need[];
  readonly struck_at: Moment;
  readonly run_card: RunCardNamed | null;
}

/** The proposed units changed; nobody is sent by it. */
export interface RecommendationMade {
  readonly incident_id: IncidentId;
  readonly recommendation_id: RecommendationId;
  readonly units: readonly ProposedUnit[];
  readonly short: readonly Need[];
  readonly made_at: Moment;
}

/** The agency's answer to the incident ended. */
export interface ResponseEnded {
  readonly incident_id: IncidentId;
  readonly response_id: ResponseId;
  readonly ended_at: Moment;
}

/** A unit was ordered to the incident; its fence makes older orders void. */
export interface AssignmentDispatched {
  readonly incident_id: IncidentId;
  readonly assignment_id: AssignmentId;
  readonly unit_id: UnitId;
  readonly fence: number;
  readonly dispatched_at: Moment;
  readonly eta_at: Moment | null;
  readonly acknowledge_by: Moment;
  readonly recommendation_id: RecommendationId | null;
  readonly is_automatic: boolean;
  readonly turned_from: IncidentId | null;
}

/** The crew took the order. */
export interface AssignmentAcknowledged {
  readonly incident_id: IncidentId;
  readonly assignment_id: AssignmentId;
  readonly unit_id: UnitId;
  readonly occurred_at: Moment;
  readonly source: StatusSource;
  readonly gaps: readonly AssignmentStatus[];
  readonly told_at: Moment | null;
}

/** The unit is moving to the incident. */
export interface AssignmentEnRoute {
  readonly incident_id: IncidentId;
  readonly assignment_id: AssignmentId;
  readonly unit_id: UnitId;
  readonly occurred_at: Moment;
  readonly source: StatusSource;
  readonly gaps: readonly AssignmentStatus[];
  readonly told_at: Moment | null;
}

/** The unit arrived at the incident. */
export interface AssignmentOnScene {
  readonly incident_id: IncidentId;
  readonly assignment_id: AssignmentId;
  readonly unit_id: UnitId;
  readonly occurred_at: Moment;
  readonly source: StatusSource;
  readonly gaps: readonly AssignmentStatus[];
  readonly told_at: Moment | null;
}

/** The unit is taking somebody to a hospital. */
export interface AssignmentTransporting {
  readonly incident_id: IncidentId;
  readonly assignment_id: AssignmentId;
  readonly unit_id: UnitId;
  readonly occurred_at: Moment;
  readonly source: StatusSource;
  readonly hospital_id: HospitalId | null;
  readonly gaps: readonly AssignmentStatus[];
  readonly told_at: Moment | null;
}

/** The unit is at the hospital, handing over. */
export interface AssignmentAtHospital {
  readonly incident_id: IncidentId;
  readonly assignment_id: AssignmentId;
  readonly unit_id: UnitId;
  readonly occurred_at: Moment;
  readonly source: StatusSource;
  readonly gaps: readonly AssignmentStatus[];
  readonly told_at: Moment | null;
}

/** The unit's work on the incident ended. */
export interface AssignmentCleared {
  readonly incident_id: IncidentId;
  readonly assignment_id: AssignmentId;
  readonly unit_id: UnitId;
  readonly occurred_at: Moment;
  readonly source: StatusSource;
  readonly gaps: readonly AssignmentStatus[];
  readonly told_at: Moment | null;
}

/** The crew cannot take the order; the reason is a code. */
export interface AssignmentRefused {
  readonly incident_id: IncidentId;
  readonly assignment_id: AssignmentId;
  readonly unit_id: UnitId;
  readonly occurred_at: Moment;
  readonly source: StatusSource;
  readonly reason: string;
  readonly told_at: Moment | null;
}

/** The order was taken back by a desk, a closing or a merge. */
export interface AssignmentCancelled {
  readonly incident_id: IncidentId;
  readonly assignment_id: AssignmentId;
  readonly unit_id: UnitId;
  readonly occurred_at: Moment;
  readonly source: StatusSource;
  readonly reason: string;
  readonly told_at: Moment | null;
}

/** A merge or a split moved an assignment to this incident. */
export interface AssignmentRehomed {
  readonly incident_id: IncidentId;
  readonly assignment_id: AssignmentId;
  readonly unit_id: UnitId;
  readonly from_incident_id: IncidentId;
  readonly status: AssignmentStatus;
  readonly fence: number;
  readonly dispatched_at: Moment;
  readonly version: number | null;
}

/** A merge or a split moved an assignment away from this incident. */
export interface AssignmentMovedAway {
  readonly incident_id: IncidentId;
  readonly assignment_id: AssignmentId;
  readonly unit_id: UnitId;
  readonly to_incident_id: IncidentId;
}

/** The incident's place moved: the unit's crew has a new address to acknowledge (改址). */
export interface AssignmentRedirected {
  readonly incident_id: IncidentId;
  readonly assignment_id: AssignmentId;
  readonly unit_id: UnitId;
  readonly redirected_at: Moment;
  readonly eta_at: Moment | null;
}

/** The crew knows the new address (新地址已确认). */
export interface RedirectionAcknowledged {
  readonly incident_id: IncidentId;
  readonly assignment_id: AssignmentId;
  readonly unit_id: UnitId;
  readonly occurred_at: Moment;
  readonly source: StatusSource;
}

/** An order that has left is called back; it holds until the crew says so. */
export interface RecallRequested {
  readonly incident_id: IncidentId;
  readonly assignment_id: AssignmentId;
  readonly unit_id: UnitId;
  readonly requested_at: Moment;
  readonly reason: string;
}

/** The crew heard the recall. */
export interface RecallAcknowledged {
  readonly incident_id: IncidentId;
  readonly assignment_id: AssignmentId;
  readonly unit_id: UnitId;
  readonly occurred_at: Moment;
}

/** Nobody acknowledged in time, so the crew was reminded, once (催办). */
export interface Reminded {
  readonly incident_id: IncidentId;
  readonly assignment_id: AssignmentId;
  readonly unit_id: UnitId;
  readonly reminded_at: Moment;
}

/** Nobody acknowledged after the reminder, so another unit or the desk has it (改派). */
export interface Reassigned {
  readonly incident_id: IncidentId;
  readonly assignment_id: AssignmentId;
  readonly unit_id: UnitId;
  readonly reassigned_at: Moment;
  readonly to_assignment_id: AssignmentId | null;
  readonly to_unit_id: UnitId | null;
}

/** A grid worker or a body is asked to do something; `place` lies outside the stand-off. */
export interface TaskOffered {
  readonly incident_id: IncidentId;
  readonly task_id: TaskId;
  readonly kind: TaskKind;
  readonly person_id: PersonId | null;
  readonly body: BodyId | null;
  readonly stand_off_m: number;
  readonly offered_at: Moment;
  readonly due_at: Moment;
  readonly part: DutyPart | null;
  readonly accept_by: Moment | null;
  readonly place: Point | null;
}

/** A task went a step on; a `cannot` carries a reason code, a `done` what was found. */
export interface TaskStateChanged {
  readonly incident_id: IncidentId;
  readonly task_id: TaskId;
  readonly state: TaskState;
  readonly occurred_at: Moment;
  readonly reason: string | null;
  readonly finding: TaskFinding | null;
}

// beaconfire_contracts.facts.dispatch_life

/** What a crew came upon that nobody knew of: what it is, where, who receives it (到场上报). */
export interface OnViewOpening {
  readonly report_id: ReportId;
  readonly body: BodyId;
  readonly type: string | null;
  readonly point: Point | null;
}

/** The unit has not arrived though its expected arrival is past by more than allowed (迟到). */
export interface AssignmentLate {
  readonly incident_id: IncidentId;
  readonly assignment_id: AssignmentId;
  readonly unit_id: UnitId;
  readonly eta_at: Moment;
  readonly noticed_at: Moment;
}

/** Something stayed overdue, so the shift leader has it, once (提级). */
export interface RaisedToSuperior {
  readonly incident_id: IncidentId;
  readonly matter: OverdueMatter;
  readonly raised_at: Moment;
  readonly assignment_id: AssignmentId;
  readonly unit_id: UnitId;
}

/** A crew stands at something and begins by itself, without an order (自行到场). */
export interface OnViewed {
  readonly incident_id: IncidentId;
  readonly assignment_id: AssignmentId;
  readonly unit_id: UnitId;
  readonly fence: number;
  readonly occurred_at: Moment;
  readonly told_at: Moment;
  readonly source: StatusSource;
  readonly opening: OnViewOpening | null;
}

// beaconfire_contracts.facts.grid_work

/** Who answers for an area, and when of a week, is this from now on; nobody if it is empty. */
export interface RosterChanged {
  readonly area: string;
  readonly version: number;
  readonly zone: string;
  readonly duties: readonly Duty[];
  readonly changed_at: Moment;
}

/** Whoever was asked has the task before them, and has not answered by that. */
export interface TaskSeen {
  readonly incident_id: IncidentId;
  readonly task_id: TaskId;
  readonly person_id: PersonId | null;
  readonly seen_at: Moment;
}

/** Whoever was asked cannot, or took it in no time: the next part is asked, by another task. */
export interface TaskEscalated {
  readonly incident_id: IncidentId;
  readonly task_id: TaskId;
  readonly to_task_id: TaskId;
  readonly part: DutyPart;
  readonly to_part: DutyPart;
  readonly reason: string;
  readonly escalated_at: Moment;
}

/** Nobody of the desk is there by when it was to be done: the shift leader has it, once. */
export interface TaskRaised {
  readonly incident_id: IncidentId;
  readonly task_id: TaskId;
  readonly body: BodyId | null;
  readonly raised_at: Moment;
}

// beaconfire_contracts.facts.aid

/** Another body is asked for units, as what an incident needs is not to be had here (请求增援). */
export interface AidRequested {
  readonly incident_id: IncidentId;
  readonly aid_id: AidId;
  readonly root_id: AidId;
  readonly body: BodyId;
  readonly for_body: BodyId;
  readonly needs: readonly Need[];
  readonly asked_at: Moment;
  readonly due_at: Moment;
}

/** Units are given, or none for a reason; or the time to answer is over (增援答复). */
export interface AidAnswered {
  readonly incident_id: IncidentId;
  readonly aid_id: AidId;
  readonly body: BodyId;
  readonly state: AidState;
  readonly answered_at: Moment;
  readonly reason: string | null;
  readonly unit_ids: readonly UnitId[];
}

/** The last of the units that a body gave is done (增援结束). */
export interface AidEnded {
  readonly incident_id: IncidentId;
  readonly aid_id: AidId;
  readonly body: BodyId;
  readonly ended_at: Moment;
}

/** Everybody who might help was asked, and nobody gave units: the shift leader has it. */
export interface AidExhausted {
  readonly incident_id: IncidentId;
  readonly root_id: AidId;
  readonly exhausted_at: Moment;
}

// beaconfire_contracts.facts.casualties

/** How many are hurt by triage class, as is known now; it replaces what was counted before. */
export interface CasualtiesCounted {
  readonly incident_id: IncidentId;
  readonly immediate: number;
  readonly delayed: number;
  readonly minor: number;
  readonly dead: number;
  readonly counted_at: Moment;
}

/** How many more patients a hospital takes, as it says itself (可用床位). */
export interface BedsReported {
  readonly hospital_id: HospitalId;
  readonly beds_free: number;
  readonly reported_at: Moment;
}

/** A bed is kept at a hospital for whoever this unit carries (送医指引). */
export interface DestinationProposed {
  readonly incident_id: IncidentId;
  readonly assignment_id: AssignmentId;
  readonly unit_id: UnitId;
  readonly hospital_id: HospitalId;
  readonly travel_time_s: number | null;
  readonly proposed_at: Moment;
}

/** The bed is kept no longer: handed over, or not needed (床位释放). */
export interface DestinationReleased {
  readonly incident_id: IncidentId;
  readonly assignment_id: AssignmentId;
  readonly unit_id: UnitId;
  readonly hospital_id: HospitalId;
  readonly is_handed_over: boolean;
  readonly released_at: Moment;
}

// beaconfire_contracts.facts.standing_by

/** A free unit would stand better at this station: `gain` is the part by which the next call's expected price falls. */
export interface StandbyProposed {
  readonly unit_id: UnitId;
  readonly station_id: StationId;
  readonly reason: StandbyReason;
  readonly gain: number;
  readonly proposed_at: Moment;
}

/** A free unit goes to this station, and stays there until it is needed. */
export interface StandbyOrdered {
  readonly unit_id: UnitId;
  readonly station_id: StationId;
  readonly ordered_at: Moment;
}

/** The desk will not have the unit stand there: it goes, or stays, where it belongs. */
export interface StandbyDeclined {
  readonly unit_id: UnitId;
  readonly station_id: StationId;
  readonly declined_at: Moment;
}

// beaconfire_contracts.facts.stations

/** A station is elsewhere, named otherwise, another body's or in use again; told whole. */
export interface StationChanged {
  readonly station_id: StationId;
  readonly code: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly body: BodyId;
  readonly point: Point;
  readonly division: string;
  readonly changed_at: Moment;
}

/** The map has a station no longer: its units stay, and no further one comes there. */
export interface StationRetired {
  readonly station_id: StationId;
  readonly retired_at: Moment;
}

// beaconfire_contracts.feed

/** Why the feed closed a socket; below 4400 the codes of RFC 6455 hold. */
export const CloseCode = [
  4400,
  4401,
  4403,
  4408,
  4429,
  1001,
] as const;
export type CloseCode = (typeof CloseCode)[number];

/** One thing in the picture, as told by one stream; a client keeps the higher version. */
export interface Record {
  readonly kind: string;
  readonly id: string;
  readonly source: string;
  readonly version: number;
  readonly data: { readonly [name: string]: unknown };
}

/** Which fact made a change, enough for a line of the timeline. */
export interface FactBrief {
  readonly id: string;
  readonly type: string;
  readonly key: string;
  readonly time: Moment;
  readonly actor: string;
  readonly seat: string | null;
}

/** `t: snapshot`: a part of the whole picture at `pos`; `more` says that parts follow. */
export interface SnapshotFrame {
  readonly t: "snapshot";
  readonly pos: string;
  readonly epoch: string;
  readonly more: boolean;
  readonly records: readonly Record[];
}

/** `t: change`: one record as it is now, and the fact that made it so. */
export interface ChangeFrame {
  readonly t: "change";
  readonly pos: string;
  readonly prev: string;
  readonly record: Record;
  readonly fact: FactBrief;
}

/** `t: gone`: a record is no longer yours to see, or no longer part of the picture. */
export interface GoneFrame {
  readonly t: "gone";
  readonly pos: string;
  readonly prev: string;
  readonly kind: string;
  readonly id: string;
  readonly source: string;
}

/** `t: beat`, every two seconds: head position, clocks, and the hash of what you may see. */
export interface BeatFrame {
  readonly t: "beat";
  readonly pos: string;
  readonly server_time: Moment;
  readonly business_time: Moment;
  readonly speed: number;
  readonly paused: boolean;
  readonly hash: string | null;
  readonly resume: string | null;
}

/** `t: units`: the handle of each unit in binary frames, for one epoch. */
export interface UnitHandles {
  readonly t: "units";
  readonly epoch: string;
  readonly handles: { readonly [name: string]: number };
}

/** `t: error`: what was wrong with a frame of yours; the socket may close after it. */
export interface ErrorFrame {
  readonly t: "error";
  readonly code: string;
  readonly detail: string;
}

/** `t: subscribe`, from the client, first: begin anew, or go on from a resume token. */
export interface SubscribeFrame {
  readonly t: "subscribe";
  readonly resume: string | null;
}

/** `t: resync`, from the client: I missed something; send a snapshot. */
export interface ResyncFrame {
  readonly t: "resync";
  readonly have: string;
}

/** Every fact by its type on the wire. */
export interface Facts {
  readonly "beaconfire.agency.body-registered.v1": BodyRegistered;
  readonly "beaconfire.agency.person-registered.v1": PersonRegistered;
  readonly "beaconfire.agency.grants-changed.v1": GrantsChanged;
  readonly "beaconfire.agency.access-revoked.v1": AccessRevoked;
  readonly "beaconfire.agency.seat-registered.v1": SeatRegistered;
  readonly "beaconfire.agency.seat-taken.v1": SeatTaken;
  readonly "beaconfire.agency.seat-left.v1": SeatLeft;
  readonly "beaconfire.agency.seat-handed-over.v1": SeatHandedOver;
  readonly "beaconfire.agency.subscription-made.v1": SubscriptionMade;
  readonly "beaconfire.agency.subscription-ended.v1": SubscriptionEnded;
  readonly "beaconfire.dispatch.aid-requested.v1": AidRequested;
  readonly "beaconfire.dispatch.aid-answered.v1": AidAnswered;
  readonly "beaconfire.dispatch.aid-ended.v1": AidEnded;
  readonly "beaconfire.dispatch.aid-exhausted.v1": AidExhausted;
  readonly "beaconfire.dispatch.casualties-counted.v1": CasualtiesCounted;
  readonly "beaconfire.dispatch.beds-reported.v1": BedsReported;
  readonly "beaconfire.dispatch.destination-proposed.v1": DestinationProposed;
  readonly "beaconfire.dispatch.destination-released.v1": DestinationReleased;
  readonly "beaconfire.dispatch.station-registered.v1": StationRegistered;
  readonly "beaconfire.dispatch.hospital-registered.v1": HospitalRegistered;
  readonly "beaconfire.dispatch.unit-registered.v1": UnitRegistered;
  readonly "beaconfire.dispatch.unit-status-changed.v1": UnitStatusChanged;
  readonly "beaconfire.dispatch.response-opened.v1": ResponseOpened;
  readonly "beaconfire.dispatch.next-alarm-struck.v1": NextAlarmStruck;
  readonly "beaconfire.dispatch.recommendation-made.v1": RecommendationMade;
  readonly "beaconfire.dispatch.response-ended.v1": ResponseEnded;
  readonly "beaconfire.dispatch.assignment-dispatched.v1": AssignmentDispatched;
  readonly "beaconfire.dispatch.assignment-acknowledged.v1": AssignmentAcknowledged;
  readonly "beaconfire.dispatch.assignment-en-route.v1": AssignmentEnRoute;
  readonly "beaconfire.dispatch.assignment-on-scene.v1": AssignmentOnScene;
  readonly "beaconfire.dispatch.assignment-transporting.v1": AssignmentTransporting;
  readonly "beaconfire.dispatch.assignment-at-hospital.v1": AssignmentAtHospital;
  readonly "beaconfire.dispatch.assignment-cleared.v1": AssignmentCleared;
  readonly "beaconfire.dispatch.assignment-refused.v1": AssignmentRefused;
  readonly "beaconfire.dispatch.assignment-cancelled.v1": AssignmentCancelled;
  readonly "beaconfire.dispatch.assignment-rehomed.v1": AssignmentRehomed;
  readonly "beaconfire.dispatch.assignment-moved-away.v1": AssignmentMovedAway;
  readonly "beaconfire.dispatch.assignment-redirected.v1": AssignmentRedirected;
  readonly "beaconfire.dispatch.redirection-acknowledged.v1": RedirectionAcknowledged;
  readonly "beaconfire.dispatch.recall-requested.v1": RecallRequested;
  readonly "beaconfire.dispatch.recall-acknowledged.v1": RecallAcknowledged;
  readonly "beaconfire.dispatch.reminded.v1": Reminded;
  readonly "beaconfire.dispatch.reassigned.v1": Reassigned;
  readonly "beaconfire.dispatch.task-offered.v1": TaskOffered;
  readonly "beaconfire.dispatch.task-state-changed.v1": TaskStateChanged;
  readonly "beaconfire.dispatch.assignment-late.v1": AssignmentLate;
  readonly "beaconfire.dispatch.raised-to-superior.v1": RaisedToSuperior;
  readonly "beaconfire.dispatch.on-viewed.v1": OnViewed;
  readonly "beaconfire.geo.incident-placed.v1": IncidentPlaced;
  readonly "beaconfire.geo.layer-released.v1": LayerReleased;
  readonly "beaconfire.geo.station-mapped.v1": StationMapped;
  readonly "beaconfire.geo.station-unmapped.v1": StationUnmapped;
  readonly "beaconfire.geo.matters-assigned.v1": MattersAssigned;
  readonly "beaconfire.geo.roads-released.v1": RoadsReleased;
  readonly "beaconfire.geo.roads-closed.v1": RoadsClosed;
  readonly "beaconfire.geo.roads-opened.v1": RoadsOpened;
  readonly "beaconfire.geo.zone-declared.v1": ZoneDeclared;
  readonly "beaconfire.geo.zone-changed.v1": ZoneChanged;
  readonly "beaconfire.geo.zone-lifted.v1": ZoneLifted;
  readonly "beaconfire.geo.unit-warned.v1": UnitWarned;
  readonly "beaconfire.geo.geofence-entered.v1": GeofenceEntered;
  readonly "beaconfire.geo.geofence-left.v1": GeofenceLeft;
  readonly "beaconfire.dispatch.roster-changed.v1": RosterChanged;
  readonly "beaconfire.dispatch.task-seen.v1": TaskSeen;
  readonly "beaconfire.dispatch.task-escalated.v1": TaskEscalated;
  readonly "beaconfire.dispatch.task-raised.v1": TaskRaised;
  readonly "beaconfire.incident.incident-opened.v1": IncidentOpened;
  readonly "beaconfire.incident.report-received.v1": ReportReceived;
  readonly "beaconfire.incident.report-amended.v1": ReportAmended;
  readonly "beaconfire.incident.report-located.v1": ReportLocated;
  readonly "beaconfire.incident.call-ended.v1": CallEnded;
  readonly "beaconfire.incident.callback-due.v1": CallbackDue;
  readonly "beaconfire.incident.report-attached.v1": ReportAttached;
  readonly "beaconfire.incident.report-detached.v1": ReportDetached;
  readonly "beaconfire.incident.incident-owned.v1": IncidentOwned;
  readonly "beaconfire.incident.incident-taken.v1": IncidentTaken;
  readonly "beaconfire.incident.incident-passed.v1": IncidentPassed;
  readonly "beaconfire.incident.incident-relocated.v1": IncidentRelocated;
  readonly "beaconfire.incident.incident-reclassified.v1": IncidentReclassified;
  readonly "beaconfire.incident.participation-recorded.v1": ParticipationRecorded;
  readonly "beaconfire.incident.incident-merged.v1": IncidentMerged;
  readonly "beaconfire.incident.incident-absorbed.v1": IncidentAbsorbed;
  readonly "beaconfire.incident.incident-split.v1": IncidentSplit;
  readonly "beaconfire.incident.incident-released.v1": IncidentReleased;
  readonly "beaconfire.incident.incident-handled.v1": IncidentHandled;
  readonly "beaconfire.incident.incident-verifying.v1": IncidentVerifying;
  readonly "beaconfire.incident.incident-held.v1": IncidentHeld;
  readonly "beaconfire.incident.incident-voided.v1": IncidentVoided;
  readonly "beaconfire.incident.incident-closed.v1": IncidentClosed;
  readonly "beaconfire.incident.incident-reopened.v1": IncidentReopened;
  readonly "beaconfire.incident.note-written.v1": NoteWritten;
  readonly "beaconfire.incident.entry-corrected.v1": EntryCorrected;
  readonly "beaconfire.incident.reporter-erased.v1": ReporterErased;
  readonly "beaconfire.dispatch.standby-proposed.v1": StandbyProposed;
  readonly "beaconfire.dispatch.standby-ordered.v1": StandbyOrdered;
  readonly "beaconfire.dispatch.standby-declined.v1": StandbyDeclined;
  readonly "beaconfire.dispatch.station-changed.v1": StationChanged;
  readonly "beaconfire.dispatch.station-retired.v1": StationRetired;
}

export const UNPLACED = "unplaced";

export const SUBPROTOCOL = "beaconfire.feed.v1";

export const POSITION_ENTRY_BYTES = 16;

export const HEADING_UNKNOWN = 65535;

export const HEARTBEAT_S = 2.0;

/** A status travels in binary frames as its place in this list. */
export const STATUS_ORDER = UnitStatus;

export const CLOSE_CODES = {
  BAD_FRAME: 4400,
  UNAUTHENTICATED: 4401,
  FORBIDDEN: 4403,
  RESYNC: 4408,
  TOO_MANY: 4429,
  GOING_AWAY: 1001,
} as const;
