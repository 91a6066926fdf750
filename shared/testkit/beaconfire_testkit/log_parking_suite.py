"""The conformance suite of the event log: holes, repeats, poison, unknown facts and parked keys."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from beaconfire_contracts.envelope import Envelope
from beaconfire_platform.log.consumer import ATTEMPTS_MAX, Consumer
from beaconfire_platform.log.patience import PARKED_S_MAX
from beaconfire_platform.log.port import Garbled, Read
from beaconfire_testkit.log_altered import Altered
from beaconfire_testkit.log_harness import WRITER
from beaconfire_testkit.log_suite import Case, Harness, NotKept, require, require_all_of

ANSWERED_S_MAX: Final = 20
PARKED_HERE_S_MAX: Final = 5 * PARKED_S_MAX
"""For a machine that does ten things at once: what is looked for is a pause of the consumer's."""
LOOK_S: Final = 0.005
_SET_BACK: Final = "update position set epoch = 0, txid = 0, row = 0 where consumer = $1"


async def a_poisoned_key_is_parked_and_stops_no_other(harness: Harness) -> None:
    """R14."""

    def poison(told: Envelope[Any]) -> None:
        if told.key == "bad":
            raise RuntimeError("planted")

    for key in ("good", "bad", "bad", "other", "good"):
        await harness.tell(key)
    await harness.drain(harness.consumer("poisoned", before_effect=poison))

    effects = (await harness.trace("poisoned")).per_key()
    require(effects, {"good": [1, 2], "other": [1]}, "what took effect")
    behind = ("bad", 2, "behind a parked fact", 0)
    parked = await harness.parked("poisoned")
    require(parked, [("bad", 1, "RuntimeError", 3), behind], "what was parked")


async def a_parked_key_is_taken_again_in_order_when_somebody_asks(harness: Harness) -> None:
    """R14: the normal way, once the cause is mended."""
    ills = {"bad"}

    def poison(told: Envelope[Any]) -> None:
        if told.key in ills:
            raise RuntimeError("planted")

    for key in ("bad", "good", "bad", "bad"):
        await harness.tell(key)
    consumer = harness.consumer("mended", before_effect=poison)
    await harness.drain(consumer)
    require(consumer.health.waiting, {(WRITER, "bad"): 3}, "what waits")

    ills.clear()
    await harness.ask_again("mended", "bad")
    await harness.tell("bad")
    await harness.drain(harness.consumer("mended", before_effect=poison))

    await require_all_of(harness, "mended")
    require(await harness.outcomes(), ["taken"], "what came of the request")


async def a_parked_key_that_still_fails_waits_on_and_says_why(harness: Harness) -> None:
    """R14: what could be taken was taken."""

    def poison(told: Envelope[Any]) -> None:
        if (told.key, told.key_version) == ("bad", 2):
            raise RuntimeError("planted")

    for _ in range(3):
        await harness.tell("bad")
    await harness.drain(harness.consumer("ill", before_effect=poison))
    await harness.ask_again("ill", "bad")
    consumer = harness.consumer("ill", before_effect=poison)
    await harness.drain(consumer)

    require((await harness.trace("ill")).per_key(), {"bad": [1]}, "what took effect")
    require(consumer.health.waiting, {(WRITER, "bad"): 2}, "what waits")
    require(await harness.outcomes(), ["RuntimeError"], "what came of the request")


async def a_key_asked_for_twice_and_read_again_takes_effect_once(harness: Harness) -> None:
    """R14, R5: whoever asks, however often, and wherever the position is set back to."""
    ills = {"bad"}

    def poison(told: Envelope[Any]) -> None:
        if told.key in ills:
            raise RuntimeError("planted")

    for key in ("bad", "good", "bad"):
        await harness.tell(key)
    await harness.drain(harness.consumer("asked", before_effect=poison))
    ills.clear()
    for _ in range(2):
        await harness.ask_again("asked", "bad")
    await harness.drain(harness.consumer("asked"))
    await harness.reader.pool.execute(_SET_BACK, "asked")
    await harness.drain(harness.consumer("asked"))

    await require_all_of(harness, "asked")
    require(await harness.parked("asked"), [], "what is parked")
    require(await harness.outcomes(), ["taken", "taken"], "what came of the requests")


