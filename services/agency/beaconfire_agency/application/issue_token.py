"""Issue an API token: limited to scopes, perhaps to a unit, and ending."""

from dataclasses import dataclass

from beaconfire_agency.application.ports import People, Secret, Tokens
from beaconfire_agency.domain.sessions import ApiToken, check_token
from beaconfire_contracts.ids import PersonId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import NotFound


@dataclass(frozen=True, slots=True)
class IssueToken:
    """The token to issue, and by whom."""

    token: ApiToken
    secret: Secret
    issued_by: PersonId


def keys(command: IssueToken) -> tuple[LockKey, ...]:
    """One person at a time."""
    return (aggregate(command.token.person_id),)


async def issue_token(
    command: IssueToken, *, people: People, tokens: Tokens, actions: frozenset[str]
) -> ApiToken:
    """The token as kept; its secret is known to nobody but who is shown it now."""
    person = await people.get(command.token.person_id)
    if person is None or person.disabled:
        raise NotFound
    check_token(command.token, person.grants, actions=actions)
    await tokens.add(command.token, command.secret.hash, issued_by=command.issued_by)
    return command.token
