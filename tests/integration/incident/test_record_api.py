"""The record over HTTP: notes, corrections that keep both values, two records that are one."""

from beaconfire_contracts.facts.incident import IncidentAbsorbed, IncidentMerged, IncidentSplit
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.ids import new_id
from beaconfire_testkit.centre import AKL, Centre

FAR = (AKL[0] + 0.05, AKL[1])


async def test_a_note_stands_in_the_timeline_with_its_words(centre: Centre) -> None:
    one = (await centre.report())["incident_id"]
    desk = centre.client()

    noted = await desk.post(f"/v1/incidents/{one}/notes", json={"text": "gate code 4711"})
    await centre.running.catch_up()

    assert (noted.status_code, noted.json()["version"]) == (201, 3)
    lines = (await desk.get(f"/v1/incidents/{one}/timeline")).json()["items"]
    assert [line["text"] for line in lines] == [None, None, "gate code 4711"]


async def test_a_correction_leaves_the_entry_and_stands_beside_it(centre: Centre) -> None:
    one = (await centre.report())["incident_id"]
    desk = centre.client()
    await centre.running.catch_up()
    entry = (await desk.get(f"/v1/incidents/{one}/timeline")).json()["items"][0]

    said = await desk.post(
        f"/v1/incidents/{one}/corrections",
        json={
            "of_fact": entry["fact_id"], "field": "type", "was": "fire.structure",
            "now": "fire.vehicle", "reason": "misheard",
        },
    )  # fmt: skip

    assert said.status_code == 201, said.text
    corrected = (await desk.get(f"/v1/incidents/{one}/timeline")).json()["items"][0]
    assert corrected["data"] == entry["data"]
    [beside] = corrected["corrections"]
    assert (beside["was"], beside["now"]) == ("fire.structure", "fire.vehicle")


async def test_an_entry_of_another_incident_is_no_entry_of_this_one(centre: Centre) -> None:
    one = (await centre.report())["incident_id"]
    answer = await centre.client().post(
        f"/v1/incidents/{one}/corrections",
        json={"of_fact": new_id(), "field": "type", "now": "x", "reason": "misheard"},
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_entry")
    assert answer.json()["pointer"] == "/of_fact"


async def test_merging_keeps_the_highest_priority_and_a_split_gives_all_back(
    centre: Centre,
) -> None:
    slow = (await centre.report(type="traffic.collision", text="two cars"))["incident_id"]
    fast = (await centre.report(at=FAR))["incident_id"]
    before = [await centre.incident(one) for one in (slow, fast)]
    desk = centre.client()

    merged = await desk.post(f"/v1/incidents/{fast}/merge", json={"into": slow, "version": 2})
    survivor = await centre.incident(slow)
    split = await desk.post(f"/v1/incidents/{fast}/split", json={"into": slow})

    assert (merged.status_code, merged.json()["incident_id"]) == (200, slow)
    assert (survivor["priority"], survivor["merged"]) == (1, [fast])
    assert {one["text"] for one in survivor["reports"]} == {"two cars", "smoke from the roof"}
    assert (split.status_code, split.json()["incident_id"]) == (200, fast)
    after = [await centre.incident(one) for one in (slow, fast)]
    assert [one | {"version": 2} for one in after] == before
    assert len(await centre.running.told(IncidentMerged)) == 1
    assert len(await centre.running.told(IncidentAbsorbed)) == 1
    assert len(await centre.running.told(IncidentSplit)) == 1


async def test_what_is_on_anothers_desk_is_merged_by_a_shift_leader_only(centre: Centre) -> None:
    one = (await centre.report())["incident_id"]
    other = (await centre.report(at=FAR))["incident_id"]
    await centre.client(seat=1).post(f"/v1/incidents/{other}/take", json={})

    dispatcher = await centre.client().post(f"/v1/incidents/{one}/merge", json={"into": other})
    leader = await centre.client(Role.SHIFT_LEADER).post(
        f"/v1/incidents/{one}/merge", json={"into": other}
    )

    assert (dispatcher.status_code, leader.status_code) == (403, 200)


async def test_merges_that_make_no_sense_are_refused(centre: Centre) -> None:
    one, two, three = [
        (await centre.report(at=(AKL[0] + n * 0.05, AKL[1])))["incident_id"] for n in range(3)
    ]
    desk = centre.client()

    itself = await desk.post(f"/v1/incidents/{one}/merge", json={"into": one})
    apart = await desk.post(f"/v1/incidents/{one}/split", json={"into": two})
    await desk.post(f"/v1/incidents/{one}/merge", json={"into": two})
    chain = await desk.post(f"/v1/incidents/{two}/merge", json={"into": three})
    twice = await desk.post(f"/v1/incidents/{one}/merge", json={"into": three})
    nowhere = await desk.post(f"/v1/incidents/{three}/merge", json={"into": new_id()})

    assert [(each.status_code, each.json()["code"]) for each in (itself, apart, chain, twice)] == [
        (422, "same_incident"), (409, "not_merged"), (409, "has_absorbed"), (409, "wrong_step"),
    ]  # fmt: skip
    assert nowhere.status_code == 404
