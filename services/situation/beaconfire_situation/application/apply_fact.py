"""Apply one fact to the picture: fold it into its record, see who sees it now, note the change."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from beaconfire_contracts.envelope import Envelope
from beaconfire_situation.application.ports import Kept, Records, Seen
from beaconfire_situation.domain.filing import is_over
from beaconfire_situation.domain.fold import RecordKey, folded, record_of
from beaconfire_situation.domain.sight import Data, Sight, sight_of


async def apply_fact(told: Envelope[Any], *, records: Records, now: datetime) -> None:
    """One fact, one record, one numbered change.

    What is filed and still over stays out of the picture; what begins again comes back whole.
    """
    key = record_of(told.fact)
    begins = told.key_version == 1 and key.id == told.key
    of_thing, before = await records.known(key.kind, key.id, begins=begins)
    known = of_thing.get(key.source)
    kept = Kept(told.key_version, folded(told.fact, None if known is None else known.data))
    was = {source: one.data for source, one in of_thing.items()}
    seen = _seen(key.kind, was, was | {key.source: kept.data}, before, now)
    if before is not None and before.filed and not seen.after.filed:
        for source in sorted(of_thing.keys() - {key.source}):
            other = RecordKey(key.kind, key.id, source)
            await records.keep(other, of_thing[source], seen=seen, told=told)
            seen = Seen(seen.after, seen.after)
    await records.keep(key, kept, seen=seen, told=told)


def _seen(
    kind: str,
    was: Mapping[str, Data],
    becomes: Mapping[str, Data],
    before: Sight | None,
    now: datetime,
) -> Seen:
    """Who sees it now, and since when it is over; nobody sees what is filed while it is over."""
    was_over, over = is_over(kind, was), is_over(kind, becomes)
    is_filed = before is not None and before.filed and over
    after = replace(sight_of(kind, becomes), filed=is_filed)
    return Seen(before, after, now if over else None, turned=was_over != over)
