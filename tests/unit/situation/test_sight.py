"""Who may see a thing is decided on all of its records together."""

from dataclasses import fields

from beaconfire_situation.domain.sight import EVERYBODY_KINDS, Sight, sight_of

TOLD = {
    "division": "akl",
    "owner": {"body": "centre"},
    "participations": [{"body": "fire"}, {"body": "city"}],
}


def test_before_it_is_placed_its_receivers_division_counts() -> None:
    assert sight_of("incident", {"incident": TOLD}).path == "akl"
    assert sight_of("incident", {"incident": TOLD, "geo": {"path": "unplaced"}}).path == "akl"


def test_what_is_kept_of_a_sight_is_the_same_in_every_process() -> None:
    """As when the picture made anew by another process was said to differ."""
    sight = Sight(path="akl.d1.c2", owner="centre", participants=("city", "fire"))

    assert Sight(**sight.data) == sight
    assert sight.data.keys() == {one.name for one in fields(Sight) if not one.name.startswith("_")}


def test_once_placed_its_own_place_counts_owner_and_participants_stay() -> None:
    sight = sight_of("incident", {"incident": TOLD, "geo": {"path": "akl.d1.c2"}})

    assert sight == Sight(path="akl.d1.c2", owner="centre", participants=("city", "fire"))


def test_who_gave_it_back_does_not_see_it_any_more() -> None:
    gave_back = TOLD | {"participations": [{"body": "fire", "state": "returned"}, {"body": "city"}]}

    assert sight_of("incident", {"incident": gave_back}).participants == ("city",)


def test_an_answer_that_is_heard_before_its_incident_is_nobodys_to_see() -> None:
    assert sight_of("incident", {"dispatch": {"assignments": {}}}) == Sight()


def test_a_unit_is_its_divisions_and_its_bodys() -> None:
    data = {"division": "akl.north", "body": "ambulance"}

    assert sight_of("unit", {"dispatch": data}) == Sight(path="akl.north", owner="ambulance")


def test_in_which_zone_a_unit_is_is_seen_by_whoever_sees_the_unit() -> None:
    data = {"division": "akl.north", "body": "ambulance"}
    inside = {"zones": {"z1": {"warned_at": "2026-01-01T00:00:00Z"}}}

    assert sight_of("unit", {"geo": inside, "dispatch": data}).path == "akl.north"
    assert sight_of("unit", {"geo": inside}) == Sight()


def test_a_zone_is_seen_by_everybody_until_it_is_lifted() -> None:
    lifted = {"geo": {"zone_id": "z", "lifted_at": "2026-01-01T00:00:00Z"}}

    assert sight_of("zone", {"geo": {"zone_id": "z"}}) == Sight(everybody=True)
    assert sight_of("zone", lifted) == Sight(filed=True)


def test_maps_and_bodies_are_everybodys_who_sees_a_picture() -> None:
    for kind in EVERYBODY_KINDS:
        assert sight_of(kind, {"x": {}}).everybody


def test_closed_roads_are_seen_by_everybody_until_they_are_opened() -> None:
    closed = {"geo": {"closure_id": "c", "speed_share": 0}}
    opened = {"geo": {"closure_id": "c", "speed_share": 0, "opened_at": "2026-01-01T00:00:00Z"}}

    assert sight_of("closure", closed) == Sight(everybody=True)
    assert sight_of("closure", opened) == Sight(filed=True)
