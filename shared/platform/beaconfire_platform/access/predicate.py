"""`allow()` as SQL for lists: one constant fragment over a table's own columns (R52).

_VISIBLE = predicate(Columns(path="i.path", owner="i.owner"), first=2)
_LIST = f"select … from incident i where i.status = $1 and {_VISIBLE}"
await connection.fetch(_LIST, status, *bounds(reach(call.subject, call.action)))
"""

from dataclasses import dataclass
from typing import Final

from beaconfire_platform.access.subject import Reach

PARAMETERS: Final = 6
"""How many parameters the fragment takes; a list's own go before or after them."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a table keeps what a decision looks at: SQL expressions, text or arrays of text.

    What a table has not is left out, and then no row is seen because of it.
    """

    path: str = "null::text"
    owner: str = "null::text"
    participants: str = "'{}'::text[]"
    unit_ids: str = "'{}'::text[]"
    person_ids: str = "'{}'::text[]"


def predicate(columns: Columns, *, first: int = 1) -> str:
    """The condition under which a row is within reach; its parameters start at `$first`.

    Called at import with constant column names: the text is constant, values are always bound.
    """
    everything, paths, under, bodies, units, people = range(first, first + PARAMETERS)
    return (
        f"(${everything}::boolean"
        f" or {columns.path} = any(${paths}::text[])"
        f" or {columns.path} like any(${under}::text[])"
        f" or {columns.owner} = any(${bodies}::text[])"
        f" or {columns.participants} && ${bodies}::text[]"
        f" or {columns.unit_ids} && ${units}::text[]"
        f" or {columns.person_ids} && ${people}::text[])"
    )


def bounds(reach: Reach) -> tuple[bool, list[str], list[str], list[str], list[str], list[str]]:
    """The fragment's parameters, in its order."""
    return (
        reach.everything,
        list(reach.paths),
        list(reach.under),
        list(reach.bodies),
        list(reach.unit_ids),
        list(reach.person_ids),
    )
