"""A fact as a record and back, whole; whatever else comes is told apart and never an error.

The CloudEvents SDK of the CNCF reads our records too, and finds in them what we put there.
"""

import json
from datetime import datetime, timedelta, timezone
from typing import Any, Final

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka_event
from hypothesis import given, settings
from hypothesis import strategies as st

from beaconfire_contracts.envelope import Envelope, LogPosition
from beaconfire_contracts.facts.geo import LayerReleased
from beaconfire_contracts.vocabulary import Sensitivity
from beaconfire_platform.codec import FACT_BYTES_MAX, encode
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.kafka.record import (
    VERSION_MAX,
    read_record,
    record_headers,
)
from beaconfire_platform.log.port import Garbled, Unreadable, Why
from beaconfire_testkit.log_harness import a_fact

AT: Final = LogPosition(1, 0, 1)
Headers = list[tuple[str, bytes | None]]
TEXT: Final = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60)
MOMENT: Final = st.datetimes(
    datetime(2020, 1, 1), datetime(2100, 1, 1),  # noqa: DTZ001  (hypothesis adds the zone)
    timezones=st.integers(-720, 840).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)  # fmt: skip
CAUSES: Final = st.fixed_dictionaries(
    {"actor": TEXT, "correlation_id": st.just("") | TEXT},
    optional={
        name: st.none() | TEXT
        for name in ("causation_id", "seat", "on_behalf_of", "exercise_id")
    } | {"occurred_at": st.none() | MOMENT},
)  # fmt: skip


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    """A row of `log.fact` as asyncpg gives it."""
    key = draw(TEXT)
    return {
        "id": draw(st.uuids()),
        "source": "geo",
        "type": "beaconfire.geo.layer-released.v1",
        "key": key,
        "key_version": draw(st.integers(1, VERSION_MAX)),
        "time": draw(MOMENT),
        "cause": encode(draw(CAUSES)),
        "owner": draw(st.none() | TEXT),
        "division": draw(st.none() | TEXT),
        "sensitivity": draw(st.sampled_from(list(Sensitivity))).value,
        "data": encode(a_fact(key)),
    }


def a_row() -> dict[str, Any]:
    """One of them, always alike."""
    return {
        "id": new_id(),
        "source": "geo",
        "type": "beaconfire.geo.layer-released.v1",
        "key": "a",
        "key_version": 1,
        "time": datetime(2026, 1, 1, tzinfo=timezone.utc),  # noqa: UP017  (timezone is needed)
        "cause": '{"actor": "test", "correlation_id": "c"}',
        "owner": None,
        "division": None,
        "sensitivity": "internal",
        "data": encode(a_fact("a")),
    }


def read(
    headers: Headers, *, key: bytes | None = b"a", value: bytes | None = None, source: str = "geo"
) -> Any:
    """What a record with these parts is taken for."""
    return read_record(source, key, headers, value or a_row()["data"].encode(), AT)


def but(**changed: str | None) -> Headers:
    """The headers of a right record, some with another value or, for None, absent."""
    told = dict(record_headers(a_row())) | {
        name.replace("__", "-"): None if value is None else value.encode()
        for name, value in changed.items()
    }
    return [(name, value) for name, value in told.items() if value is not None]


@given(rows())
def test_every_field_of_a_row_comes_back(row: dict[str, Any]) -> None:
    told = read_record("geo", row["key"].encode(), record_headers(row), row["data"].encode(), AT)

    assert isinstance(told, Envelope)
    cause = json.loads(row["cause"])
    assert (told.id, told.source, told.type) == (str(row["id"]), "geo", row["type"])
    assert (told.key, told.key_version, told.time) == (row["key"], row["key_version"], row["time"])
    assert (told.scope.owner, told.scope.division) == (row["owner"], row["division"])
    assert told.scope.sensitivity == row["sensitivity"]
    assert encode(told.fact) == row["data"]
    assert told.position == AT
    for name in ("actor", "correlation_id", "causation_id", "seat", "on_behalf_of", "exercise_id"):
        assert getattr(told.cause, name) == cause.get(name)
    occurred_at = cause.get("occurred_at")
    assert told.cause.occurred_at == (occurred_at and datetime.fromisoformat(occurred_at))


@given(rows())
def test_the_sdk_of_the_cncf_reads_our_records(row: dict[str, Any]) -> None:
    event = from_kafka_event(
        KafkaMessage(dict(record_headers(row)), row["key"].encode(), row["data"].encode())
    )

    assert event.get_id() == str(row["id"])
    assert event.get_source() == "geo"
    assert event.get_type() == row["type"]
    assert event.get_specversion() == "1.0"
    assert event.get_subject() == row["key"]
    assert event.get_time() == row["time"]
    assert event.get_datacontenttype() == "application/json"
    assert event.get_extension("keyversion") == str(row["key_version"])
    assert event.get_extension("sensitivity") == row["sensitivity"]
    assert event.get_data() == json.loads(row["data"])


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(st.sampled_from([name for name, _ in record_headers(a_row())]) | st.text(),
                  st.none() | st.binary(max_size=40) | TEXT.map(str.encode)),
        max_size=20,
    ),
    st.none() | st.binary(max_size=40),
    st.none() | st.binary(max_size=300),
)  # fmt: skip
def test_whatever_comes_is_told_apart_and_never_an_error(
    headers: Headers, key: bytes | None, value: bytes | None
) -> None:
    assert isinstance(read_record("geo", key, headers, value, AT), Garbled | Unreadable)