async def a_fact_that_crashes_is_tried_three_times(harness: Harness) -> None:
    """R14: and the others once more at most, together."""
    tries: Counter[str] = Counter()

    def poison(told: Envelope[Any]) -> None:
        tries[told.key] += 1
        if told.key == "bad":
            raise RuntimeError("planted")

    for key in ("a", "bad", "b", "bad", "c"):
        await harness.tell(key)
    await harness.drain(harness.consumer("tried", before_effect=poison))

    require((tries.pop("bad"), max(tries.values()) <= 2), (3, True), "how often each was tried")
    effects = (await harness.trace("tried")).per_key()
    require(effects, {"a": [1], "b": [1], "c": [1]}, "what took effect")


async def a_fact_that_crashes_is_parked_soon(harness: Harness) -> None:
    """R14: no poll, no other fact and no pause lies between its first failure and its row."""
    now = asyncio.get_running_loop().time
    failed_at: list[float] = []

    def poison(told: Envelope[Any]) -> None:
        if told.key == "bad":
            failed_at.append(now())
            raise RuntimeError("planted")

    for key in ("a", "bad", "b"):
        await harness.tell(key)
    consumer = harness.consumer("soon", before_effect=poison)
    running = asyncio.create_task(consumer.run())
    try:
        async with asyncio.timeout(ANSWERED_S_MAX):
            while not consumer.health.parked:  # noqa: ASYNC110  (a consumer has no event)
                await asyncio.sleep(LOOK_S)
        took_s = now() - failed_at[0]
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    parked = await harness.parked("soon")
    require(parked, [("bad", 1, "RuntimeError", ATTEMPTS_MAX)], "what was parked")
    if took_s > PARKED_HERE_S_MAX:
        raise NotKept(f"parked {took_s:.1f} s after its first failure")


async def a_skipped_fact_takes_no_effect_and_the_rest_of_its_key_does(harness: Harness) -> None:
    """R14: a person decides, once, about the fact that they saw, and it is on record."""

    def poison(told: Envelope[Any]) -> None:
        if (told.key, told.key_version) in {("bad", 2), ("bad", 4)}:
            raise RuntimeError("planted")

    for _ in range(5):
        await harness.tell("bad")
    await harness.drain(harness.consumer("judged", before_effect=poison))
    await harness.ask_skip("judged", "bad")
    consumer = harness.consumer("judged", before_effect=poison)
    await harness.drain(consumer)

    require((await harness.trace("judged")).per_key(), {"bad": [1, 3]}, "what took effect")
    require(consumer.health.waiting, {(WRITER, "bad"): 2}, "what waits")
    require(await harness.outcomes(), ["RuntimeError"], "what came of the request")

    await harness.ask_skip("judged", "bad")
    await harness.tell("bad")
    await harness.drain(harness.consumer("judged", before_effect=poison))

    require((await harness.trace("judged")).per_key(), {"bad": [1, 3, 5, 6]}, "what took effect")
    require(await harness.outcomes(), ["RuntimeError", "taken"], "what came of the requests")
    skipped = [("hand:ada", "log.skipped", f"judged/{WRITER}/bad/{one}") for one in (2, 4)]
    require(await harness.audited(), skipped, "what is audited")


async def a_type_unknown_here_is_ignored_a_newer_major_parks_its_key(harness: Harness) -> None:
    """R15."""
    await harness.tell("a")
    await harness.tell_of_another_build("a", "beaconfire.geo.never-heard-of.v1")
    await harness.tell("a")
    await harness.tell("b")
    await harness.tell_of_another_build("b", "beaconfire.geo.layer-released.v2")
    await harness.tell("b")
    consumer = harness.consumer("older")
    await harness.drain(consumer)

    effects = (await harness.trace("older")).per_key()
    require(effects, {"a": [1, 3], "b": [1]}, "what took effect")
    require((consumer.health.ignored, consumer.health.parked), (1, 2), "ignored and parked")


def _is_second(told: Read) -> bool:
    return not isinstance(told, Garbled) and (told.key, told.key_version) == ("holed", 2)


