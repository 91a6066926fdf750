"""Issue run cards: a body's cards, all of them, as its next version; older ones stay readable."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import StaleVersion
from beaconfire_dispatch.application.ports import CardEditions
from beaconfire_dispatch.domain.card_rules import check_cards
from beaconfire_dispatch.domain.run_card import RunCard, RunCards


@dataclass(frozen=True, slots=True)
class IssueRunCards:
    """Whose cards, which version they replace (0 for the first), and all of them."""

    body: BodyId
    replaces: int
    cards: tuple[RunCard, ...]
    issued_by: str


def keys(command: IssueRunCards) -> tuple[LockKey, ...]:
    """The body's cards."""
    return (aggregate(f"run-cards/{command.body}"),)


async def issue_run_cards(
    command: IssueRunCards,
    *,
    editions: CardEditions,
    known: AbstractSet[str],
    unknown_areas: AbstractSet[str],
    now: datetime,
) -> RunCards:
    """Keep them all or none; they count from what happens next to an incident on.

    `known`: capabilities; `unknown_areas`: those of its areas that the grid does not have.
    """
    check_cards(command.cards, known, unknown_areas)
    newest = await editions.newest(command.body)
    if newest != command.replaces:
        raise StaleVersion(version=newest)
    behind = await editions.of(None)
    issued = RunCards.of_cards(command.body, newest + 1, command.cards, behind)
    await editions.add(issued, issued_by=command.issued_by, issued_at=now)
    return issued
