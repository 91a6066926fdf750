"""The conformance suite of the event log: what any log must pass.

A case is a promise: it drives whatever harness it is given and raises NotKept. So the same case
passes over a right log and catches a planted fault, and nobody compares in another way.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final, Protocol

from beaconfire_contracts.envelope import Envelope
from beaconfire_platform.database import Database
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.log.port import FactLog
from beaconfire_platform.our_words import Fenced
from beaconfire_testkit.log_altered import shuffled
from beaconfire_testkit.log_faults import Unacknowledged
from beaconfire_testkit.log_harness import BeforeEffect, Trace, compare

WRITERS: Final = 8
ROUNDS: Final = 12
HELD_S_MAX: Final = 30.0
LOST_ANSWERS: Final = frozenset({2, 3, 5, 8})
"""Which commits of a consumer nobody hears of; the first is its claim."""


class NotKept(AssertionError):  # noqa: N818  (said of a promise)
    """The log or its consumer broke a promise."""


class Harness(Protocol):
    """One real log with a writing and a reading service, as a case drives it."""

    log: FactLog
    reader: Database

    async def tell(self, *keys: str, pause_s: float = 0.0) -> None:
        """One transaction that tells one fact of each key, staying open for a while."""
        ...

    async def tell_held(self, key: str, told: asyncio.Event, goes_on: asyncio.Event) -> None:
        """One transaction that tells one fact, says so, and stays open until it may go on."""
        ...

    async def look_past(self, consumer: Consumer) -> None:
        """Let all who read look once at what is there by now, whatever is still open."""
        ...

    async def tell_of_another_build(self, key: str, type_name: str) -> None:
        """A fact of a type that this build may not know."""
        ...

    async def told(self) -> dict[str, int]:
        """The last version of each key."""
        ...

    async def trace(self, consumer: str) -> Trace:
        """What took effect for a consumer."""
        ...

    async def parked(self, consumer: str) -> list[tuple[str, int, str, int]]:
        """What a consumer parked: key, version, error and attempts."""
        ...

    async def ask_again(self, consumer: str, key: str) -> None:
        """Ask for a parked key to be taken again."""
        ...

    async def ask_skip(self, consumer: str, key: str) -> None:
        """Ask for the first fact of a parked key to be left out."""
        ...

    async def audited(self) -> list[tuple[str, str, str]]:
        """Who did what to what."""
        ...

    async def intents(self, consumer: str) -> int:
        """How many outside effects a consumer asked for."""
        ...

    async def outcomes(self) -> list[str | None]:
        """What came of each such request."""
        ...

    def consumer(
        self,
        name: str,
        *,
        log: FactLog | None = None,
        database: Database | None = None,
        before_effect: BeforeEffect | None = None,
        batch: int = 50,
        replay: bool = False,
    ) -> Consumer:
        """A consumer whose effect is one row and one intent a fact; `before_effect` may raise."""
        ...

    async def drain(self, consumer: Consumer) -> None:
        """Let everything told so far take effect."""
        ...

    async def insist(self, consumer: Consumer) -> None:
        """Drain; a failed step is followed by another, for a while."""
        ...


Case = Callable[[Harness], Awaitable[None]]


def require(found: object, wanted: object, what: str) -> None:
    """NotKept unless both are the same."""
    if found != wanted:
        raise NotKept(f"{what}: {found!r} instead of {wanted!r}")


async def require_all_of(harness: Harness, consumer: str) -> None:
    """Everything told took effect for a consumer: nothing lost, nothing twice, keys in order."""
    found = compare(await harness.told(), await harness.trace(consumer))
    if not found.clean:
        raise NotKept(f"{consumer}: {found}")


async def write_at_random(harness: Harness, seed: int) -> None:
    """Some transactions on one or two of a few keys, each open for up to 10 ms."""
    chance = random.Random(seed)  # noqa: S311  (a test's order, not a secret)
    keys = [f"k{number}" for number in range(5)]
    for _ in range(ROUNDS):
        chosen = chance.sample(keys, chance.choice((1, 1, 2)))
        await harness.tell(*chosen, pause_s=chance.random() / 100)


async def every_stream_is_in_order_without_hole_or_repeat(harness: Harness) -> None:
    """P3: while many write and one reads."""
    consumer = harness.consumer("one")
    writing = asyncio.gather(*(write_at_random(harness, seed) for seed in range(WRITERS)))
    while not writing.done():
        await harness.drain(consumer)
        await asyncio.sleep(0)
    await writing
    await harness.drain(consumer)

    await require_all_of(harness, "one")
    require(sum((await harness.told()).values()) >= WRITERS * ROUNDS, wanted=True, what="all told")


async def what_is_committed_late_is_not_passed_over(harness: Harness) -> None:
    """R2: a transaction that began before what was read may end after it."""
    consumer = harness.consumer("late")
    for start in range(0, 20, 4):
        goes_on, told = asyncio.Event(), [asyncio.Event(), asyncio.Event()]
        held = asyncio.gather(
            harness.tell_held(f"s{start}", told[0], goes_on),
            harness.tell_held(f"s{start + 1}", told[1], goes_on),
        )
        async with asyncio.timeout(HELD_S_MAX):
            await asyncio.gather(*(one.wait() for one in told))
        await harness.tell(f"s{start + 2}")
        await harness.tell(f"s{start + 3}")
        await harness.look_past(consumer)
        goes_on.set()
        await held
        await harness.drain(consumer)

    await require_all_of(harness, "late")


async def the_log_has_the_order_of_each_stream(harness: Harness) -> None:
    """R4: two write one key at once, and the slow one began first."""
    slow = asyncio.create_task(harness.tell("contended", pause_s=1.0))
    await asyncio.sleep(0.5)  # it holds its lock, or wrote without, on a busy machine too
    await harness.tell("contended")
    await slow
    await harness.drain(harness.consumer("ordered"))

    await require_all_of(harness, "ordered")


async def a_consumer_killed_at_any_time_repeats_and_loses_nothing(harness: Harness) -> None:
    """R12: whenever it is that the process ends."""
    chance = random.Random(7)  # noqa: S311  (a test's order, not a secret)
    writing = asyncio.gather(*(write_at_random(harness, seed) for seed in range(WRITERS)))
    for _ in range(25):
        run = asyncio.create_task(harness.consumer("killed", batch=7).run())
        await asyncio.sleep(chance.random() / 40)
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)
    await writing
    await harness.drain(harness.consumer("killed"))

    await require_all_of(harness, "killed")


async def a_consumer_killed_within_an_effect_loses_nothing(harness: Harness) -> None:
    """R12: effect and position are committed together."""
    for _ in range(5):
        await harness.tell("a")

    def die(told: Envelope[Any]) -> None:
        if told.key_version == 3:
            raise asyncio.CancelledError

    dying = asyncio.create_task(harness.drain(harness.consumer("dying", before_effect=die)))
    await asyncio.gather(dying, return_exceptions=True)
    await harness.drain(harness.consumer("dying"))

    await require_all_of(harness, "dying")


async def a_commit_acknowledged_to_nobody_stops_no_consumer(harness: Harness) -> None:
    """R12: after an answer was lost the books are believed, not the memory."""
    await asyncio.gather(*(write_at_random(harness, seed) for seed in range(3)))
    database = Unacknowledged.over(harness.reader, lost=LOST_ANSWERS)

    await harness.insist(harness.consumer("unheard", database=database, batch=5))

    await require_all_of(harness, "unheard")


async def a_running_consumer_goes_on_after_a_lost_answer_and_says_so(harness: Harness) -> None:
    """Nobody has to start it again, and its health names the error meanwhile."""
    for _ in range(6):
        await harness.tell("a")
    said: set[str | None] = set()
    done = asyncio.Event()

    def look(told: Envelope[Any]) -> None:
        said.add(consumer.health.failing)
        if told.key_version == 6:
            done.set()

    database = Unacknowledged.over(harness.reader, lost=LOST_ANSWERS)
    consumer = harness.consumer("running", database=database, before_effect=look, batch=1)
    run = asyncio.create_task(consumer.run())
    await asyncio.wait_for(done.wait(), 20)
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)
    await harness.drain(harness.consumer("running"))

    require(said, {None, "ConnectionResetError"}, "what its health said")
    await require_all_of(harness, "running")


async def an_effect_that_fails_leaves_neither_itself_nor_the_position(harness: Harness) -> None:
    """R12: and is tried again."""
    await harness.tell("a")
    await harness.tell("b")
    failures = iter([True, True])

    def fail_twice(told: Envelope[Any]) -> None:
        if told.key == "b" and next(failures, False):
            raise RuntimeError("planted")

    await harness.drain(harness.consumer("failing", before_effect=fail_twice))

    await require_all_of(harness, "failing")
    require(await harness.parked("failing"), [], "what was parked")


async def a_zombie_consumer_is_harmless(harness: Harness) -> None:
    """R12: the fence of the successor keeps the one before from any effect."""
    await harness.tell("a")
    zombie = harness.consumer("owned")
    await harness.drain(zombie)
    await harness.tell("a")
    successor = harness.consumer("owned")
    await harness.drain(successor)
    await harness.tell("a")

    with suppress(Fenced):
        await harness.drain(zombie)
    done_before = (await harness.trace("owned")).per_key()
    await harness.drain(successor)

    await require_all_of(harness, "owned")
    require(done_before, {"a": [1, 2]}, "what a zombie left alone")


async def a_new_consumer_has_the_same_effects(harness: Harness) -> None:
    """From the beginning of the log, in batches of another size."""
    await asyncio.gather(*(write_at_random(harness, seed) for seed in range(3)))
    await harness.drain(harness.consumer("first"))
    await harness.drain(harness.consumer("again", batch=3))

    again = (await harness.trace("again")).per_key()
    require(again, (await harness.trace("first")).per_key(), "the effects of another")


async def who_lost_their_place_repeats_nothing(harness: Harness) -> None:
    """R5: the versions of the streams say what took effect, wherever reading begins again."""
    await harness.tell("a", "b")
    await harness.tell("a")
    await harness.drain(harness.consumer("lost", batch=1))
    for batch in (1, 50):
        await harness.reader.pool.execute(
            "update position set epoch = 0, txid = 0, row = 0 where consumer = 'lost'"
        )
        await harness.tell("a", f"c{batch}")
        await harness.drain(harness.consumer("lost", batch=batch))
        await require_all_of(harness, "lost")


async def an_outside_effect_is_asked_for_once_and_with_its_effect(harness: Harness) -> None:
    """R13: however often the effect is tried, and whoever hears of its commit."""
    for _ in range(9):
        await harness.tell("a")
    failures = iter([True, False, True])

    def fail(_told: Envelope[Any]) -> None:
        if next(failures, False):
            raise RuntimeError("planted")

    database = Unacknowledged.over(harness.reader, lost=LOST_ANSWERS)
    caller = harness.consumer("calling", database=database, before_effect=fail, batch=2)
    await harness.insist(caller)

    await require_all_of(harness, "calling")
    require(await harness.intents("calling"), 9, "what was asked of the outside")


async def a_replay_has_the_same_effects_and_reaches_nobody(harness: Harness) -> None:
    """R13: the door to the outside is absent."""
    await asyncio.gather(*(write_at_random(harness, seed) for seed in range(3)))
    await harness.drain(harness.consumer("first"))
    await harness.drain(harness.consumer("replay", batch=3, replay=True))

    await require_all_of(harness, "replay")
    require(await harness.intents("first") > 0, wanted=True, what="asked the first time")
    require(await harness.intents("replay"), 0, "what was asked of the outside")


async def delivery_shuffled_across_streams_keeps_each_stream(harness: Harness) -> None:
    """Order exists per stream only (docs/adr/0012)."""
    await asyncio.gather(*(write_at_random(harness, one) for one in range(4)))
    for seed in range(4):
        name = f"shuffled-{seed}"
        await harness.drain(harness.consumer(name, log=shuffled(harness.log, seed), batch=40))
        await require_all_of(harness, name)


CASES: Final[tuple[Case, ...]] = (
    every_stream_is_in_order_without_hole_or_repeat,
    what_is_committed_late_is_not_passed_over,
    the_log_has_the_order_of_each_stream,
    a_consumer_killed_at_any_time_repeats_and_loses_nothing,
    a_consumer_killed_within_an_effect_loses_nothing,
    a_commit_acknowledged_to_nobody_stops_no_consumer,
    a_running_consumer_goes_on_after_a_lost_answer_and_says_so,
    an_effect_that_fails_leaves_neither_itself_nor_the_position,
    a_zombie_consumer_is_harmless,
    a_new_consumer_has_the_same_effects,
    who_lost_their_place_repeats_nothing,
    an_outside_effect_is_asked_for_once_and_with_its_effect,
    a_replay_has_the_same_effects_and_reaches_nobody,
    delivery_shuffled_across_streams_keeps_each_stream,
)
"""What is promised about order, repeats, losses and ends, over any harness."""
