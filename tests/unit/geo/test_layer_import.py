"""A map on its way in: filled once, released once it is ready, lost when nobody checks it."""

import pytest

from beaconfire_geo.domain.layer_import import (
    CheckedMap,
    ImportNotOpen,
    ImportNotReady,
    ImportState,
    LayerImport,
)

OPEN = LayerImport("i1", "grid", "EPSG:4326", "cell", "somebody")
CHECKED = CheckedMap(2, "hash", 0, (("akl", "city"),), {})


def test_a_map_is_filled_once() -> None:
    checking = OPEN.filled()

    assert checking.state is ImportState.CHECKING
    with pytest.raises(ImportNotOpen):
        checking.filled()


def test_what_is_ready_is_released_and_may_be_said_to_be_so_again() -> None:
    ready = OPEN.filled().ready(CHECKED, 7)

    assert (ready.version, ready.checked) == (7, CHECKED)
    assert ready.released().released().state is ImportState.RELEASED


@pytest.mark.parametrize("one", [OPEN, OPEN.filled(), OPEN.refused({"code": "bad_area"})])
def test_what_is_not_ready_is_not_released(one: LayerImport) -> None:
    with pytest.raises(ImportNotReady):
        one.released()


def test_whoever_checks_and_falls_silent_has_lost_it_and_nobody_else_has() -> None:
    assert OPEN.filled().seen(31).state is ImportState.LOST
    assert OPEN.filled().seen(29).state is ImportState.CHECKING
    assert OPEN.seen(3_000).state is ImportState.OPEN
