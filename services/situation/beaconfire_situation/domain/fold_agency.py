"""Agency's part of the picture: bodies, and who works at which seat."""

from collections.abc import Callable
from typing import Any, Final

from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts import agency as facts
from beaconfire_situation.domain.plain import plain
from beaconfire_situation.domain.sight import Data


def _body(fact: facts.BodyRegistered, data: Data) -> Data:
    return data | {
        "code": fact.code,
        "kind": plain(fact.kind),
        "level": fact.level,
        "name_zh": fact.name_zh,
        "name_en": fact.name_en,
        "division": fact.division,
        "pool_seat": fact.pool_seat,
        "zone": fact.zone,
    }


def _seat(fact: facts.SeatRegistered, data: Data) -> Data:
    return (
        {"person_id": None, "taken_at": None}
        | data
        | {
            "code": fact.code,
            "kind": plain(fact.kind),
            "body": fact.body,
        }
    )


def _taken(fact: facts.SeatTaken, data: Data) -> Data:
    return data | {"person_id": fact.person_id, "taken_at": plain(fact.taken_at)}


def _left(_fact: facts.SeatLeft, data: Data) -> Data:
    return data | {"person_id": None, "taken_at": None}


def _handed(fact: facts.SeatHandedOver, data: Data) -> Data:
    return data | {"person_id": fact.accepted_by, "taken_at": plain(fact.handed_over_at)}


AGENCY: Final[dict[type[Fact], tuple[str, Callable[[Any, Data], Data]]]] = {
    facts.BodyRegistered: ("body", _body),
    facts.SeatRegistered: ("seat", _seat),
    facts.SeatTaken: ("seat", _taken),
    facts.SeatLeft: ("seat", _left),
    facts.SeatHandedOver: ("seat", _handed),
}
