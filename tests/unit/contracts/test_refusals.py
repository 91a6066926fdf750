"""Refusals are named by meaning, carry their message, and have a stable code."""

import re

import pytest

from beaconfire_contracts import refusals
from beaconfire_contracts.refusals import Conflict, Invalid, Refusal, UnitTaken

KINDS = {
    "invalid",
    "not_found",
    "conflict",
    "forbidden",
    "unauthenticated",
    "too_many",
    "unavailable",
}
ALL = [one for one in vars(refusals).values() if isinstance(one, type) and issubclass(one, Refusal)]


@pytest.mark.parametrize("refusal", [one for one in ALL if one is not Refusal])
def test_a_refusal_has_a_kind_a_code_and_its_docstring_as_message(refusal: type[Refusal]) -> None:
    said = refusal()

    assert said.kind in KINDS
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", said.code)
    assert str(said) == said.detail == refusal.__doc__


def test_the_codes_of_the_contracts_are_public_and_do_not_change() -> None:
    assert {one.code for one in ALL} == {
        *("refused", "invalid", "not_found", "conflict", "forbidden", "unauthenticated"),
        *("too_many", "unavailable", "stale_version", "stale_fence", "unit_taken"),
    }


def test_a_refusal_of_a_service_is_named_by_its_class() -> None:
    class LayerInUse(Conflict):
        """The layer is in force."""

    assert LayerInUse.code == "layer_in_use"
    assert LayerInUse().kind == "conflict"


def test_a_refusal_may_name_its_own_code() -> None:
    class Odd(Invalid):
        """Odd."""

        code = "strange"

    assert Odd.code == "strange"


def test_what_was_refused_is_told_by_pointer_and_fields() -> None:
    said = UnitTaken("A07 is on 1042", pointer="/unit_ids/0", holder="1042")

    assert (said.detail, said.pointer, said.fields) == (
        "A07 is on 1042",
        "/unit_ids/0",
        {"holder": "1042"},
    )


def test_only_what_may_succeed_by_itself_is_retriable() -> None:
    assert {one.code for one in ALL if one.retriable} == {"too_many", "unavailable"}
