"""Nobody is sent inside the stand-off, wherever on earth it is and however uncertain the place."""

from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.places import Point
from beaconfire_dispatch.domain.stand_off import keep_away_m, point_away, stand_off_m
from beaconfire_spatial.geometry import LonLat, distance_m


def test_fire_hazmat_and_violence_have_a_stand_off_whatever_their_card_says() -> None:
    for code in ("fire.dwelling", "fire", "hazmat.leak", "police.assault", "police.armed"):
        assert stand_off_m(0.0, code) >= 100.0
    assert stand_off_m(300.0, "hazmat.leak") == 300.0
    assert stand_off_m(0.0, "city.tree-down") == stand_off_m(0.0, None) == 0.0
    assert stand_off_m(0.0, "firework.show") == 0.0


@given(
    st.floats(-180, 180), st.floats(-80, 80), st.floats(1, 5_000),
    st.none() | st.floats(0, 1_000),
)  # fmt: skip
def test_the_place_is_outside_of_wherever_it_may_be(
    lon: float, lat: float, metres: float, uncertainty_m: float | None
) -> None:
    there = point_away(Point(lon, lat), keep_away_m(metres, uncertainty_m))

    away = distance_m(LonLat(lon, lat), LonLat(there.lon, there.lat))
    assert away >= metres + (uncertainty_m or 0.0)
