"""Batches land in the order in which they were sent, however their acknowledgements come."""

import asyncio
import gc
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError

from beaconfire_contracts.envelope import LogPosition
from beaconfire_platform.log.kafka.flying import FLYING_MAX, Flying

MOST_S = 5.0


def at(row: int) -> LogPosition:
    return LogPosition(1, 1, row)


class Book:
    """What is written down."""

    def __init__(self) -> None:
        self.places: list[int] = []
        self.told: list[Any] = []

    async def land(self, to: LogPosition, told: list[Any]) -> None:
        await asyncio.sleep(0)
        self.places.append(to.row)
        self.told += told


def acknowledgement() -> "asyncio.Future[list[Any]]":
    return asyncio.get_running_loop().create_future()


async def test_what_is_acknowledged_out_of_order_is_written_down_in_order() -> None:
    book = Book()
    flying = Flying(at(0), book.land, MOST_S)
    first, second = acknowledgement(), acknowledgement()
    await flying.put(at(1), first)
    await flying.put(at(2), second)

    second.set_result(["second"])
    await asyncio.sleep(0.02)
    assert book.places == []

    first.set_result(["first"])
    await flying.landed()
    assert book.told == ["first", "second"]
    assert book.places == [2]
    assert flying.sent == at(2)
    flying.crash()


async def test_so_many_may_fly_and_the_next_waits() -> None:
    book = Book()
    flying = Flying(at(0), book.land, MOST_S)
    flights = [acknowledgement() for _ in range(FLYING_MAX)]
    for row, one in enumerate(flights[:-1], 1):
        await flying.put(at(row), one)
    last = asyncio.create_task(flying.put(at(FLYING_MAX), flights[-1]))
    await asyncio.sleep(0.02)
    assert not last.done()

    flights[0].set_result([])
    await last
    await asyncio.sleep(0.02)

    assert book.places == [1]
    flying.crash()


async def test_what_comes_soon_after_is_written_down_with_what_comes_then() -> None:
    book, heard = Book(), list[int]()
    flying = Flying(at(0), book.land, MOST_S, hear=lambda to: heard.append(to.row))
    for row in range(1, 10):
        flight = acknowledgement()
        await flying.put(at(row), flight)
        flight.set_result([row])
        await asyncio.sleep(0.01)
    assert book.places == [1]
    assert heard == list(range(1, 10)), "that it is acknowledged is known at once"
    assert not flying.is_empty

    await flying.landed()
    assert book.places == [1, 9]
    assert book.told == list(range(1, 10))
    assert flying.is_empty
    flying.crash()


async def test_what_was_not_acknowledged_lands_nothing_after_it_and_is_told() -> None:
    book = Book()
    flying = Flying(at(0), book.land, MOST_S)
    first, second = acknowledgement(), acknowledgement()
    await flying.put(at(1), first)
    await flying.put(at(2), second)
    first.set_exception(KafkaConnectionError())
    second.set_result(["second"])

    with pytest.raises(KafkaConnectionError):
        await flying.landed()
    with pytest.raises(KafkaConnectionError):
        flying.must_fly()
    assert book.places == []


async def test_one_that_is_never_acknowledged_ends_the_flight() -> None:
    flying = Flying(at(0), Book().land, 0.05)
    await flying.put(at(1), acknowledgement())

    with pytest.raises(TimeoutError):
        await flying.landed()


async def test_after_a_crash_nothing_lands() -> None:
    book = Book()
    flying = Flying(at(0), book.land, MOST_S)
    flight = acknowledgement()
    await flying.put(at(1), flight)

    flying.crash()
    await asyncio.sleep(0.02)

    assert flight.cancelled()
    assert book.places == []


async def test_who_waits_for_nothing_any_more_leaves_nothing_that_nobody_asked_for() -> None:
    said: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, told: said.append(told["message"]))
    try:
        never = loop.create_future()

        async def acknowledged() -> None:
            await never

        flying = Flying(at(0), _nothing, MOST_S)
        await flying.put(at(1), asyncio.gather(*[acknowledged(), acknowledged()]))
        await asyncio.sleep(0)
        flying.crash()
        await asyncio.sleep(0.05)
        del flying
        gc.collect()
        await asyncio.sleep(0)
    finally:
        loop.set_exception_handler(None)

    assert said == []


async def _nothing(_to: LogPosition, _told: list[Any]) -> None:
    """Nothing is written down."""