@given(st.sampled_from(record_headers(a_row())), st.none() | st.binary(max_size=40) | TEXT)
def test_a_right_record_with_one_header_changed_is_never_an_error(
    changed: tuple[str, bytes], value: bytes | str | None
) -> None:
    told = dict(record_headers(a_row()))
    told_value = value.encode() if isinstance(value, str) else value
    headers: Headers = [*(told | {changed[0]: told_value}).items()]

    assert isinstance(read(headers), Garbled | Unreadable | Envelope)


@given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
def test_a_right_record_with_other_bytes_is_never_an_error(value: bytes) -> None:
    told = read_record("geo", b"a", but(), value, AT)

    assert isinstance(told, Unreadable)
    assert told.reason is Why.MALFORMED


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        (but(ce_specversion=None), "the attribute specversion is missing"),
        (but(ce_id=None), "the attribute id is missing"),
        (but(ce_source=None), "the attribute source is missing"),
        (but(ce_type=None), "the attribute type is missing"),
        (but(ce_subject=None), "its key is not its subject"),
        (but(ce_subject=""), "its key is not its subject"),
        (but(ce_subject="b"), "its key is not its subject"),
        (but(ce_keyversion=None), "its keyversion is no number from 1 on"),
        (but(ce_keyversion="0"), "its keyversion is no number from 1 on"),
        (but(ce_keyversion="-1"), "its keyversion is no number from 1 on"),
        (but(ce_keyversion="1.0"), "its keyversion is no number from 1 on"),
        (but(ce_keyversion="١"), "its keyversion is no number from 1 on"),
        (but(ce_keyversion=str(VERSION_MAX + 1)), "its keyversion is no number from 1 on"),
        (but(ce_keyversion="0" * 19 + "1" + "9" * 40), "its keyversion is no number from 1 on"),
        (but(ce_id="not-a-uuid"), "its id is no UUID"),
        (but(ce_specversion="0.3"), "specversion is not 1.0"),
        (but(ce_source="agency"), "its source and type are not those of its topic"),
        (but(ce_type="beaconfire.agency.x.v1"), "its source and type are not those of its topic"),
        (but(content__type="text/plain"), "its content type is not JSON"),
        (but(content__type=None), "its content type is not JSON"),
        (but(ce_owner="a\x00"), "an attribute holds a control character"),
        ([*but(), ("ce_id", b"2")], "a header comes twice"),
        ([*but(), ("other", b"\xff\xfe")], "a header is not UTF-8"),
        ([*but(), ("other", None)], "a header has no value"),
        ([], "the attribute id is missing"),
    ],
)
def test_what_is_no_fact_says_why_in_our_own_words(headers: Headers, reason: str) -> None:
    assert read(headers) == Garbled(AT, reason)


@pytest.mark.parametrize("key", [None, b"", b"b", b"\xff"])
def test_a_record_under_another_key_than_its_subject_is_none(key: bytes | None) -> None:
    assert read(but(), key=key) == Garbled(AT, "its key is not its subject")


def test_a_subject_that_is_not_the_facts_own_key_is_none() -> None:
    told = read(but(ce_subject="b"), key=b"b")

    assert told == Garbled(AT, "its subject is not the fact's own key")


def test_a_record_larger_than_a_fact_may_be_is_none() -> None:
    told = read(but(), value=b" " * (FACT_BYTES_MAX + 1))

    assert told == Garbled(AT, "it is larger than a fact may be")


def test_a_tombstone_is_a_fact_without_data_and_waits_with_its_key() -> None:
    told = read_record("geo", b"a", but(), None, AT)

    assert isinstance(told, Unreadable)
    assert told.reason is Why.MALFORMED


@pytest.mark.parametrize(
    ("headers", "value", "why"),
    [
        (but(ce_type="beaconfire.geo.never-heard-of.v1"), b"{}", Why.UNKNOWN_TYPE),
        (but(ce_type="beaconfire.geo.layer-released.v2"), b"{}", Why.UNKNOWN_MAJOR),
        (but(), b"{}", Why.MALFORMED),
        (but(), b"\xff\x00", Why.MALFORMED),
        (but(), b'{"x": ' + b"[" * 200_000, Why.MALFORMED),
        (but(ce_time=None), None, Why.MALFORMED),
        (but(ce_time="yesterday"), None, Why.MALFORMED),
        (but(ce_time="2026-01-01T00:00:00"), None, Why.MALFORMED),
        (but(ce_actor=None), None, Why.MALFORMED),
        (but(ce_correlationid=None), None, Why.MALFORMED),
        (but(ce_occurredat="soon"), None, Why.MALFORMED),
        (but(ce_sensitivity="whatever"), None, Why.MALFORMED),
        (but(ce_sensitivity=None), None, Why.MALFORMED),
    ],
)
def test_a_fact_that_this_build_cannot_read_keeps_its_stream_and_says_why(
    headers: Headers, value: bytes | None, why: Why
) -> None:
    told = read(headers, value=value)

    assert isinstance(told, Unreadable)
    assert (told.key, told.key_version, told.source, told.reason) == ("a", 1, "geo", why)


def test_a_record_in_structured_mode_is_the_same_fact() -> None:
    row = a_row()
    attributes = {
        name.removeprefix("ce_"): value.decode()
        for name, value in record_headers(row) if name.startswith("ce_")
    }  # fmt: skip
    told = attributes | {"keyversion": 1, "data": json.loads(row["data"])}

    found = read_record(
        "geo", b"a", [("content-type", b"application/cloudevents+json")],
        json.dumps(told).encode(), AT,
    )  # fmt: skip

    assert isinstance(found, Envelope)
    assert isinstance(found.fact, LayerReleased)
    assert (found.id, found.key, found.key_version) == (str(row["id"]), "a", 1)
