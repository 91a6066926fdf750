"""What is known and what was shown, as rows: read back as it was kept, versions without a gap."""

from importlib.resources import files
from typing import Any

import asyncpg
import pytest

from beaconfire_agency.domain import known_incident, known_unit
from beaconfire_agency.domain.known_incident import OF_INCIDENT
from beaconfire_contracts.facts import spec_for
from beaconfire_contracts.facts.dispatch import UnitRegistered
from beaconfire_contracts.facts.incident import IncidentOpened
from beaconfire_contracts.ids import IncidentId, UnitId
from beaconfire_contracts.shared_events import IncidentWithdrawn
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of

from .subscribers import Shared, opened, owned
from .test_shared_topics import subscribed

_FORGOTTEN_BEFORE = """
    update shown set data = null where body = $1 and key <> $1 and data is not null
"""
_PUT_BEFORE = """
    with told as (
        insert into shown as w (body, key, version, data) values ($1, $2, 1, $3)
        on conflict (body, key) do update set version = w.version + 1, data = excluded.data
            where w.data is distinct from excluded.data
        returning version)
    insert into shared_event (id, body, type, key, key_version, data)
    select $4, $1, $5, $2, version, $6 from told
"""


async def test_an_incident_with_everything_comes_back_as_it_was(shared: Shared) -> None:
    known = await shared.sharing.incident(IncidentId(new_id()))
    for kind in sorted(
        OF_INCIDENT, key=lambda one: (one.__name__ != "IncidentOpened", one.__name__)
    ):
        known = known_incident.with_fact(an_example_of(kind), known, "autumn")
        await shared.sharing.keep(known, spec_for(kind).service)

    assert await shared.sharing.incident(known.id) == known
    assert None not in (known.file, known.spot, known.sight)


async def test_a_unit_comes_back_as_it_was(shared: Shared) -> None:
    unknown = await shared.sharing.unit(UnitId(new_id()))
    known = known_unit.with_fact(an_example_of(UnitRegistered), unknown)
    await shared.sharing.keep(known, "dispatch")
    await shared.of.write(shared.tx)

    assert await shared.sharing.unit(known.id) == known
    assert known in await shared.sharing.standing([known.id, new_id()])


async def test_the_same_event_twice_is_sent_once(work: Any, shared: Shared) -> None:
    power = await work.body("power")
    made = await shared.subscribe(power)
    shown = known_incident.with_fact(
        an_example_of(next(iter({k for k in OF_INCIDENT if k.__name__ == "IncidentOpened"}))),
        await shared.sharing.incident(IncidentId(new_id())),
        None,
    )
    assert shown.shown is not None
    gone = IncidentWithdrawn(shown.id)

    for event in (shown.shown, shown.shown, gone, gone, shown.shown):
        await shared.sharing.put(made, event)

    told = await shared.told(power.id)
    assert [version for _, version, _ in told[1:]] == [1, 2, 3]
    assert await shared.sharing.subscribers(shown.id) == [(made, True)]


async def test_what_the_version_before_showed_counts_for_the_subscription_in_force(
    centre: Any, database: str
) -> None:
    power, water = await subscribed(centre, "power"), await subscribed(centre, "water")
    fire, flood = opened(power["id"], "root"), opened(water["id"], "root")
    await centre.under_test.tell(fire, flood)
    await centre.under_test.catch_up()
    owner = await asyncpg.connect(database, server_settings={"search_path": "agency"})
    await owner.execute(
        "alter table shown drop column subscription, drop column subscription_version"
    )
    await owner.execute("alter table subscription drop column told_up_to")
    await owner.execute("update subscription set ended_at = now() where body = $1", water["id"])

    migrations = files("beaconfire_agency.adapters") / "migrations"
    for one in ("0005_paged_beginnings.sql", "0006_shown_by_whom.sql"):
        await owner.execute((migrations / one).read_text("utf-8"))
    await centre.under_test.tell(owned(fire, new_id()), owned(flood, new_id()))
    await centre.under_test.catch_up()

    counting = await owner.fetch(
        "select w.key::text, s.body::text from shown w join subscription s on s.id = w.subscription"
        " where w.key <> w.body"
    )
    told = await owner.fetch("select body::text, type from shared_event order by txid, row")
    await owner.close()
    assert [tuple(one) for one in counting] == [(fire.incident_id, power["id"])]
    kinds = {body: [one["type"].split(".")[2] for one in told if one["body"] == body]
             for body in (power["id"], water["id"])}  # fmt: skip
    assert kinds[power["id"]] == ["sharing-begun", "incident-shown", "incident-withdrawn"]
    assert kinds[water["id"]] == ["sharing-begun", "incident-shown"]


@pytest.mark.parametrize("is_exchanged", [False, True])
async def test_what_the_version_before_showed_a_new_subscription_is_withdrawn_from_it(
    work: Any, shared: Shared, *, is_exchanged: bool
) -> None:
    """While processes are exchanged: `shown.subscription` still names the one that ended."""
    power, other = await work.body("power"), await work.body("other")
    first = await shared.subscribe(power)
    fire = opened(power.id, "akl")
    await shared.hear(fire)
    await shared.tx.connection.execute(
        "update subscription set ended_at = now() where id = $1", first.id
    )
    if is_exchanged:
        await shared.subscribe(power)
    else:
        await _subscribed_by_the_version_before(shared, power, fire)

    await shared.hear(owned(fire, other.id))

    kinds = await shared.kinds(power.id)
    assert kinds.count("incident-shown") == 2
    assert kinds[-1] == "incident-withdrawn"


async def _subscribed_by_the_version_before(
    shared: Shared, body: Any, fire: IncidentOpened
) -> None:
    """What that wrote when a body subscribed anew, in its own words."""
    connection = shared.tx.connection
    made = await shared.subscribe(body, begun=False)
    await connection.execute("update subscription set begun = true where id = $1", made.id)
    await connection.execute(_FORGOTTEN_BEFORE, body.id)
    data = await connection.fetchval(
        "select data from shared_event where body = $1 and key = $2 order by row desc limit 1",
        body.id, fire.incident_id,
    )  # fmt: skip
    kind = "beaconfire.shared.incident-shown.v1"
    await connection.execute(_PUT_BEFORE, body.id, fire.incident_id, data, new_id(), kind, data)
