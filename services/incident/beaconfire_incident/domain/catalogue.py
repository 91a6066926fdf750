"""Incident types and the words of triage: data, read once, asked often."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from beaconfire_contracts.vocabulary import IncidentClass, Priority

SET_BY_DESK: Final = "set_by_desk"
BY_TYPE: Final = frozenset({"type", "untyped"})
"""Reasons that say no more than the type does."""
UNTYPED_PRIORITY: Final = Priority.P2
"""Nobody knows yet what it is: fast until somebody does."""


@dataclass(frozen=True, slots=True)
class IncidentType:
    """What is happening, from our code list, mapped to the lists of others (警情类别)."""

    code: str
    name_zh: str
    name_en: str
    incident_class: IncidentClass
    priority: Priority
    stand_off_m: int
    verify: bool
    apco: str | None = None
    neris: str | None = None


@dataclass(frozen=True, slots=True)
class TriageWords:
    """Words that say how fast it must be answered, whatever the type says (判级用语)."""

    priority: Priority
    reason: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Triage:
    """A priority with the code of its reason (判级)."""

    priority: Priority
    reason: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All types by code, and the words of triage in the order in which they are listened for."""

    types: Mapping[str, IncidentType]
    warnings: Sequence[TriageWords]

    def triage(self, type_code: str | None, text: str) -> Triage:
        """The priority of a report: by its type, raised by what was said, never lowered by it."""
        known = None if type_code is None else self.types.get(type_code)
        begin = Triage(
            UNTYPED_PRIORITY if known is None else known.priority,
            "untyped" if known is None else "type",
        )
        heard = text.casefold()
        for warning in self.warnings:
            is_heard = any(_is_in(word, heard) for word in warning.words)
            if is_heard and warning.priority < begin.priority:
                return Triage(warning.priority, warning.reason)
        return begin

    def class_of(self, type_code: str | None) -> IncidentClass | None:
        """The Chinese class of a type."""
        known = None if type_code is None else self.types.get(type_code)
        return None if known is None else known.incident_class


def _is_in(word: str, heard: str) -> bool:
    """Whether a word begins somewhere in what was heard: `gun` does not in `begun`."""
    at = heard.find(word)
    while at > 0 and word[0].isascii() and heard[at - 1].isascii() and heard[at - 1].isalpha():
        at = heard.find(word, at + 1)
    return at >= 0
