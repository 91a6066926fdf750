"""The version that a caller saw, the type that they name, the seat that they work at."""

import pytest

from beaconfire_contracts.vocabulary import Role
from beaconfire_incident.entrypoints.admitting import (
    BadVersion,
    NoSeat,
    UnknownType,
    check_type,
    seen_version,
    working_seat,
)
from beaconfire_testkit.service import a_subject

from .tales import CATALOGUE


@pytest.mark.parametrize(
    ("body", "header", "seen"),
    [(None, None, None), (4, None, 4), (4, '"9"', 4), (None, '"9"', 9), (None, 'W/"9"', 9)],
)
def test_the_body_counts_before_if_match(
    body: int | None, header: str | None, seen: int | None
) -> None:
    assert seen_version(body, header) == seen


@pytest.mark.parametrize("header", ["", "*", '"x"', "-1", "９", "9" * 16])
def test_an_if_match_that_names_no_version_is_refused(header: str) -> None:
    with pytest.raises(BadVersion):
        seen_version(None, header)


def test_a_type_is_one_of_ours_or_none() -> None:
    check_type(CATALOGUE, None)
    check_type(CATALOGUE, "fire.structure")
    with pytest.raises(UnknownType) as refused:
        check_type(CATALOGUE, "fire")
    assert refused.value.pointer == "/type"


def test_who_sits_nowhere_has_no_working_seat() -> None:
    assert working_seat(a_subject(Role.DISPATCHER, seat="s")) == "s"
    with pytest.raises(NoSeat):
        working_seat(a_subject(Role.DISPATCHER))
