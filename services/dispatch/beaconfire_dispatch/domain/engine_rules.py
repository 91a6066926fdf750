"""What a deployment lets the engine do, and what it pays beside time."""

from dataclasses import dataclass
from typing import Final

from beaconfire_dispatch.domain.engine.state import Prices

PRICE_MAX: Final = 100.0
"""Of a level or of cover: an hour's lateness of a most urgent incident costs 18."""
DIVERSIONS_MAX: Final = 10
"""Of one incident: whoever turned ten crews round for one should have asked for another alarm."""

MOVES_MAX: Final = 100
"""In an hour: the largest city of the study made ten."""


@dataclass(frozen=True, slots=True)
class EngineRules:
    """Prices, and for how many crews of one incident others may be left (引擎规则)."""

    level_price: float = Prices().level
    cover_price: float = Prices().cover
    diversions_max: int = 1
    """Crews that are turned round for one incident at most, by proposal; 0 forbids it."""

    move_gain_min: float = 0.07
    """A free unit is proposed to move where the next call's expected price falls by this part."""
    moves_per_hour_max: int = 0
    """So many moves are proposed in an hour; none until somebody says so: crews lose their rest."""

    @property
    def prices(self) -> Prices:
        """As the engine takes them."""
        return Prices(self.level_price, self.cover_price)
