"""The demo's people: no two alike, nobody with more than their work asks for."""

from beaconfire.demo.cast import BODIES, CALLERS, CENTRE, DESK, DESKS, SEATS
from beaconfire_contracts.vocabulary import Role, SeatKind


def test_everybody_has_a_name_of_their_own_in_both_languages() -> None:
    everybody = (*DESKS, CALLERS, DESK)

    assert len({one.sign_in for one in everybody}) == len(everybody)
    assert all(not one.name_zh.isascii() and one.name_en.isascii() for one in everybody)


def test_nobody_at_a_desk_is_an_administrator() -> None:
    assert Role.ADMINISTRATOR not in {one.role for one in (*DESKS, CALLERS, DESK)}


def test_there_is_one_centre_and_a_seat_for_everybody_who_works_there() -> None:
    assert [one for one in BODIES if one.kind == "centre"] == [CENTRE]
    assert len({code for code, _ in SEATS}) == len(SEATS) >= len(DESKS)
    assert SeatKind.POOL not in {kind for _, kind in SEATS}