async def what_was_missing_is_found_by_reading_again(harness: Harness) -> None:
    """R5, R14: a topic that was filled anew may have it before the place that was reached."""
    for key in ("a", "holed", "holed", "holed", "b"):
        await harness.tell(key)
    consumer = harness.consumer("holes", log=_without_second(harness, 1))
    await harness.drain(consumer)

    await require_all_of(harness, "holes")
    require(consumer.health.parked, 0, "how many were parked")


async def what_was_missing_for_longer_is_found_when_somebody_asks(harness: Harness) -> None:
    """R14: the shard is read again for whoever asks, and the key's facts are taken in order."""
    for key in ("a", "holed", "holed", "holed", "b"):
        await harness.tell(key)
    consumer = harness.consumer("holes", log=_without_second(harness, 2))
    await harness.drain(consumer)
    require(consumer.health.waiting, {(WRITER, "holed"): 1}, "what waits")

    await harness.ask_again("holes", "holed")
    await _until_answered(harness, consumer)
    await require_all_of(harness, "holes")
    require(await harness.outcomes(), ["taken"], "what came of the request")


async def what_is_missing_for_good_is_looked_for_once(harness: Harness) -> None:
    """R14: the request ends with its reason."""
    for key in ("a", "holed", "holed", "holed", "b"):
        await harness.tell(key)
    consumer = harness.consumer("holes", log=_without_second(harness, 1_000))
    await harness.drain(consumer)

    await harness.ask_again("holes", "holed")
    await _until_answered(harness, consumer)
    require(await harness.outcomes(), ["hole before it"], "what came of the request")
    require((await harness.trace("holes")).per_key()["holed"], [1], "what took effect")


async def _until_answered(harness: Harness, consumer: Consumer) -> None:
    async with asyncio.timeout(ANSWERED_S_MAX):
        while None in await harness.outcomes():
            await harness.drain(consumer)


def _without_second(harness: Harness, times: int) -> Altered:
    """A log that lacks one fact for the first so many times that it comes by."""
    left = iter(range(times))

    def change(batch: Sequence[Read]) -> list[Read]:
        return [told for told in batch if not _is_second(told) or next(left, None) is None]

    return Altered(harness.log, change)


async def a_hole_parks_its_key_and_no_other(harness: Harness) -> None:
    """R5: higher than the next version."""
    for key in ("a", "holed", "holed", "holed", "b"):
        await harness.tell(key)
    holed = Altered(harness.log, lambda batch: [told for told in batch if not _is_second(told)])
    await harness.drain(harness.consumer("holes", log=holed))

    effects = (await harness.trace("holes")).per_key()
    require(effects, {"a": [1], "b": [1], "holed": [1]}, "what took effect")


async def a_repeat_has_no_effect(harness: Harness) -> None:
    """R5: the same version or a lower one."""
    for _ in range(3):
        await harness.tell("a")
    twice = Altered(harness.log, lambda batch: [*batch[:2], *batch])
    consumer = harness.consumer("twice", log=twice)
    await harness.drain(consumer)

    await require_all_of(harness, "twice")
    require(consumer.health.skipped, 2, "what was skipped")


CASES: Final[tuple[Case, ...]] = (
    a_poisoned_key_is_parked_and_stops_no_other,
    a_parked_key_is_taken_again_in_order_when_somebody_asks,
    a_parked_key_that_still_fails_waits_on_and_says_why,
    a_key_asked_for_twice_and_read_again_takes_effect_once,
    a_fact_that_crashes_is_tried_three_times,
    a_fact_that_crashes_is_parked_soon,
    a_skipped_fact_takes_no_effect_and_the_rest_of_its_key_does,
    a_type_unknown_here_is_ignored_a_newer_major_parks_its_key,
    a_hole_parks_its_key_and_no_other,
    what_was_missing_is_found_by_reading_again,
    what_was_missing_for_longer_is_found_when_somebody_asks,
    what_is_missing_for_good_is_looked_for_once,
    a_repeat_has_no_effect,
)
"""What is promised about facts that cannot take effect, over any harness."""
