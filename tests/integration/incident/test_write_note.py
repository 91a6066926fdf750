"""Notes: a closed file still takes them, and no fact carries their words."""

from beaconfire_contracts.facts.incident import NoteWritten
from beaconfire_testkit.centre import Centre


async def test_a_closed_file_takes_a_note_and_the_log_none_of_its_words(centre: Centre) -> None:
    one = (await centre.report())["incident_id"]
    desk = centre.client()
    await desk.post(f"/v1/incidents/{one}/close", json={"disposition": "resolved"})

    noted = await desk.post(f"/v1/incidents/{one}/notes", json={"text": "keys at number 7"})

    assert (noted.status_code, noted.json()["version"]) == (201, 4)
    [told] = await centre.running.told(NoteWritten)
    assert told.note_id == noted.json()["note_id"]
    assert "keys" not in str(told)
