"""The words of the field as closed lists, spelled the same in code, API, database and web."""

from enum import IntEnum, StrEnum


class Priority(IntEnum):
    """How fast it must be answered; 1 is the highest (紧急程度)."""

    P1 = 1
    P2 = 2
    P3 = 3
    P4 = 4


class EventGrade(StrEnum):
    """How grave the event is by law, set apart from priority (事件级别)."""

    EXTRAORDINARY = "extraordinary"
    MAJOR = "major"
    LARGER = "larger"
    GENERAL = "general"


class Channel(StrEnum):
    """By which way a report reached the centre (来源)."""

    PHONE = "phone"
    WEB = "web"
    APP = "app"
    SMS = "sms"
    SENSOR = "sensor"
    GRID = "grid"
    RADIO = "radio"
    WALK_IN = "walk_in"
    HOTLINE_12345 = "12345"
    PARTNER = "partner"


class CallEnding(StrEnum):
    """How a call ended (通话结束方式)."""

    NORMAL = "normal"
    HUNG_UP = "hung_up"
    SILENT = "silent"
    TRANSFERRED = "transferred"


class IncidentStatus(StrEnum):
    """What the incident itself stores; en route and on scene are derived (事件状态)."""

    OPEN = "open"
    HANDLED = "handled"
    VERIFYING = "verifying"
    CLOSED = "closed"
    HELD = "held"
    VOIDED = "voided"
    MERGED = "merged"


class IncidentClass(StrEnum):
    """The Chinese four classes to which each incident type is mapped (突发事件分类)."""

    NATURAL_DISASTER = "natural_disaster"
    ACCIDENT = "accident"
    PUBLIC_HEALTH = "public_health"
    SOCIAL_SECURITY = "social_security"


class PlaceState(StrEnum):
    """How well the place of an incident is known (地点状态)."""

    UNLOCATED = "unlocated"
    APPROXIMATE = "approximate"
    CONFIRMED = "confirmed"
    OUTSIDE = "outside"


class ClosureReason(StrEnum):
    """Why roads are closed or slowed (封闭原因)."""

    CRASH = "crash"
    FIRE = "fire"
    FLOOD = "flood"
    LANDSLIDE = "landslide"
    COLLAPSE = "collapse"
    HAZARD = "hazard"
    ICE_SNOW = "ice_snow"
    WORKS = "works"
    EVENT = "event"
    CONGESTION = "congestion"
    POLICE = "police"
    OTHER = "other"


class ZoneKind(StrEnum):
    """What threatens in a zone; a bare geofence threatens nothing and warns nobody (危险区类别)."""

    FIRE = "fire"
    HAZMAT = "hazmat"
    EXPLOSION = "explosion"
    FLOOD = "flood"
    LANDSLIDE = "landslide"
    COLLAPSE = "collapse"
    VIOLENCE = "violence"
    EPIDEMIC = "epidemic"
    OTHER = "other"
    GEOFENCE = "geofence"


class ZoneSeverity(StrEnum):
    """How grave the danger in a zone is, by the words of CAP (危险程度)."""

    MINOR = "minor"
    MODERATE = "moderate"
    SEVERE = "severe"
    EXTREME = "extreme"


class PlaceMethod(StrEnum):
    """By what means a place became known (定位方式)."""

    CALLER = "caller"
    NETWORK = "network"
    MAP = "map"
    ADDRESS = "address"
    DEVICE = "device"
    CELL = "cell"


class OwnerBasis(StrEnum):
    """Why a body owns an incident (归属依据)."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECIDED = "decided"


class ParticipationRole(StrEnum):
    """What part a body has in an incident (参与角色)."""

    LEAD = "lead"
    SUPPORT = "support"
    SUPERVISING = "supervising"
    INFORMED = "informed"


class ParticipationState(StrEnum):
    """How far a participant has come (参与状态)."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WORKING = "working"
    DONE = "done"


class UnitKind(StrEnum):
    """What sort of unit it is, which chooses its glyph (力量类别)."""

    AMBULANCE = "ambulance"
    ENGINE = "engine"
    LADDER = "ladder"
    HAZMAT = "hazmat"
    RESCUE = "rescue"
    POLICE = "police"
    COMMAND = "command"
    WORKS = "works"


