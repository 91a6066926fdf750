"""What agency's schemas refuse before anything else looks at it."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from beaconfire_agency.entrypoints.schemas import (
    BodyIn,
    GrantIn,
    PersonIn,
    SeatIn,
    SignInIn,
    TokenIn,
)

AN_ID = "01a20d5b-c61e-7871-8c1e-d7b2c5fd741d"
BODY = {
    "code": "akl",
    "kind": "centre",
    "level": "city",
    "name_zh": "中心",
    "name_en": "Centre",
    "division": "akl.north",
    "zone": "Pacific/Auckland",
}
GRANT = {"role": "viewer", "body": AN_ID, "reach": "akl"}


@pytest.mark.parametrize(
    "reach", ["", "p1.c3.*", "a..b", ".a", "a.", "**", "a b", "a';drop", "a%", "a\n"]
)
def test_a_reach_is_a_path_of_codes_or_everywhere(reach: str) -> None:
    with pytest.raises(ValidationError):
        GrantIn.model_validate_json(json.dumps(GRANT | {"reach": reach}))


@pytest.mark.parametrize("reach", ["*", "akl", "p1.c3", "a-1.b_2.c:3"])
def test_paths_of_codes_and_everywhere_pass(reach: str) -> None:
    assert GrantIn.model_validate_json(json.dumps(GRANT | {"reach": reach})).reach == reach


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "Mars/Olympus"},
        {"division": ""},
        {"division": "*"},
        {"kind": "circus"},
        {"territorial_parent": "x"},
        {"name_en": "a\u202eb"},
        {"extra": 1},
        {"matters": ["x"] * 101},
    ],
)
def test_a_body_is_refused_with_any_wrong_member(wrong: dict[str, Any]) -> None:
    assert BodyIn.model_validate_json(json.dumps(BODY)).code == "akl"
    with pytest.raises(ValidationError):
        BodyIn.model_validate_json(json.dumps(BODY | wrong))


def test_nobody_registers_a_second_pool() -> None:
    with pytest.raises(ValidationError):
        SeatIn.model_validate_json(json.dumps({"code": "P", "kind": "pool", "body": AN_ID}))


def test_a_megabyte_is_no_password() -> None:
    with pytest.raises(ValidationError):
        SignInIn(sign_in="mei", password="x" * 1_000_000)


def test_a_persons_sign_in_name_is_plain() -> None:
    person = {"name_zh": "梅", "name_en": "Mei", "body": AN_ID, "sign_in": "Mei"}

    with pytest.raises(ValidationError):
        PersonIn.model_validate_json(json.dumps(person))


def test_a_tokens_end_has_a_zone() -> None:
    token = {"person_id": AN_ID, "name": "t"}

    with pytest.raises(ValidationError):
        TokenIn.model_validate_json(json.dumps(token | {"expires_at": "2027-01-01T00:00:00"}))
    assert TokenIn.model_validate_json(json.dumps(token | {"expires_at": "2027-01-01T00:00:00Z"}))
