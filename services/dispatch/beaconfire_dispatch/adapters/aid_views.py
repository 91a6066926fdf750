"""Answers to questions about aid, in SQL beside their row mapping."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from beaconfire_contracts.ids import AidId
from beaconfire_dispatch.adapters.aid_rows import AID_COLUMNS, aid_of
from beaconfire_dispatch.adapters.views import FIRST_ID, PLACE
from beaconfire_dispatch.application.queries import AidView, Bounds
from beaconfire_platform.access.predicate import Columns, predicate
from beaconfire_platform.database import Database

_AID: Final = f"""
    select {", ".join(f"x.{name.strip()}" for name in AID_COLUMNS.split(","))}, b.division
    from aid x left join demand d on d.incident_id = x.incident_id
    left join body b on b.body_id = x.body
"""
_SEEN: Final = predicate(
    Columns(
        path=PLACE,
        owner="d.owner",
        participants="array[x.body, x.for_body] || coalesce(d.participants, '{}')",
    )
)
_PAGE: Final = f"""{_AID}
    where {_SEEN} and ($7::uuid is null or x.incident_id = $7)
      and ($8::boolean is null or (x.state = 'asked') = $8)
      and x.aid_id > $9 order by x.aid_id limit $10
"""


class PgAidViews:
    """Answers over the pool."""

    def __init__(self, database: Database) -> None:
        """One database."""
        self._pool = database.pool

    async def aid(self, aid_id: AidId) -> AidView | None:
        """One request."""
        record = await self._pool.fetchrow(f"{_AID} where x.aid_id = $1", aid_id)
        return None if record is None else _view(record)

    async def aids(
        self,
        bounds: Bounds,
        *,
        incident_id: str | None,
        is_asked: bool | None,
        after: str,
        limit: int,
    ) -> Sequence[AidView]:
        """A page of requests by id, which is the order in which they were made."""
        records = await self._pool.fetch(
            _PAGE, *bounds, incident_id, is_asked, after or FIRST_ID, limit
        )
        return [_view(one) for one in records]


def _view(record: Mapping[str, Any]) -> AidView:
    return AidView(aid_of(record), record["division"])
