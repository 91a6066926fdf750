"""What incident reacts to: every fact about an incident is a line of its timeline, once."""

from dataclasses import replace

from beaconfire_contracts.facts import FACTS
from beaconfire_contracts.facts.agency import BodyRegistered, SeatRegistered
from beaconfire_contracts.facts.geo import IncidentPlaced
from beaconfire_contracts.ids import IncidentId
from beaconfire_incident.adapters.catalogue import load_catalogue
from beaconfire_incident.adapters.postgres import PgBodies, PgIncidents
from beaconfire_incident.adapters.projections import STEPS, PgProjections
from beaconfire_incident.adapters.reports import PgReports
from beaconfire_incident.entrypoints.consumer import Tables, reactions
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.centre import Centre


def test_every_fact_about_an_incident_has_its_reaction() -> None:
    tables = Tables(
        PgProjections, PgIncidents, STEPS, PgReports,
        lambda tx: PgBodies(tx.connection), load_catalogue(),
    )  # fmt: skip
    about = {spec.factclass for spec in FACTS.values() if spec.key_field == "incident_id"}

    assert set(reactions(tables)) == about | {BodyRegistered, SeatRegistered}


async def test_a_fact_is_one_line_however_often_the_consumer_looks(centre: Centre) -> None:
    one = IncidentId((await centre.report())["incident_id"])
    await centre.running.tell(replace(an_example_of(IncidentPlaced), incident_id=one))
    await centre.running.catch_up()
    await centre.running.catch_up()

    lines = (await centre.client().get(f"/v1/incidents/{one}/timeline")).json()["items"]

    assert len(lines) == len({line["fact_id"] for line in lines}) == 3
