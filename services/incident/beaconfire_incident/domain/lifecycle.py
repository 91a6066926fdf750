"""The life of an incident as one table: which step leads from which status to which.

Only the end of a merge is not here: a split gives back the status that stood before it.
"""

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from beaconfire_contracts.refusals import Conflict
from beaconfire_contracts.vocabulary import IncidentStatus as S


class Step(StrEnum):
    """What can be done to an incident's status (办理环节)."""

    HANDLE = "handle"
    VERIFY = "verify"
    CLOSE = "close"
    HOLD = "hold"
    RESUME = "resume"
    VOID = "void"
    MERGE = "merge"
    REOPEN = "reopen"


class WrongStep(Conflict):
    """This step does not lead on from the incident's status."""


TABLE: Final = MappingProxyType(
    {
        (S.OPEN, Step.HANDLE): S.HANDLED,
        (S.OPEN, Step.CLOSE): S.CLOSED,
        (S.OPEN, Step.HOLD): S.HELD,
        (S.OPEN, Step.VOID): S.VOIDED,
        (S.OPEN, Step.MERGE): S.MERGED,
        (S.HANDLED, Step.VERIFY): S.VERIFYING,
        (S.HANDLED, Step.CLOSE): S.CLOSED,
        (S.HANDLED, Step.REOPEN): S.OPEN,
        (S.HANDLED, Step.VOID): S.VOIDED,
        (S.HANDLED, Step.MERGE): S.MERGED,
        (S.VERIFYING, Step.CLOSE): S.CLOSED,
        (S.VERIFYING, Step.REOPEN): S.OPEN,
        (S.HELD, Step.RESUME): S.OPEN,
        (S.HELD, Step.CLOSE): S.CLOSED,
        (S.HELD, Step.VOID): S.VOIDED,
        (S.CLOSED, Step.REOPEN): S.OPEN,
    }
)

LIVE: Final = frozenset({S.OPEN, S.HANDLED, S.VERIFYING, S.HELD})
"""Statuses in which somebody still answers for the incident."""


UNANSWERED: Final = frozenset({S.OPEN, S.HELD})
"""Statuses in which whoever tells of it again need not be answered anew: somebody comes, or it is
known to wait. Where the work was said to be done, they must be."""


def after(status: S, step: Step) -> S:
    """The status after a step; WrongStep when the table has no such row."""
    try:
        return TABLE[(status, step)]
    except KeyError:
        raise WrongStep(
            f"{step.value} does not follow {status.value}",
            incident_status=status.value,
            step=step.value,
        ) from None
