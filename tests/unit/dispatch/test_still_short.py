"""What of a card is still short once units are on the way."""

import itertools
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.needs import Need
from beaconfire_dispatch.domain.still_short import does, lines_of, still_short

CAPABILITIES = st.sampled_from("abc")
NEEDS = st.lists(
    st.builds(
        Need,
        CAPABILITIES,
        st.integers(1, 2),
        st.lists(CAPABILITIES, max_size=2, unique=True).map(tuple),
        st.sampled_from([None, "g"]),
    ),
    max_size=2,
).map(tuple)


def test_who_can_do_two_things_is_counted_for_what_nobody_else_can() -> None:
    needs = (Need("engine", 1), Need("ladder", 1))

    short = still_short(needs, [frozenset({"engine", "ladder"}), frozenset({"engine", "pump"})])

    assert short == ()


def test_what_nobody_on_the_way_can_do_stays_short() -> None:
    needs = (Need("engine", 2), Need("hazmat", 1))

    assert still_short(needs, [frozenset({"engine"})]) == (Need("engine", 1), Need("hazmat", 1))
    assert still_short(needs, []) == needs


def test_an_alternative_fills_a_line_and_what_is_left_of_a_group_stays_one() -> None:
    needs = (
        Need("ladder", 1, ("tower",)),
        Need("engine", 2, (), "pair"),
        Need("medic", 1, (), "pair"),
    )

    short = still_short(needs, [frozenset({"tower"}), frozenset({"engine"})])

    assert short == (Need("engine", 1, (), "pair"), Need("medic", 1, (), "pair"))


@given(NEEDS, st.lists(st.frozensets(CAPABILITIES, min_size=1), max_size=3))
def test_as_many_lines_are_filled_as_can_be(
    needs: tuple[Need, ...], sent: list[frozenset[str]]
) -> None:
    lines = [need for need in needs for _ in range(need.count)]
    places = (*range(len(lines)), *(None for _ in sent))
    most = max(
        sum(
            place is not None and does(unit, lines[place])
            for unit, place in zip(sent, way, strict=True)
        )
        for way in itertools.permutations(places, len(sent))
    )

    short = still_short(needs, sent)

    assert sum(one.count for one in short) == len(lines) - most
    assert all(0 < one.count <= _asked(one, needs) for one in short)


def _asked(one: Need, needs: tuple[Need, ...]) -> int:
    return sum(need.count for need in needs if replace(need, count=one.count) == one)


@given(
    NEEDS,
    st.lists(st.frozensets(CAPABILITIES, min_size=1), max_size=2),
    st.lists(st.frozensets(CAPABILITIES, min_size=1), max_size=2),
)
def test_who_comes_first_fills_as_many_lines_as_without_those_behind(
    needs: tuple[Need, ...], staying: list[frozenset[str]], coming: list[frozenset[str]]
) -> None:
    alone = {one.filled_by for one in lines_of(needs, staying)} - {None}
    lines = lines_of(needs, [*staying, *coming])

    filled = [one for one in lines if one.filled_by is not None]
    assert alone <= {one.filled_by for one in lines}
    assert all(does([*staying, *coming][one.filled_by or 0], one.need) for one in filled)
    assert len(lines) - len(filled) == sum(
        one.count for one in still_short(needs, [*staying, *coming])
    )
