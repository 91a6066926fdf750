"""What each of the five real consumers did, as far as its own service's tables tell.

Incident keeps a line and situation a numbered change of each fact: a trace. Geo and dispatch keep a
row of each incident that was opened, agency what it told a body outside of it.
"""

from collections.abc import Collection, Mapping
from typing import Final

from beaconfire_contracts.facts import FACTS
from beaconfire_situation.domain.fold import FOLDED
from chaos.count import Books
from chaos.trace import Delivery, Fact, Place, Trace, trace_of, trace_of_keys

OPENED: Final = "beaconfire.incident.incident-opened.v1"
PLACED: Final = "beaconfire.geo.incident-placed.v1"
IN_TIMELINE: Final = frozenset(
    name for name, spec in FACTS.items() if spec.key_field == "incident_id"
)
IN_PICTURE: Final = frozenset(
    name for name, spec in FACTS.items() if spec.factclass in frozenset(FOLDED)
)
OUTSIDE: Final = "shared"
"""The source of what a body outside is told; every version of a key is an event."""
_TIMELINE: Final = "select fact_id, null::timestamptz as at from timeline order by seq"
_JOURNAL: Final = "select fact_id, applied_at as at from journal order by pos"
_DEMANDS: Final = "select incident_id::text as key from demand where opened_at is not null"
_BEGUN: Final = """
    select key from log.fact where type = 'beaconfire.dispatch.response-opened.v1'
    group by key, data->>'response_id'
"""
_PLACED: Final = "select incident_id::text as key from placed_incident where told is not null"
_TOLD_OUTSIDE: Final = """
    select id::text, type, key::text, key_version, time from shared_event
    where type like 'beaconfire.shared.incident-%' order by txid, row
"""
_SHOWN: Final = "select key::text, version from shown"

Facts = Mapping[Place, Fact]


async def consumed(books: Books, facts: Facts) -> dict[str, Trace]:
    """By service: how what its consumer did differs from what it was told."""
    opened = {place[1] for place, one in facts.items() if one.type == OPENED}
    return {
        "incident": await _facts_of(books, "incident", _TIMELINE, facts, IN_TIMELINE),
        "situation": await _facts_of(books, "situation", _JOURNAL, facts, IN_PICTURE),
        "geo": await _placings(books, facts, opened),
        "dispatch": await _answers(books, opened),
        "agency": await _told_outside(books, opened),
    }


async def _facts_of(
    books: Books, service: str, asked: str, facts: Facts, types: frozenset[str]
) -> Trace:
    """A consumer that keeps the id of each fact, in the order in which it took it."""
    places = {one.id: place for place, one in facts.items()}
    async with books.of(service) as connection:
        rows = [(str(row["fact_id"]), row["at"]) for row in await connection.fetch(asked)]
    deliveries = [Delivery(places.get(one, ("", one, 1)), one, at) for one, at in rows]
    return trace_of(deliveries, facts, [place for place, one in facts.items() if one.type in types])


async def _placings(books: Books, facts: Facts, opened: Collection[str]) -> Trace:
    """Geo says once of each incident where it lies, and keeps that it did."""
    told = [place[1] for place, one in facts.items() if one.type == PLACED]
    kept = set(await _keys(books, "geo", _PLACED))
    return trace_of_keys(opened, [key for key in told if key in kept or key not in opened])


async def _answers(books: Books, opened: Collection[str]) -> Trace:
    """Dispatch begins one response to each incident, and keeps that it did."""
    begun = await _keys(books, "dispatch", _BEGUN)
    kept = set(await _keys(books, "dispatch", _DEMANDS))
    of_nobody = kept - set(opened) - set(begun)
    return trace_of_keys(
        opened, [*(key for key in begun if key in kept or key not in opened), *of_nobody]
    )


async def _told_outside(books: Books, opened: Collection[str]) -> Trace:
    """The body outside sees them all: each was shown, and its versions have no gap."""
    async with books.of("agency") as connection:
        rows = await connection.fetch(_TOLD_OUTSIDE)
        last = {row["key"]: row["version"] for row in await connection.fetch(_SHOWN)}
    told = [
        ((OUTSIDE, row["key"], row["key_version"]), Fact(row["id"], row["type"], row["time"]))
        for row in rows
    ]
    wanted = [
        (OUTSIDE, key, version) for key in opened for version in range(1, last.get(key, 1) + 1)
    ]
    known = {place: one for place, one in told if place[2] <= last.get(place[1], 0)}
    return trace_of([Delivery(place, one.id) for place, one in told], known, wanted)


async def _keys(books: Books, service: str, asked: str) -> list[str]:
    async with books.of(service) as connection:
        return [row["key"] for row in await connection.fetch(asked)]
