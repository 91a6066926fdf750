"""People over HTTP: registering, granting, revoking; nobody gives more than they reach."""

from typing import Any


async def test_somebody_registered_can_sign_in_and_a_repeat_keeps_their_password(
    centre: Any,
) -> None:
    body = await centre.body("akl", "akl")
    first = await centre.person("mei", body, "dispatcher")

    again = await centre.person("mei", body, "dispatcher", password="another long password")

    assert again == first
    await centre.signed_in("mei")


async def test_a_known_password_is_refused_and_says_where(centre: Any) -> None:
    body = await centre.body("akl", "akl")
    asked = {
        "sign_in": "mei",
        "name_zh": "梅",
        "name_en": "Mei",
        "body": body["id"],
        "password": "password1234",
    }

    answer = await centre.administrator.post("/v1/people", json=asked)

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "password_known")
    assert problem["pointer"] == "/password"


async def test_names_are_shown_as_text_whatever_they_look_like(centre: Any) -> None:
    body = await centre.body("akl", "akl")
    name = "<script>{{7*7}}=HYPERLINK() %n%s '; DROP"

    person = await centre.person("mei", body, name_en=name)

    assert person["name_en"] == name


async def test_grants_taken_away_take_effect_in_the_open_session(centre: Any) -> None:
    body = await centre.body("akl", "akl")
    person = await centre.person("mei", body, "dispatcher")
    mei = await centre.signed_in("mei")
    assert (await mei.get("/v1/seats")).status_code == 200

    viewer = {"role": "viewer", "body": body["id"], "reach": "akl"}
    await centre.administrator.post(f"/v1/people/{person['id']}/grants", json={"grants": [viewer]})

    assert (await mei.get("/v1/seats")).status_code == 403
    assert (await mei.get("/v1/bodies")).status_code == 200


async def test_whoever_is_revoked_is_out_and_disabled_stays_out(centre: Any) -> None:
    body = await centre.body("akl", "akl")
    person = await centre.person("mei", body, "dispatcher")
    mei = await centre.signed_in("mei")

    path = f"/v1/people/{person['id']}/revoke"
    await centre.administrator.post(path, json={})
    assert (await mei.get("/v1/session")).status_code == 401
    await centre.signed_in("mei")

    await centre.administrator.post(path, json={"disable": True})
    answer = await centre.stranger().post(
        "/v1/session", json={"sign_in": "mei", "password": "a lantern on the wall"}
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_credentials")


async def test_people_elsewhere_are_not_there(centre: Any) -> None:
    north, south = await centre.body("north", "akl.north"), await centre.body("south", "akl.south")
    await centre.person("local", north, "administrator")
    other = await centre.person("other", south, "dispatcher")
    local = await centre.signed_in("local")

    shown = (await local.get("/v1/people")).json()["items"]
    answers = [
        await local.post(f"/v1/people/{other['id']}/{verb}", json=body)
        for verb, body in (
            ("revoke", {}),
            ("grants", {"grants": []}),
            ("password", {"password": "a lantern on the hill"}),
        )
    ]

    assert [one["sign_in"] for one in shown] == ["local"]
    assert [one.status_code for one in answers] == [404, 404, 404]


async def test_an_idempotent_registration_is_replayed(centre: Any) -> None:
    body = await centre.body("akl", "akl")
    asked = {"sign_in": "mei", "name_zh": "梅", "name_en": "Mei", "body": body["id"]}
    key = {"Idempotency-Key": "register-mei"}

    first = await centre.administrator.post("/v1/people", json=asked, headers=key)
    again = await centre.administrator.post("/v1/people", json=asked, headers=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.content == first.content
