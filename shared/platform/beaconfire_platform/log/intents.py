"""The door to the outside for reactions: what shall be done there is written down, not done (R13).

An SMS, a webhook or a siren cannot be taken back with a transaction. So a reaction writes an
intent in the transaction of its effect; whoever sends it does so with the intent's own id, by
which the receiver knows a repeat. A replay has no such door at all.
"""

from typing import Final

from beaconfire_platform.codec import encode
from beaconfire_platform.ids import new_id
from beaconfire_platform.tx import Later

_INTEND: Final = """
    insert into intent (id, consumer, fact_id, action, body) values ($1, $2, $3, $4, $5)
"""


class PgIntents:
    """Intents of one consumer about one fact, kept beside the effect in the same transaction."""

    def __init__(self, later: Later, consumer: str, fact_id: str) -> None:
        """`later` is that of the effect's transaction."""
        self._later = later
        self._consumer = consumer
        self._fact_id = fact_id

    async def intend(self, action: str, body: object) -> None:
        """One row; its id stays the same however often it is sent."""
        self._later(_INTEND, new_id(), self._consumer, self._fact_id, action, encode(body))
