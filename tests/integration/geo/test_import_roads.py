"""A road file of OpenStreetMap becomes the roads in force of a running geo, by its public API."""

import asyncio
import sys
from pathlib import Path

import httpx

from beaconfire_contracts.vocabulary import Role
from beaconfire_testkit.grid import EAST, WEST, grid
from beaconfire_testkit.osm import Way, place, write, xml
from beaconfire_testkit.service import ServiceUnderTest, a_subject, served


async def test_a_road_file_is_in_force_as_soon_as_it_is_imported(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient, desk: httpx.AsyncClient, tmp_path: Path
) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))
    roads = [Way([1, 2, 12, 11, 1], {"highway": "residential", "maxspeed": "50"})]
    file = write(tmp_path, xml(roads), "osm.pbf")
    token = geo.client(a_subject(Role.ADMINISTRATOR)).headers["authorization"].split()[1]

    async with served(geo) as address:
        words = ["import", "roads", str(file), "--origin", f"http://{address}"]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "beaconfire", *words,
            env={"BEACONFIRE_TOKEN": token}, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        told, _ = await process.communicate()
    (lon, lat), (other_lon, other_lat) = place(1), place(12)
    asked = {
        "sources": [{"lon": lon, "lat": lat}],
        "targets": [{"lon": other_lon, "lat": other_lat}],
    }
    seconds = (await desk.post("/v1/travel-times", json=asked)).json()

    assert process.returncode == 0
    assert "in force: main version" in told.decode()
    assert seconds["method"] == "road"
    assert 7 < seconds["seconds"][0][0] < 9  # 100 m at 46.5 km/h
    assert (await desk.get("/v1/roads")).json()["nodes"] == 4
