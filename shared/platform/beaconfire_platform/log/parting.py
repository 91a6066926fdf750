"""How a batch that failed is taken apart: only the fact that failed is alone (R14).

What was before it goes on together, and so does what is behind it: others wait for three tries
of one fact, and not for a transaction of each of theirs.
"""

from beaconfire_platform.log.ledger import HoleMet
from beaconfire_platform.log.patience import is_away
from beaconfire_platform.log.port import Batch, Facts, Garbled
from beaconfire_platform.our_words import Fenced


def each(batch: Batch) -> Facts:
    """One after the other; each shard's in order."""
    return [(shard, told) for shard, found in batch.items() for told in found]


def parted(facts: Facts, in_hand: int | None) -> tuple[Facts, Facts, Facts]:
    """What is tried together again, what is tried alone, and what is left for then.

    `in_hand` is the place of the fact whose turn it was; None when it was nobody's, as at the end
    of the transaction: then each is tried alone.
    """
    if in_hand is None:
        return (), facts, ()
    return facts[:in_hand], facts[in_hand : in_hand + 1], facts[in_hand + 1 :]


def is_of_no_fact(error: Exception) -> bool:
    """Nobody's key is at fault: the database is away, or the position is not ours."""
    return is_away(error) or isinstance(error, Fenced | HoleMet)


def place_of(fact_id: str, facts: Facts) -> int | None:
    """Where in a batch a fact is; None where it is not."""
    for at, (_, told) in enumerate(facts):
        if not isinstance(told, Garbled) and told.id == fact_id:
            return at
    return None
