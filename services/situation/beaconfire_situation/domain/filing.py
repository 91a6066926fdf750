"""When an incident leaves the live picture: what is over is filed after a while (归档).

The picture is what a desk works on, so its size follows the work at hand and not the node's age.
What is filed stays in the tables and in the journal, and is read through incident's own routes.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from beaconfire_situation.domain.sight import Data

FILED_AFTER: Final = timedelta(hours=2)
"""Business time after the end. Callers ask again, crews write up and a desk reopens within it."""
ENDED_SHOWN_MAX: Final = 500
"""Of what has ended the newest so many at most, about 1.2 MB: a storm ends hundreds an hour."""
_OVER: Final = frozenset({"closed", "merged", "voided"})
_LEFT: Final = frozenset({"cleared", "refused", "cancelled"})


def is_over(kind: str, records: Mapping[str, Data]) -> bool:
    """Whether a thing has ended by its records: an incident over, with nobody at work on it."""
    if kind != "incident" or records.get("incident", {}).get("status") not in _OVER:
        return False
    assignments = records.get("dispatch", {}).get("assignments", {})
    return all(one["status"] in _LEFT for one in assignments.values())
