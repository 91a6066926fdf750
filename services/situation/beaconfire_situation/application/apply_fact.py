"""Apply one fact to the picture: fold it into its record, see who sees it now, note the change."""

from typing import Any

from beaconfire_contracts.envelope import Envelope
from beaconfire_situation.application.ports import Kept, Records
from beaconfire_situation.domain.fold import folded, record_of
from beaconfire_situation.domain.sight import sight_of


async def apply_fact(told: Envelope[Any], *, records: Records) -> None:
    """One fact, one record, one numbered change."""
    key = record_of(told.fact)
    of_thing = await records.of(key.kind, key.id)
    before = await records.sight(key.kind, key.id)
    known = of_thing.get(key.source)
    kept = Kept(told.key_version, folded(told.fact, None if known is None else known.data))
    datas = {source: one.data for source, one in of_thing.items()} | {key.source: kept.data}
    after = sight_of(key.kind, datas)
    await records.keep(key, kept, before=before, after=after, told=told)
