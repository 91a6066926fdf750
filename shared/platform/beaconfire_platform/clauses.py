"""Several writes as one statement: each trip to the database holds up whoever waits for it."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

SETS_REMEMBERED_MAX: Final = 256
"""So many sets of clauses go together in one process: a few for each kind of command."""
_PARAMETER: Final = re.compile(r"\$(\d+)")


@dataclass(frozen=True, slots=True)
class Clause:
    """Parts of a WITH by their names, and the value that is asked of them, if any.

    Parameters are numbered from 1. The parts of a statement see each other's RETURNING, and
    nothing else of what another part writes.
    """

    parts: tuple[tuple[str, str], ...]
    asked: str = ""
    first: str = ""
    """A function that is called before anything is asked or written; one clause may have it."""


def row_alone(insert: str) -> Clause:
    """A row that nobody asks about."""
    return Clause((("", insert),))


@lru_cache(maxsize=SETS_REMEMBERED_MAX)
def in_one(clauses: tuple[Clause, ...]) -> str:
    """All of them as one; each one's parameters come after those of the one before."""
    parts: list[tuple[str, str]] = []
    asked: list[str] = []
    first = ""
    number = 0
    for clause in clauses:
        texts = [text for _, text in clause.parts] + [clause.asked, clause.first]
        parts += [
            (name or f"written_{len(parts) + at}", _from(number, text))
            for at, (name, text) in enumerate(clause.parts)
        ]
        if clause.asked:
            asked.append(_from(number, clause.asked))
        if clause.first:
            first = f" from {_from(number, clause.first)}"
        number += max((int(one) for text in texts for one in _PARAMETER.findall(text)), default=0)
    if len(parts) == 1 and not asked and not first:
        return parts[0][1]
    named = ", ".join(f"{name} as ({text})" for name, text in parts)
    begun = f"with {named} " if parts else ""
    return f"{begun}select {', '.join(asked) or '1'}{first}"


def _from(number: int, text: str) -> str:
    """The text with its parameters numbered after the first so many."""
    return _PARAMETER.sub(lambda found: f"${int(found[1]) + number}", text)
