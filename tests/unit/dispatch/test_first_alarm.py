"""What a type asks for, and what of it is still short once units are on the way."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.facts.dispatch import Need
from beaconfire_dispatch.domain.first_alarm import NOTHING, FirstAlarm, FirstAlarms, still_short

FIRE = FirstAlarm((Need("engine", 1),), 100.0, verify=False)
DWELLING = FirstAlarm((Need("engine", 2),), 100.0, verify=False)
ALARMS = FirstAlarms({"fire": FIRE, "fire.dwelling": DWELLING})
CAPABILITIES = st.sampled_from("abc")


def test_the_longest_matching_code_decides() -> None:
    assert ALARMS.of("fire.dwelling.kitchen") is DWELLING
    assert ALARMS.of("fire.forest") is FIRE
    assert ALARMS.of("fire") is FIRE


def test_an_unknown_type_asks_for_nothing() -> None:
    assert ALARMS.of("firework") is NOTHING
    assert ALARMS.of("") is NOTHING
    assert ALARMS.of(None) is NOTHING


def test_who_can_do_two_things_is_counted_for_what_nobody_else_can() -> None:
    needs = (Need("engine", 1), Need("ladder", 1))

    short = still_short(needs, [frozenset({"engine", "ladder"}), frozenset({"engine", "pump"})])

    assert short == ()


def test_what_nobody_on_the_way_can_do_stays_short() -> None:
    needs = (Need("engine", 2), Need("hazmat", 1))

    assert still_short(needs, [frozenset({"engine"})]) == (Need("engine", 1), Need("hazmat", 1))
    assert still_short(needs, []) == needs


@given(
    st.dictionaries(CAPABILITIES, st.integers(1, 2), max_size=3),
    st.lists(st.frozensets(CAPABILITIES, min_size=1), max_size=3),
)
def test_as_many_lines_are_filled_as_can_be(
    needs: dict[str, int], sent: list[frozenset[str]]
) -> None:
    asked = tuple(Need(name, count) for name, count in needs.items())
    lines = [name for name, count in needs.items() for _ in range(count)]
    places = (*range(len(lines)), *(None for _ in sent))
    most = max(
        sum(
            place is not None and lines[place] in unit
            for unit, place in zip(sent, way, strict=True)
        )
        for way in itertools.permutations(places, len(sent))
    )

    short = still_short(asked, sent)

    assert sum(one.count for one in short) == len(lines) - most
    assert all(one.count <= needs[one.capability] for one in short)
