"""Section `rebuild`, a few facts at a time: a picture that is not the same counts for nothing."""

from dataclasses import replace

import asyncpg
import pytest

from beaconfire.bench import rebuild
from beaconfire.bench.rebuild import ASKED_PER_S, GATE, N, NotTheSame, measure, require_same
from beaconfire.commands.log_replay import Replayed

DONE = Replayed(90, 0.01, "a", "a", 0, 0)


async def test_both_sides_read_everything_and_the_picture_is_the_same(
    bench_dsn: str, database: str
) -> None:
    del bench_dsn  # migrated
    ratio, asked = await measure(database, n=900)

    assert (ratio.section, ratio.unit, ratio.gate) == ("rebuild", "facts/s", GATE)
    assert ratio.n == asked.n >= 900
    assert (set(asked.limit), asked.gate) == ({ASKED_PER_S}, None)
    assert all(one > 0 for one in (*ratio.ours, *ratio.limit))


async def test_a_picture_that_somebody_altered_fails_the_section(
    bench_dsn: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    del bench_dsn  # migrated
    bare = rebuild.copied_per_s

    async def alter(owner_dsn: str) -> float:
        connection = await asyncpg.connect(owner_dsn)
        await connection.execute("update situation.record set data = '{}' where kind = 'incident'")
        await connection.close()
        return await bare(owner_dsn)

    monkeypatch.setattr(rebuild, "copied_per_s", alter)

    with pytest.raises(NotTheSame, match="the picture is"):
        await measure(database, n=300)


def test_eighty_thousand_facts_are_measured() -> None:
    assert N >= 80_000


@pytest.mark.parametrize(
    ("done", "told_after", "said"),
    [
        (replace(DONE, after="b"), 90, "the picture is b"),
        (replace(DONE, before="b"), 90, "before it was b"),
        (replace(DONE, facts=89), 90, "89 facts read"),
        (DONE, 91, "91 told, of 90"),
        (replace(DONE, intents=1), 90, "1 outside effects"),
        (replace(DONE, parked=1), 90, "1 facts parked"),
    ],
)
def test_what_is_not_the_same_or_reached_somebody_fails_the_section(
    done: Replayed, told_after: int, said: str
) -> None:
    require_same(DONE, "a", 90, 90)

    with pytest.raises(NotTheSame, match=said):
        require_same(done, "a", 90, told_after)
