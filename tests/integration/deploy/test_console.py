"""A console names what a feed owes it: a gap, a repeat, another picture, one begun anew."""

import hashlib
from typing import Any

import pytest
from tests.integration.deploy.console import Console


def record(version: int, name: str = "a") -> dict[str, Any]:
    data = {"report_ids": [f"r{version}"]}
    return {
        "kind": "incident", "id": name, "source": "incident", "version": version, "data": data,
    }  # fmt: skip


def change(prev: int, pos: int, version: int, name: str = "a") -> dict[str, Any]:
    return {"t": "change", "prev": str(prev), "pos": str(pos), "record": record(version, name)}


def beat(pos: int, *lines: str) -> dict[str, Any]:
    hashed = hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
    return {"t": "beat", "pos": str(pos), "hash": hashed, "resume": f"at {pos}"}


@pytest.fixture
def console() -> Console:
    """One whose picture began at 4 with one record."""
    made = Console("http://127.0.0.1", "token")
    made.take({"t": "snapshot", "pos": "4", "more": False, "records": [record(1)]})
    return made


def test_what_follows_is_heard_and_proved_by_the_hash(console: Console) -> None:
    for frame in (change(4, 6, 2), change(6, 7, 1, "b")):
        console.take(frame)
    console.take(beat(9, "incident:a:incident:2", "incident:b:incident:1"))

    assert console.flaws == []
    assert (console.began_at, console.pos, console.whole_at) == (4, 7, 9)
    assert [pos for pos, _, _ in console.heard] == [6, 7]
    assert console.reports == {"r1", "r2"}


@pytest.mark.parametrize(
    ("frame", "flaw"),
    [
        (change(5, 6, 2), "6 follows 5, and 4 was before"),
        (change(4, 6, 1), "was 1, is told 1"),
        (beat(4, "incident:a:incident:2"), "at 4 the picture is another one"),
        ({"t": "snapshot", "pos": "6", "more": False, "records": []}, "begun anew at 6"),
    ],
    ids=["gap", "repeat", "another picture", "begun anew"],
)
def test_what_a_feed_must_not_do_is_a_flaw(
    console: Console, frame: dict[str, Any], flaw: str
) -> None:
    console.take(frame)

    assert [one for one in console.flaws if flaw in one] == console.flaws != []


def test_two_are_compared_by_what_both_heard_as_it_came(console: Console) -> None:
    late = Console("http://127.0.0.1", "token")
    late.take({"t": "snapshot", "pos": "6", "more": False, "records": [record(2)]})
    for one in (change(4, 6, 2), change(6, 8, 3)):
        console.take(one)
    late.take(change(6, 8, 3))

    assert console.live(late, 8) == late.live(console, 8) == [(8, ("incident", "a", "incident"), 3)]
