"""The lines of `log status`: empty, busy, and where a person must look."""

import json
from datetime import UTC, datetime

from beaconfire.commands.log_status import (
    SHAPE_APART,
    SHAPE_NODE,
    ServiceStatus,
    ShardStatus,
    Status,
)
from beaconfire.commands.log_told import lines_of
from beaconfire_agency.application.queries import WaitingBody
from beaconfire_contracts.envelope import LogPosition
from beaconfire_platform.log.books import (
    COUNTED_MAX,
    Books,
    Held,
    Member,
    Published,
    SetAside,
)
from beaconfire_platform.log.parking import PARKED_BEHIND_MAX, ParkedKey
from beaconfire_platform.process.horizon import Held as HorizonHeld

AT = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
PLACE = LogPosition(1, 40, 7)
EMPTY = Books(None, [], [], [], {}, [], [], [])
FREE = HorizonHeld(0.0, None)


def told(status: Status) -> str:
    return "\n".join(lines_of(status))


def test_a_node_in_which_nothing_happened() -> None:
    shards = {"geo": [ShardStatus("log", None, None, 0)]}

    text = told(Status(SHAPE_NODE, [ServiceStatus("geo", EMPTY, FREE, shards)]))

    assert "log        is empty; horizon free" in text
    assert "geo                      log at its start: lag 0, never began" in text


def test_a_held_horizon_is_told_with_its_holder() -> None:
    holder = {"pid": 7, "usename": "ada", "application_name": "psql", "state": "idle"}
    books = Books(PLACE, [], [], [], {}, [], [], [])

    text = told(Status(SHAPE_NODE, [ServiceStatus("geo", books, HorizonHeld(6.25, holder))]))

    assert "ends at 1.40.7; horizon held for 6.2 s by pid 7 (ada, psql)" in text


def test_partitions_of_a_topic_are_summed() -> None:
    shards = [ShardStatus(f"b.geo.v1/{one}", PLACE, AT, one) for one in range(3)]
    status = Status(SHAPE_APART, [ServiceStatus("situation", EMPTY, FREE, {"situation": shards})])
    status.ends = {"b.geo.v1/0": LogPosition(1, 0, 5), "b.geo.v1/1": LogPosition(1, 0, 6)}

    text = told(status)

    assert "b.geo.v1: 11 records" in text
    assert "b.geo.v1 (3 partitions): lag 3, moved 2026-05-01 12:00:00Z" in text


def test_one_partition_of_which_nothing_is_known_makes_the_sum_unknown() -> None:
    shards = [ShardStatus("b.geo.v1/0", PLACE, AT, 1), ShardStatus("b.geo.v1/1", PLACE, AT, None)]
    services = [ServiceStatus("situation", EMPTY, FREE, {"situation": shards})]

    text = told(Status(SHAPE_APART, services, log_error="Kafka at x lets nobody in"))

    assert "LAG UNKNOWN: Kafka at x lets nobody in" in text
    assert "lag unknown" in text


def test_who_has_what_and_what_is_not_published() -> None:
    books = Books(
        PLACE, [], [], [], {},
        [Held("relay/t", "one", AT, is_held=True), Held("planner", "two", AT, is_held=False)],
        [Member("geo", "one", AT)],
        [Published("t", PLACE, AT, COUNTED_MAX, AT)],
    )  # fmt: skip

    text = told(Status(SHAPE_APART, [ServiceStatus("geo", books, FREE)]))

    assert "lease relay/t: one until 12:00:00Z" in text
    assert "lease planner: two FREE since 2026-05-01 12:00:00Z" in text
    assert "member of geo: one until 12:00:00Z" in text
    assert f"relay of t: at 1.40.7, more than {COUNTED_MAX} unpublished, oldest" in text


def test_what_waits_for_a_person_is_in_capitals() -> None:
    facts = PARKED_BEHIND_MAX + 1
    key = ParkedKey("geo", "incident", "i1", facts, AT, "RuntimeError", "hole", is_asked=True)
    books = Books(
        PLACE, [], [key],
        [
            SetAside("geo", "t/3", 43, "its id is no UUID", AT, is_seen=False),
            SetAside("geo", "t/4", 12, "old", AT, is_seen=True),
        ],
        {"geo": 1}, [], [], [],
    )  # fmt: skip

    text = told(Status(SHAPE_APART, [ServiceStatus("geo", books, FREE)]))

    assert f"PARKED geo: incident i1: RuntimeError, {facts} facts since" in text
    assert f"last tried: hole, asked for, MORE THAN {PARKED_BEHIND_MAX}" in text
    assert "QUARANTINED geo: 1 records that nobody has looked at" in text
    assert "geo t/3 offset 42, 2026-05-01 12:00:00Z: its id is no UUID" in text
    assert "offset 11" not in text


def test_a_newer_major_names_the_service_to_upgrade_for_people_and_for_machines() -> None:
    key = ParkedKey(
        "agency", "dispatch", "u1", 2, AT, "unknown major version", None,
        is_asked=False, upgrade="agency",
    )  # fmt: skip
    status = Status(
        SHAPE_APART,
        [ServiceStatus("agency", Books(PLACE, [], [key], [], {}, [], [], []), FREE)],
    )

    line = "PARKED agency: dispatch u1: unknown major version (upgrade agency), 2 facts since"
    assert line in told(status)
    [parked] = json.loads(status.as_json())["services"][0]["books"]["parked"]
    assert (parked["error"], parked["upgrade"]) == ("unknown major version", "agency")


def test_a_body_outside_that_waits_is_named_in_both_languages_with_why() -> None:
    body = WaitingBody("power", "电力公司", "Power Company", "it has 1 partitions", AT, 7)

    text = told(Status(SHAPE_APART, [ServiceStatus("agency", EMPTY, FREE, held=[body])]))

    assert (
        "agency     HELD topic of power (电力公司, Power Company): it has 1 partitions, "
        "7 events wait since 2026-05-01 12:00:00Z"
    ) in text


def test_a_service_that_is_not_reached_says_why() -> None:
    text = told(Status(SHAPE_APART, [ServiceStatus("geo", error="its database is away")]))

    assert "geo        NOT REACHED: its database is away" in text


def test_who_was_not_looked_at_is_told_last_with_why() -> None:
    left = {"geo": "BEACONFIRE_GEO_DATABASE_URL is not set"}

    text = told(Status(SHAPE_APART, [ServiceStatus("agency", EMPTY, FREE)], not_looked_at=left))

    last = text.splitlines()[-1]
    assert last == "geo        not looked at: BEACONFIRE_GEO_DATABASE_URL is not set"
