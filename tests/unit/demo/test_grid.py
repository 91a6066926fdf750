"""The demo's grid workers: nobody twice, all marked as invented, every place with its ladder."""

from beaconfire.demo.city import load_city
from beaconfire.demo.grid import communities, leaders, rosters, workers

CITY = load_city("auckland")


def test_nobody_has_anothers_name_and_each_says_that_it_is_invented() -> None:
    people = [*workers(CITY).values(), *leaders(CITY).values()]

    assert len(people) == 293 + 14
    assert len({one.name_zh for one in people}) == len({one.sign_in for one in people}) == 307
    assert all(one.name_zh.endswith("（虚构）") for one in people)
    assert all(one.name_en.endswith("(invented)") for one in people)


def test_each_community_has_worker_and_deputy_each_district_a_leader_the_city_a_desk() -> None:
    ids = {path: f"id of {path}" for path in (*workers(CITY), *leaders(CITY))}

    found = {one["area"]: one["duties"] for one in rosters(CITY, ids, "body")}

    assert set(found) == {*communities(CITY), *leaders(CITY), "akl"}
    for path in communities(CITY):
        worker, deputy = found[path]
        assert (worker["part"], worker["person_id"]) == ("worker", ids[path])
        assert deputy["part"] == "deputy"
        assert deputy["person_id"] != worker["person_id"]
        assert deputy["person_id"].rpartition(".")[0] == ids[path].rpartition(".")[0]
    assert all([line["part"] for line in found[path]] == ["leader"] for path in leaders(CITY))
    assert [(line["part"], line["body"]) for line in found["akl"]] == [("desk", "body")]
    weekends_off = [path for path, lines in found.items() if "weekdays" in lines[-1]]
    assert len(weekends_off) == 14
