"""Whoever folds remembers what it folded, as long as it folds alone."""

import random
from dataclasses import replace
from typing import Any

import pytest

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts.geo import IncidentPlaced
from beaconfire_contracts.facts.incident import (
    IncidentClosed,
    IncidentHandled,
    IncidentOpened,
    IncidentReopened,
    NoteWritten,
)
from beaconfire_contracts.ids import IncidentId
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.consumer import Consumer
from beaconfire_situation.adapters.batch import BatchRecords
from beaconfire_situation.adapters.picture_anew import hash_of_picture
from beaconfire_situation.adapters.postgres import PgRecords
from beaconfire_situation.main import build, replaying
from beaconfire_situation.settings import SituationSettings
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.service import ServiceUnderTest

CAUSE = Cause("test", "memory")
STEPS = (IncidentHandled, NoteWritten, IncidentClosed, IncidentReopened)


def of(fact: type[Fact], key: IncidentId, **members: Any) -> Any:
    return replace(an_example_of(fact), incident_id=key, **members)  # type: ignore[arg-type]  # has one


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The things that the database was asked for."""
    things: list[str] = []
    as_ever = PgRecords.known

    async def noting(self: PgRecords, kind: str, thing_id: str) -> Any:
        things.append(thing_id)
        return await as_ever(self, kind, thing_id)

    monkeypatch.setattr(PgRecords, "known", noting)
    return things


async def drained(consumer: Consumer) -> None:
    while await consumer.step():
        pass


async def test_what_was_folded_here_is_not_asked_for_again(
    situation: ServiceUnderTest, asked: list[str]
) -> None:
    key = IncidentId(new_id())
    for fact in (IncidentOpened, IncidentHandled, NoteWritten):
        await situation.tell(of(fact, key))
        await situation.catch_up()

    assert asked == []


async def test_what_is_over_is_asked_for_each_time(
    situation: ServiceUnderTest, asked: list[str]
) -> None:
    """From then on others may file it."""
    key = IncidentId(new_id())
    await situation.tell(of(IncidentOpened, key), of(IncidentClosed, key))
    await situation.catch_up()
    before = len(asked)
    for _ in range(2):
        await situation.tell(of(NoteWritten, key))
        await situation.catch_up()

    assert len(asked) >= before + 2


@pytest.mark.parametrize("believes", [False, True], ids=["as it is", "planted"])
async def test_whoever_lost_their_place_believes_nothing_of_before(
    situation: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch, *, believes: bool
) -> None:
    """Two fold by turns, each claiming what the other had; planted: one who never forgets."""
    if believes:
        monkeypatch.setattr(BatchRecords, "forget", lambda _: None)
    one = situation.service.consumers[0]
    other = (await build(situation.ground, SituationSettings())).consumers[0]
    drawn = random.Random(7)
    keys = [IncidentId(new_id()) for _ in range(4)]
    await situation.tell(*(of(IncidentOpened, key) for key in keys))
    await drained(one)
    for _ in range(12):
        await situation.tell(*(of(drawn.choice(STEPS), drawn.choice(keys)) for _ in range(3)))
        await situation.tell(
            of(IncidentPlaced, drawn.choice(keys), path=f"nz.{drawn.randrange(9)}")
        )
        using, idle = (one, other) if drawn.random() < 0.5 else (other, one)
        await idle.close()
        await drained(using)

    assert (await _live(situation) == await _anew(situation)) is not believes


async def _live(situation: ServiceUnderTest) -> str:
    async with situation.ground.database.pool.acquire() as connection:
        return await hash_of_picture(connection)


async def _anew(situation: ServiceUnderTest) -> str:
    """The same of the whole log, by one that begins with nothing."""
    database = situation.ground.database
    async with database.transaction(cause=CAUSE) as tx:
        for table in ("record", "sight", "journal"):
            await tx.connection.execute(f"delete from {table}")
        await tx.connection.execute("delete from seen where consumer = 'situation'")
        await tx.connection.execute(
            "update position set epoch = 0, txid = 0, row = 0, fence = fence + 1 "
            "where consumer = 'situation'"
        )
    await drained(replaying(database, situation.ground.log, situation.ground.clock.now))
    return await _live(situation)
