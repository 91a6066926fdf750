"""People and machines that may sign in, and the grants that say what they may do."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts.agency import (
    AccessRevoked,
    Grant,
    GrantsChanged,
    PersonRegistered,
)
from beaconfire_contracts.ids import BodyId, PersonId
from beaconfire_contracts.refusals import Conflict, Invalid

GRANTS_MAX = 50
"""Fifty grants make a signed token of about 6,000 characters; headers end at 16 KiB."""


SIGN_IN = r"[a-z0-9][a-z0-9._@:-]{0,63}"
"""What a sign-in name looks like: typed on any keyboard, told apart in any font."""


class SignInTaken(Conflict):
    """The sign-in name belongs to somebody else."""


class BadSignIn(Invalid):
    """A sign-in name is 1-64 of a-z, 0-9 and . _ @ : - and begins with a letter or digit."""


class TooManyGrants(Invalid):
    """A person holds at most fifty grants."""


class DoubleGrant(Invalid):
    """The same grant stands twice."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, or a machine, that may sign in or bear tokens (人员)."""

    id: PersonId
    sign_in: str
    name_zh: str
    name_en: str
    language: str
    body: BodyId
    grants: tuple[Grant, ...]
    disabled: bool = False
    epoch: int = 0

    def registered(self) -> PersonRegistered:
        """The fact that tells of them, without any name."""
        if not re.fullmatch(SIGN_IN, self.sign_in):
            raise BadSignIn(pointer="/sign_in")
        return PersonRegistered(self.id, checked(self.grants))

    def says_the_same_as(self, other: "Person") -> bool:
        """Whether two tellings of one sign-in name agree."""
        return (
            replace(self, id=other.id, epoch=other.epoch, grants=()) == replace(other, grants=())
        ) and set(self.grants) == set(other.grants)

    def granted(
        self, grants: tuple[Grant, ...], *, at: datetime
    ) -> tuple["Person", tuple[Fact, ...]]:
        """These roles and no others from now on; what was issued for more is revoked."""
        if set(grants) == set(self.grants):
            return self, ()
        changed = replace(self, grants=checked(grants))
        told = GrantsChanged(self.id, changed.grants)
        if set(self.grants) <= set(grants):
            return changed, (told,)
        revoked, fact = changed.revoked(at=at)
        return revoked, (told, fact)

    def revoked(self, *, at: datetime, disable: bool = False) -> tuple["Person", AccessRevoked]:
        """Whatever was issued to them so far opens nothing any more."""
        epoch = self.epoch + 1
        person = replace(self, epoch=epoch, disabled=self.disabled or disable)
        return person, AccessRevoked(self.id, at, epoch=epoch)


def checked(grants: tuple[Grant, ...]) -> tuple[Grant, ...]:
    """The grants, when there are not too many and none stands twice."""
    if len(grants) > GRANTS_MAX:
        raise TooManyGrants(pointer="/grants")
    if len(set(grants)) != len(grants):
        raise DoubleGrant(pointer="/grants")
    return grants
