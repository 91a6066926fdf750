"""The audit's rows: who did what, for whom, from which seat, and what came of it."""

from dataclasses import dataclass
from typing import Final

from beaconfire_platform.database import Tx

_WRITE: Final = """
    insert into audit
        (actor, on_behalf_of, seat, action, object, result, code, correlation_id, reason)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing done or refused; `code` is the refusal's, None when it was done.

    `reason` is what a person said who was asked why.
    """

    actor: str
    action: str
    correlation_id: str
    object_id: str | None = None
    code: str | None = None
    seat: str | None = None
    on_behalf_of: str | None = None
    reason: str | None = None


def write_audit(tx: Tx, entry: AuditEntry) -> None:
    """One row in the audit of the service whose transaction it is, written when that ends."""
    tx.later(
        _WRITE,
        entry.actor,
        entry.on_behalf_of,
        entry.seat,
        entry.action,
        entry.object_id,
        "done" if entry.code is None else "refused",
        entry.code,
        entry.correlation_id,
        entry.reason,
    )