class UnitStatus(StrEnum):
    """What a unit is doing (力量状态), by EIDO's secondary status and what crews tell beyond it."""

    IN_SERVICE = "in_service"
    DISPATCHED = "dispatched"
    ACKNOWLEDGED = "acknowledged"
    EN_ROUTE = "en_route"
    STAGING = "staging"
    ON_SCENE = "on_scene"
    AT_PATIENT = "at_patient"
    TRANSPORTING = "transporting"
    AT_HOSPITAL = "at_hospital"
    HANDED_OVER = "handed_over"
    CLEARED = "cleared"
    RETURNING = "returning"
    UNABLE = "unable"
    OUT_OF_SERVICE = "out_of_service"


class PrimaryStatus(StrEnum):
    """May the unit be dispatched? (可否调派; EIDO primary unit status)."""

    AVAILABLE = "available"
    CONDITIONALLY_AVAILABLE = "conditionally_available"
    NOT_AVAILABLE = "not_available"


class AssignmentStatus(StrEnum):
    """The steps of one unit on one incident, and its endings (出动单状态)."""

    DISPATCHED = "dispatched"
    ACKNOWLEDGED = "acknowledged"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    TRANSPORTING = "transporting"
    AT_HOSPITAL = "at_hospital"
    CLEARED = "cleared"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class StatusSource(StrEnum):
    """Who told a status and by what means (状态来源)."""

    RADIO = "radio"
    TERMINAL = "terminal"
    APP = "app"
    SEAT = "seat"
    PAPER = "paper"
    SYSTEM = "system"


class TaskKind(StrEnum):
    """What is asked of a grid worker or a body (任务类别)."""

    VERIFY = "verify"
    GUIDE = "guide"
    EVACUATE = "evacuate"
    WATCH = "watch"
    RECHECK = "recheck"


class TaskState(StrEnum):
    """How far a task has come (任务状态)."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    CANNOT = "cannot"
    ARRIVED = "arrived"
    DONE = "done"
    CHECKED = "checked"
    WITHDRAWN = "withdrawn"


class TaskFinding(StrEnum):
    """What whoever looked found there (核查结果)."""

    CONFIRMED = "confirmed"
    NOT_FOUND = "not_found"
    PUT_RIGHT = "put_right"
    WORSE = "worse"


class DutyPart(StrEnum):
    """Who of a cell's responders: asked in this order until somebody takes it (网格岗位)."""

    WORKER = "worker"
    DEPUTY = "deputy"
    LEADER = "leader"
    DESK = "desk"


class PolicyMode(StrEnum):
    """Whether dispatch proposes or orders by itself (调派方式)."""

    PROPOSE = "propose"
    AUTO = "auto"


class AidState(StrEnum):
    """How far a request for units of another body has come (增援状态)."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class OverdueMatter(StrEnum):
    """What stayed overdue until the shift leader has it (超时事项)."""

    ACKNOWLEDGE = "acknowledge"
    RECALL = "recall"
    ADDRESS = "address"


class StandbyReason(StrEnum):
    """Why a free unit would stand better elsewhere (备勤调整原因)."""

    FREED = "freed"
    MOVE_UP = "move_up"


class Role(StrEnum):
    """What a person may do, within the reach of the grant (角色)."""

    CALL_TAKER = "call_taker"
    DISPATCHER = "dispatcher"
    SHIFT_LEADER = "shift_leader"
    FIELD = "field"
    GRID_WORKER = "grid_worker"
    VIEWER = "viewer"
    ADMINISTRATOR = "administrator"
    REPORTER = "reporter"
    SERVICE = "service"


class BodyKind(StrEnum):
    """What sort of organisation a body is (机构类别)."""

    GOVERNMENT = "government"
    CENTRE = "centre"
    FIRE = "fire"
    AMBULANCE = "ambulance"
    POLICE = "police"
    CITY_MANAGEMENT = "city_management"
    UTILITY = "utility"
    COMMUNITY = "community"


class SeatKind(StrEnum):
    """What work a seat is for (席位类别)."""

    POOL = "pool"
    CALL_TAKING = "call_taking"
    DISPATCHING = "dispatching"
    LEADING = "leading"


class Sensitivity(StrEnum):
    """How far a fact may travel (敏感程度)."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"


class Disposition(StrEnum):
    """How an incident ended (处置结果)."""

    RESOLVED = "resolved"
    TRANSPORTED = "transported"
    TREATED_ON_SCENE = "treated_on_scene"
    NOTHING_FOUND = "nothing_found"
    FALSE_REPORT = "false_report"
    HANDED_OVER = "handed_over"
    DUPLICATE = "duplicate"
    CALLER_CANCELLED = "caller_cancelled"
