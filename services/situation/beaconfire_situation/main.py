"""Situation's composition root: what it is made of, wired in one place."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from fastapi import APIRouter

from beaconfire_contracts.feed import PATH
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Database
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.ground import Ground, Service
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.log.listener import Listener
from beaconfire_platform.log.port import FactLog, Share
from beaconfire_situation.adapters.batch import BatchRecords
from beaconfire_situation.adapters.feed import Feed
from beaconfire_situation.adapters.filing import Filing
from beaconfire_situation.adapters.markers import Markers
from beaconfire_situation.adapters.picture_anew import (
    CONSUMER,
    date_ends,
    drop_picture,
    hash_of_picture,
)
from beaconfire_situation.adapters.postgres import Journal
from beaconfire_situation.adapters.reader import Eyes
from beaconfire_situation.adapters.tickets import Tickets, add_ticket, new_ticket
from beaconfire_situation.application.queries import Desk
from beaconfire_situation.entrypoints.api import picture_routes
from beaconfire_situation.entrypoints.consumer import SOURCES, hears, reactions
from beaconfire_situation.entrypoints.socket import feed_door
from beaconfire_situation.settings import SituationSettings

__all__ = [
    "build", "build_apart", "date_ends", "drop_picture", "file_all", "hash_of_picture", "replaying",
]  # fmt: skip

RIGHTS_SINCE: Final = timedelta(minutes=1)
"""Readers of this process came after it began; a minute is for clocks that differ."""
REPLAY_FACTS_AT_ONCE: Final = 1_000
"""As many streams as one transaction may lock."""


async def build(ground: Ground, _settings: SituationSettings) -> Service:
    """Everything wired and the picture loaded; nothing runs yet."""
    changes = Doorbell()
    ground.database.bell.also(changes.ring)
    feed, picture = _feed(ground, changes), BatchRecords()
    await feed.load()
    return Service(
        "situation",
        _router(ground, feed),
        consumers=[
            Consumer(
                CONSUMER,
                log=ground.log,
                database=ground.database,
                sources=SOURCES,
                reactions=reactions(picture.records, ground.clock.now),
                gather_s=0,
                hurries=True,
                after_batch=lambda: feed.hand(picture.told()),
                share=Share.ALONE,
                at_end=picture.write,
                forgets=picture.forget,
            )
        ],
        listeners=[
            Listener(
                "feed-rights",
                log=ground.log,
                sources=frozenset({"agency"}),
                hears=hears(feed.recheck),
                since=RIGHTS_SINCE,
            )
        ],
        loops=[
            feed.follow_forever,
            feed.beat_forever,
            feed.mark_forever,
            Filing(ground.database, ground.clock).file_forever,
        ],
        sockets={PATH: feed_door(feed, Tickets(ground.database).take)},
    )


def replaying(
    database: Database, log: FactLog, now: Callable[[], datetime], *, from_nothing: bool = True
) -> Consumer:
    """The writer of the picture, reading the log again: it tells nobody anything (R13).

    `from_nothing`: the tables are empty, so that nothing need be looked for in them.
    """
    picture = BatchRecords(again=from_nothing)
    return Consumer(
        CONSUMER,
        log=log,
        database=database,
        sources=SOURCES,
        reactions=reactions(picture.records, now),
        batch=REPLAY_FACTS_AT_ONCE,
        gather_s=0,
        replay=True,
        share=Share.ALONE,
        at_end=picture.write,
        forgets=picture.forget,
        after_batch=picture.committed,
    )


async def file_all(database: Database, clock: Clock) -> None:
    """File whatever is due: the picture of a long log would be more than a feed can load."""
    filing = Filing(database, clock)
    while await filing.look():
        pass


async def build_apart(ground: Ground, environment: Mapping[str, str]) -> Service:
    """The same, by the settings of its own process's environment."""
    del environment  # it has no knobs
    settings = SituationSettings()
    return await build(ground, settings)


def routes(ground: Ground, _settings: SituationSettings) -> APIRouter:
    """Its routes alone, for whoever describes them: nothing is loaded, nothing can be asked."""
    return _router(ground, _feed(ground, Doorbell()))


def _feed(ground: Ground, changes: Doorbell) -> Feed:
    return Feed(
        Journal(ground.database),
        changes,
        ground.clock,
        ground.verifier,
        Markers(ground.positions, ground.http, ground.clock),
    )


def _router(ground: Ground, feed: Feed) -> APIRouter:
    desk = Desk(feed, lambda subject: Eyes(subject).sees, new_ticket, add_ticket)
    return picture_routes(ground.edge, desk, ground.clock)
