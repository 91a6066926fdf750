"""New ids are UUIDv7, unique and roughly in the order of making."""

from beaconfire_contracts.ids import is_id
from beaconfire_platform.ids import new_id


def test_a_new_id_is_a_lowercase_uuid_of_version_seven() -> None:
    one = new_id()

    assert is_id(one)
    assert one[14] == "7"
    assert one[19] in "89ab"


def test_ten_thousand_ids_are_unique_and_grow_with_the_millisecond() -> None:
    many = [new_id() for _ in range(10_000)]

    assert len(set(many)) == len(many)
    assert [one[:13] for one in many] == sorted(one[:13] for one in many)


def test_capital_letters_and_other_forms_are_no_ids() -> None:
    assert not is_id(new_id().upper())
    assert not is_id("1")
    assert not is_id(new_id() + "0")
