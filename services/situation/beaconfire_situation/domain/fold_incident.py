"""Incident's part of the picture: what happened, whose it is, how far it has come."""

from collections.abc import Callable
from typing import Any, Final

from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts import incident as facts
from beaconfire_situation.domain.plain import plain
from beaconfire_situation.domain.sight import Data


def _opened(fact: facts.IncidentOpened, data: Data) -> Data:
    del data
    return {
        "number": fact.number,
        "type": fact.type,
        "incident_class": plain(fact.incident_class),
        "priority": int(fact.priority),
        "priority_reason": fact.priority_reason,
        "grade": None,
        "status": "open",
        "status_before_merge": None,
        "place": plain(fact.place),
        "owner": plain(fact.owner),
        "seat": fact.seat,
        "division": fact.division,
        "participations": [],
        "opened_at": plain(fact.opened_at),
        "heard_at": plain(fact.opened_at),
        "handled_at": None,
        "closed_at": None,
        "disposition": None,
        "merged_into": None,
        "absorbed": [],
        "report_ids": [],
        "notes": 0,
        "novelty_at": None,
        "callback_due_at": None,
        "held_until": None,
        "reason": None,
    }


def _received(fact: facts.ReportReceived, data: Data) -> Data:
    at = plain(fact.received_at)
    changed = data | {
        "heard_at": max(data.get("heard_at") or at, at),
        "report_ids": [*data.get("report_ids", []), fact.report_id],
    }
    return changed | {"novelty_at": at} if fact.novelty else changed


def _attached(fact: facts.ReportAttached, data: Data) -> Data:
    return data | {"report_ids": [*data.get("report_ids", []), fact.report_id]}


def _detached(fact: facts.ReportDetached, data: Data) -> Data:
    left = [one for one in data.get("report_ids", []) if one != fact.report_id]
    return data | {"report_ids": left}


def _reclassified(fact: facts.IncidentReclassified, data: Data) -> Data:
    return data | {
        "type": fact.type,
        "incident_class": plain(fact.incident_class),
        "priority": int(fact.priority),
        "priority_reason": fact.priority_reason,
        "grade": plain(fact.grade),
    }


def _joined(fact: facts.ParticipationRecorded, data: Data) -> Data:
    part = plain(fact.participation)
    others = [one for one in data.get("participations", []) if one["body"] != part["body"]]
    return data | {"participations": [*others, part]}


def _merged(fact: facts.IncidentMerged, data: Data) -> Data:
    return data | {
        "status": "merged",
        "status_before_merge": data.get("status"),
        "merged_into": fact.into_id,
    }


def _split(fact: facts.IncidentSplit, data: Data) -> Data:
    return data | {
        "status": data.get("status_before_merge") or "open",
        "status_before_merge": None,
        "merged_into": None,
        "priority": int(fact.priority),
        "owner": plain(fact.owner),
        "seat": fact.seat,
    }


def _standing(fact: facts.IncidentAbsorbed | facts.IncidentReleased, data: Data) -> Data:
    known = data.get("owner") or {}
    return data | {
        "priority": int(fact.priority),
        "priority_reason": fact.priority_reason,
        "owner": known | {"first_known_at": plain(fact.first_known_at)},
    }


def _absorbed(fact: facts.IncidentAbsorbed, data: Data) -> Data:
    return _standing(fact, data) | {"absorbed": [*data.get("absorbed", []), fact.absorbed_id]}


def _released(fact: facts.IncidentReleased, data: Data) -> Data:
    left = [one for one in data.get("absorbed", []) if one != fact.released_id]
    return _standing(fact, data) | {"absorbed": left}


def _closed(fact: facts.IncidentClosed, data: Data) -> Data:
    return data | {
        "status": "closed",
        "closed_at": plain(fact.closed_at),
        "disposition": plain(fact.disposition),
    }


def _reopened(fact: facts.IncidentReopened, data: Data) -> Data:
    return data | {
        "status": "open",
        "owner": plain(fact.owner),
        "seat": fact.seat,
        "closed_at": None,
        "disposition": None,
        "held_until": None,
    }


def _held(fact: facts.IncidentHeld, data: Data) -> Data:
    return data | {"status": "held", "reason": fact.reason, "held_until": plain(fact.until)}


def _owned(fact: facts.IncidentOwned, data: Data) -> Data:
    return data | {"owner": plain(fact.owner), "seat": fact.seat}


def unchanged(_fact: Fact, data: Data) -> Data:
    """A fact that only moves the version."""
    return data


INCIDENTS: Final[dict[type[Fact], Callable[[Any, Data], Data]]] = {
    facts.IncidentOpened: _opened,
    facts.ReportReceived: _received,
    facts.ReportAmended: unchanged,
    facts.ReportLocated: unchanged,
    facts.CallEnded: unchanged,
    facts.CallbackDue: lambda fact, data: data | {"callback_due_at": plain(fact.due_at)},
    facts.ReportAttached: _attached,
    facts.ReportDetached: _detached,
    facts.IncidentOwned: _owned,
    facts.IncidentTaken: lambda fact, data: data | {"seat": fact.seat},
    facts.IncidentPassed: lambda fact, data: data | {"seat": fact.seat},
    facts.IncidentRelocated: lambda fact, data: data | {"place": plain(fact.place)},
    facts.IncidentReclassified: _reclassified,
    facts.ParticipationRecorded: _joined,
    facts.IncidentMerged: _merged,
    facts.IncidentAbsorbed: _absorbed,
    facts.IncidentSplit: _split,
    facts.IncidentReleased: _released,
    facts.IncidentHandled: lambda fact, data: (
        data | {"status": "handled", "handled_at": plain(fact.handled_at)}
    ),
    facts.IncidentVerifying: lambda fact, data: data | {"status": "verifying"},
    facts.IncidentHeld: _held,
    facts.IncidentVoided: lambda fact, data: data | {"status": "voided", "reason": fact.reason},
    facts.IncidentClosed: _closed,
    facts.IncidentReopened: _reopened,
    facts.NoteWritten: lambda fact, data: data | {"notes": data.get("notes", 0) + 1},
    facts.EntryCorrected: unchanged,
    facts.ReporterErased: unchanged,
}
