"""Who may not be sent at all is read with its reason, and again only when it is another set."""

from beaconfire_dispatch.adapters.at_work import read_at_work
from beaconfire_dispatch.adapters.away_rows import AwayRows, away_units
from beaconfire_dispatch.adapters.whereabouts import Whereabouts
from beaconfire_testkit.city import City, post


async def _away(
    city: City, whereabouts: Whereabouts, known: AwayRows
) -> dict[str, tuple[str, str | None]]:
    async with city.running.ground.database.reading() as connection:
        rows, at_work = await known.read(connection), await read_at_work(connection)
    found = away_units(rows, at_work, whereabouts)
    return {one.call_sign: (one.reason, one.incident_id) for one in found}


async def _tell(city: City, call_sign: str, status: str) -> None:
    path = f"/v1/units/{city.units[call_sign]['id']}/status"
    await post(city.desk, path, {"status": status})


async def test_out_of_service_and_at_work_are_two_reasons_and_each_unit_has_one(
    city: City, whereabouts: Whereabouts
) -> None:
    incident_id = await city.incident("fire")
    [order] = await city.order(incident_id, "E1")
    await city.step(order, "on-scene")
    await city.order(incident_id, "E2")
    await _tell(city, "L1", "unable")
    await _tell(city, "E2", "unable")

    away = await _away(city, whereabouts, AwayRows())

    assert away == {
        "E1": ("at_work", incident_id),
        "L1": ("out_of_service", None),
        "E2": ("out_of_service", None),
    }


async def test_what_was_read_stands_until_the_set_is_another(
    city: City, whereabouts: Whereabouts
) -> None:
    known = AwayRows()
    await _tell(city, "L1", "unable")
    async with city.running.ground.database.reading() as connection:
        first, again = await known.read(connection), await known.read(connection)
    await _tell(city, "L1", "in_service")

    assert again is first
    assert await _away(city, whereabouts, known) == {}
