"""Facts on their way into the log: as `log.tell` takes them, and as a reader will find them.

Whoever reads in the same process may be handed what was written as soon as it is committed, and
need not ask the database for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from beaconfire_contracts.envelope import Cause, Scope
from beaconfire_contracts.facts import Fact, key_of, spec_of
from beaconfire_platform import codec
from beaconfire_platform.clauses import Clause
from beaconfire_platform.ids import new_id

TELL: Final = Clause(
    (),
    "log.tell($1::uuid[], $2::text[], $3::text[], $4::json[], $5::text[], $6::text[], $7::text[], "
    "$8::json[])",
)
"""Its answer: the transaction, then of each fact its version, its row, and when, in µs of Unix."""
TELL_AFTER: Final = Clause((), f"{TELL.asked} || log.told_before($9)")
"""The same, and at last where what was told before stands, if nothing can come between any more."""
AFTER: Final = "after"
"""Beside the columns of a row that was told here: the source's last place before it, if known."""
_UNIX: Final = datetime(1970, 1, 1, tzinfo=UTC)
_COLUMNS: Final = (
    "id", "type", "key", "cause", "owner", "division", "sensitivity", "data",
)  # fmt: skip
_ANSWERS: Final = 3
"""Numbers that are answered of each fact."""

Row = Mapping[str, Any]
"""A row of `log.fact`, by its columns; one that was told here has `AFTER` beside them."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Facts of one source as they are written, in order."""

    source: str
    arguments: tuple[list[Any], ...]

    @classmethod
    def of(cls, source: str, told: Sequence[tuple[Fact, Scope, Cause]]) -> "Telling":
        """Each under an id of its own."""
        return cls(
            source,
            (
                [new_id() for _ in told],
                [spec_of(fact).name for fact, _, _ in told],
                [key_of(fact) for fact, _, _ in told],
                [codec.encode(cause) for _, _, cause in told],
                [scope.owner for _, scope, _ in told],
                [scope.division for _, scope, _ in told],
                [scope.sensitivity.value for _, scope, _ in told],
                [codec.encode_fact(fact) for fact, _, _ in told],
            ),
        )

    @property
    def arguments_after(self) -> tuple[Any, ...]:
        """What `TELL_AFTER` is asked with."""
        return (*self.arguments, self.source)

    def written(self, answer: Sequence[int], earlier: Sequence[Row] = ()) -> list[Row]:
        """The rows as the log has them now, and `AFTER` where it was asked for and is known.

        `earlier` are those that the same transaction told before.
        """
        txid, *numbers = answer
        of_facts = len(self.arguments[0]) * _ANSWERS
        before = tuple(numbers[of_facts:]) or None
        if before is not None and earlier:
            before = earlier[-1]["txid"], earlier[-1]["row"]
        rows: list[Row] = []
        for at, values in enumerate(zip(*self.arguments, strict=True)):
            version, row, micros = numbers[at * _ANSWERS : (at + 1) * _ANSWERS]
            rows.append(
                dict(zip(_COLUMNS, values, strict=True))
                | {
                    "source": self.source, "txid": txid, "row": row, "key_version": version,
                    "time": _UNIX + timedelta(microseconds=micros), AFTER: before,
                }
            )  # fmt: skip
            before = None if before is None else (txid, row)
        return rows
