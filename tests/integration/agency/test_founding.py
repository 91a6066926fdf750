"""The first administrator: made once, with a password that is shown once."""

from typing import Any

from beaconfire_agency.adapters.argon import ArgonPasswords
from beaconfire_agency.adapters.founding import found


async def test_a_second_start_founds_nothing(centre: Any) -> None:
    argon = ArgonPasswords()

    again = await found(
        centre.under_test.ground.database, argon, code="other", division="other", zone="UTC"
    )

    argon.close()
    assert again is None
    bodies = (await centre.administrator.get("/v1/bodies")).json()["items"]
    assert [one["code"] for one in bodies] == ["root"]


async def test_no_password_but_the_one_shown_opens_the_account(centre: Any) -> None:
    for guess in ("admin", "administrator", "password", "beaconfire"):
        answer = await centre.stranger().post(
            "/v1/session", json={"sign_in": "admin", "password": guess}
        )
        assert answer.status_code == 401


async def test_founding_is_on_record(centre: Any) -> None:
    rows = (await centre.administrator.get("/v1/audit")).json()["items"]

    assert (rows[0]["actor"], rows[0]["action"]) == ("system:setup", "authority.found")
