"""Who is asked for aid sees the incident until they decline or are done; others keep their part."""

from dataclasses import replace
from typing import Any

import pytest

from beaconfire_contracts.facts.aid import AidAnswered, AidEnded, AidRequested
from beaconfire_contracts.facts.incident import ParticipationRecorded
from beaconfire_contracts.ids import BodyId, IncidentId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import AidState, Role
from beaconfire_incident.application.share_for_aid import keys
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.centre import Centre
from beaconfire_testkit.service import a_subject


async def _tell(centre: Centre, incident_id: str, helper: str, *told: Any) -> None:
    for one in told:
        changed = replace(one, incident_id=IncidentId(incident_id), body=BodyId(helper))
        await centre.running.tell(changed)
        await centre.running.catch_up()


def _answer(state: AidState) -> AidAnswered:
    return replace(an_example_of(AidAnswered), state=state)


async def _sees(centre: Centre, incident_id: str, helper: str) -> int:
    theirs = centre.running.client(a_subject(Role.DISPATCHER, reach="elsewhere", body=helper))
    return (await theirs.get(f"/v1/incidents/{incident_id}")).status_code


@pytest.mark.parametrize("state", [AidState.DECLINED, AidState.EXPIRED, AidState.WITHDRAWN])
async def test_who_is_asked_sees_it_until_it_is_no_more_theirs(
    centre: Centre, state: AidState
) -> None:
    one, helper = (await centre.report())["incident_id"], new_id()
    before = await _sees(centre, one, helper)
    await _tell(centre, one, helper, an_example_of(AidRequested))
    asked = await _sees(centre, one, helper)
    await _tell(centre, one, helper, _answer(state))

    assert (before, asked, await _sees(centre, one, helper)) == (404, 200, 404)


async def test_who_gives_units_takes_part_until_they_are_done_and_then_it_may_be_closed(
    centre: Centre,
) -> None:
    one, helper = (await centre.report())["incident_id"], new_id()
    await _tell(centre, one, helper, an_example_of(AidRequested), _answer(AidState.ACCEPTED))
    path = f"/v1/incidents/{one}/close"
    early = await centre.client().post(path, json={"disposition": "resolved"})
    assert await _sees(centre, one, helper) == 200
    await _tell(centre, one, helper, an_example_of(AidEnded))
    closed = await centre.client().post(path, json={"disposition": "resolved"})

    assert (early.status_code, early.json()["code"]) == (409, "still_active")
    assert closed.status_code == 200
    told = await centre.running.told(ParticipationRecorded)
    assert [each.participation.state.value for each in told] == ["asked", "working", "done"]
    await _tell(centre, one, helper, _answer(AidState.WITHDRAWN))
    assert len(await centre.running.told(ParticipationRecorded)) == 3


def test_the_incident_is_locked() -> None:
    told = an_example_of(AidRequested)
    assert keys(told) == (aggregate(told.incident_id),)
