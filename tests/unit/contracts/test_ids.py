"""An id has one form: a lowercase UUID of RFC 9562."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.ids import is_id

AN_ID = "01a20d5b-c61e-7871-8c1e-d7b2c5fd741d"


@given(st.uuids(version=4))
def test_every_lowercase_uuid_is_an_id(one: uuid.UUID) -> None:
    assert is_id(str(one))


@pytest.mark.parametrize(
    "text",
    [
        "",
        AN_ID.upper(),
        AN_ID + "\n",
        " " + AN_ID,
        AN_ID.replace("-", ""),
        "{" + AN_ID + "}",
        "urn:uuid:" + AN_ID,
        "01a20d5b-c61e-7871-8c1e-d7b2c5fd741",
        "01a20d5b-c61e-9871-8c1e-d7b2c5fd741d",
        "01a20d5b-c61e-7871-0c1e-d7b2c5fd741d",
        "０1a20d5b-c61e-7871-8c1e-d7b2c5fd741d",
    ],
)
def test_every_other_form_is_not(text: str) -> None:
    assert not is_id(text)
