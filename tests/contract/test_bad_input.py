"""Bad input never breaks a service: it is refused by name, at its place, at once, and costs little.

One node for all of it: after each table it is ready, has logged no error and grew by little.
"""

import json
import secrets
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest

from beaconfire_testkit.node import PATIENCE_S, NodeFolder, NodeProcess

from .bad_bodies import (
    JSON_BUT_NO_REPORT,
    NO_JSON,
    NOWHERE,
    REPORTS,
    SHAPES,
    SQUARE,
    Bad,
    report,
)

pytestmark = pytest.mark.usefixtures("unharmed")

ANSWER_S_MAX: Final = 2.0
PROBLEM: Final = "application/problem+json"


@dataclass
class People:
    """Clients of one node: the administrator, a shift leader, a unit's crew, a stranger."""

    admin: httpx.Client
    lena: httpx.Client
    crew: httpx.Client
    nobody: httpx.Client


@pytest.fixture(scope="module")
def people(folder: NodeFolder, node: NodeProcess) -> Generator[People]:
    def client(token: str | None) -> httpx.Client:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return httpx.Client(
            base_url=node.origin, headers=headers, timeout=PATIENCE_S, trust_env=False
        )

    with (
        client(None) as nobody,
        client(folder.token("admin")) as admin,
        client(folder.token("lena")) as lena,
        client(folder.token(_a_crew(admin))) as crew,
    ):
        yield People(admin, lena, crew, nobody)


def _refused(answer: httpx.Response, expected: Bad) -> None:
    assert answer.status_code == expected.status, answer.text[:500]
    assert answer.headers["content-type"] == PROBLEM
    told = answer.json()
    assert told["code"] == expected.code, told
    assert told.get("pointer") == expected.pointer, told
    assert told["trace_id"] == answer.headers["x-correlation-id"]
    assert len(told.get("detail", "")) <= 200
    assert answer.elapsed.total_seconds() < ANSWER_S_MAX


def _post(client: httpx.Client, path: str, body: Any, **headers: str) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(
        path, content=content, headers={"Content-Type": "application/json", **headers}
    )


@pytest.mark.parametrize("bad", REPORTS, ids=lambda bad: bad.row)
def test_a_report_that_cannot_be_right_is_refused_at_its_place(people: People, bad: Bad) -> None:
    _refused(_post(people.lena, "/v1/reports", bad.body), bad)


def test_what_is_no_json_is_never_read_as_some(people: People) -> None:
    for body in NO_JSON:
        _refused(_post(people.lena, "/v1/reports", body), Bad("", body, 400, "unreadable_json"))


def test_what_is_json_is_read_and_refused_by_its_shape(people: People) -> None:
    for body in JSON_BUT_NO_REPORT:
        answer = _post(people.lena, "/v1/reports", body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), body


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", "text/json"])
def test_json_comes_as_json_or_not_at_all(people: People, media: str) -> None:
    answer = people.lena.post(
        "/v1/reports", content=json.dumps(report()), headers={"Content-Type": media}
    )

    _refused(answer, Bad("J13", None, 415, "unsupported_media"))


def test_a_compressed_body_is_refused_unread(people: People) -> None:
    answer = _post(people.lena, "/v1/reports", b"\x1f\x8b" * 1_000, **{"Content-Encoding": "gzip"})

    _refused(answer, Bad("H13", None, 415, "content_encoding"))


def test_words_that_mean_something_elsewhere_are_only_words_here(people: People) -> None:
    words = '<script>alert(1)</script> {{7*7}} =HYPERLINK("x") %n%s \'; DROP TABLE incident; --'

    made = _post(people.lena, "/v1/reports", report(text=words)).json()
    read = people.lena.get(f"/v1/reports/{made['report_id']}")

    assert read.json()["text"] == words
    assert read.headers["content-type"] == "application/json"
    assert read.headers["x-content-type-options"] == "nosniff"


def test_letters_of_several_parts_are_stored_in_one_form(people: People) -> None:
    made = _post(people.lena, "/v1/reports", report(text="cafe\u0301")).json()

    assert people.lena.get(f"/v1/reports/{made['report_id']}").json()["text"] == "caf\u00e9"


def test_more_decimals_than_a_receiver_has_are_rounded(people: People) -> None:
    body = report(position={"lon": 174.7633311122233344455, "lat": -36.8485000000000001})

    made = _post(people.lena, "/v1/reports", body).json()
    position = people.lena.get(f"/v1/reports/{made['report_id']}").json()["position"]

    assert (position["lon"], position["lat"]) == (174.7633311, -36.8485)


@pytest.mark.parametrize("bad", SHAPES, ids=lambda bad: bad.row)
def test_a_shape_that_cannot_be_used_is_refused_with_its_place(people: People, bad: Bad) -> None:
    kind, coordinates = bad.body

    answer = people.admin.put("/v1/layers/test", json=_layer(kind, coordinates))

    _refused(answer, bad._replace(pointer="/features/0/geometry"))


def test_shapes_of_other_kinds_are_refused(people: People) -> None:
    nested: dict[str, Any] = {"type": "Point", "coordinates": [174.0, -37.0]}
    for _ in range(200):
        nested = {"type": "GeometryCollection", "geometries": [nested]}
    layer = _layer("Polygon", [SQUARE])
    layer["features"][0]["geometry"] = nested

    answer = people.admin.put("/v1/layers/test", json=layer)

    assert (answer.status_code, answer.json()["pointer"]) == (422, "/features/0/geometry/type")


def test_a_large_body_is_read_only_from_whoever_may_send_it(people: People) -> None:
    large = b"[" * 8_000_000
    headers = {"Content-Type": "application/json"}

    assert people.nobody.put("/v1/layers/x", content=large, headers=headers).status_code == 401
    assert people.lena.put("/v1/layers/x", content=large, headers=headers).status_code == 403
    assert people.admin.put("/v1/layers/x", content=large, headers=headers).status_code == 400


@pytest.mark.parametrize(
    ("path", "status", "pointer"),
    [
        ("/v1/cells?lon=nan&lat=0", 422, "/lon"),
        ("/v1/cells?lon=174&lat=174", 422, "/lat"),
        ("/v1/cells?lon=174", 422, "/lat"),
        ("/v1/incidents?bbox=1,2,3", 422, "/bbox"),
        ("/v1/incidents?bbox=nan,1,2,3", 422, "/bbox"),
        ("/v1/incidents?bbox=1,3,2,1", 422, "/bbox"),
        ("/v1/incidents?limit=100000", 422, "/limit"),
        ("/v1/incidents?cursor=-1", 422, "/cursor"),
        ("/v1/incidents?cursor=99999999999999999999", 422, "/cursor"),
        ("/v1/incidents?division='%20or%201=1", 422, "/division"),
        ("/v1/incidents?since=2026-01-01", 422, "/since"),
        ("/v1/incidents?nonsense=1", 422, "/nonsense"),
        ("/v1/incidents/%00", 422, "/incident_id"),
        ("/v1/incidents/..%2f..%2fetc%2fpasswd", 404, None),
        (f"/v1/incidents/{NOWHERE}", 404, None),
        ("/v1/incidents/not-an-id", 422, "/incident_id"),
        ("/v1/layers/grid?level=cell&cursor=%00", 422, "/cursor"),
        ("/v1/positions?cursor=%00", 422, "/cursor"),
        (f"/v1/units/{NOWHERE}/track?from=x&to=y", 422, "/from"),
        ("/v1/tracking/%00", 422, "/code"),
        ("/v1/artefacts/..%2f..%2fkeys", 404, None),
        ("/assets/%00", 404, None),
        ("/assets/..%2f..%2f..%2fetc%2fpasswd", 404, None),
        ("/docs/none", 404, None),
        ("/debug", 404, None),
        ("/__proto__", 404, None),
    ],
)
def test_a_question_that_cannot_be_right_is_refused_at_its_place(
    people: People, path: str, status: int, pointer: str | None
) -> None:
    answer = people.lena.get(path)

    assert answer.status_code == status, answer.text[:300]
    assert answer.headers["content-type"] == PROBLEM
    assert answer.json().get("pointer") == pointer


def test_a_box_of_the_whole_world_is_a_page_like_any_other(people: People) -> None:
    whole = people.lena.get("/v1/incidents", params={"bbox": "-180,-90,180,90", "limit": 2})
    point = people.lena.get("/v1/incidents", params={"bbox": "0,0,0,0"})

    assert len(whole.json()["items"]) <= 2
    assert point.json()["items"] == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"fixes": []}, "/fixes"),
        ({"fixes": [{}]}, "/fixes/0/unit_id"),
        ({"fixes": [{"unit_id": NOWHERE, "lon": 1, "lat": 1}] * 1_001}, "/fixes"),
        ({"fixes": [{"unit_id": NOWHERE, "lon": 181, "lat": 1}]}, "/fixes/0/lon"),
        (
            {"fixes": [{"unit_id": NOWHERE, "lon": 1, "lat": 1, "observed_at": "2026-01-01T00:00Z",
                        "heading_deg": 360}]},
            "/fixes/0/heading_deg",
        ),
    ],
)  # fmt: skip
def test_a_batch_of_positions_is_right_or_refused_whole(
    people: People, body: dict[str, Any], pointer: str
) -> None:
    answer = people.crew.post("/v1/positions", json=body)

    assert (answer.status_code, answer.json()["pointer"]) == (422, pointer), answer.text[:300]


def test_a_key_that_cannot_be_one_is_refused(people: People) -> None:
    for key in ("x" * 256, "x" * 10_000, "a\tb", "kéy"):
        answer = people.lena.post(
            "/v1/reports", json=report(), headers=[(b"Idempotency-Key", key.encode("latin-1"))]
        )
        _refused(answer, Bad("D6", None, 422, "invalid", "/idempotency-key"))


def test_the_same_key_gives_the_same_answer_and_never_another_effect(people: People) -> None:
    key = {"Idempotency-Key": secrets.token_hex(8)}
    body = report(text="water in the cellar")

    first = _post(people.lena, "/v1/reports", body, **key)
    again = _post(people.lena, "/v1/reports", body, **key)
    other = _post(people.lena, "/v1/reports", report(text="something else"), **key)

    assert (again.status_code, again.json()["report_id"]) == (201, first.json()["report_id"])
    assert again.headers["idempotency-replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")


def test_an_incident_is_not_merged_into_itself(people: People) -> None:
    made = _post(people.lena, "/v1/reports", report(text="one of its own kind")).json()
    incident = made["incident_id"]

    answer = _post(people.lena, f"/v1/incidents/{incident}/merge", {"into": incident})

    assert answer.status_code == 422
    assert answer.headers["content-type"] == PROBLEM


def test_a_version_that_is_none_is_refused(people: People) -> None:
    made = _post(people.lena, "/v1/reports", report(text="seen by two desks at once")).json()
    path = f"/v1/incidents/{made['incident_id']}/handle"

    for given in ("abc", "*", '"1" ,"2"', "9" * 40):
        answer = _post(people.lena, path, {}, **{"If-Match": given})
        _refused(answer, Bad("", None, 422, "bad_version", "/if-match"))
    stale = _post(people.lena, path, {"version": 2**40})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")


def test_a_unit_that_is_nobody_s_and_one_named_twice_are_not_ordered(people: People) -> None:
    made = _post(people.lena, "/v1/reports", report(text="units that are none")).json()
    unit = people.lena.get("/v1/units", params={"limit": 1}).json()["items"][0]["id"]
    path = f"/v1/incidents/{made['incident_id']}/dispatch"

    unknown = _post(people.lena, path, {"unit_ids": [NOWHERE]})
    twice = _post(people.lena, path, {"unit_ids": [unit, unit]})
    none = _post(people.lena, path, {"unit_ids": []})

    _refused(unknown, Bad("", None, 422, "unknown_unit", "/unit_ids/0"))
    _refused(twice, Bad("", None, 422, "same_unit_twice", "/unit_ids"))
    _refused(none, Bad("", None, 422, "invalid", "/unit_ids"))


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Basic YTpi", "Bearer x", "Bearer bfk_x", "Bearer a.b.c", "bearer é"],
)
def test_a_token_that_is_none_opens_nothing(people: People, authorization: str) -> None:
    answer = people.nobody.get(
        "/v1/clock", headers=[(b"Authorization", authorization.encode("latin-1"))]
    )

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.headers["content-type"] == PROBLEM


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"sign_in": "a\x00b", "password": "x"}, 422, "/sign_in"),
        ({"sign_in": "a", "password": "x" * 1_000_000}, 422, "/password"),
        ({"sign_in": "", "password": "x"}, 422, "/sign_in"),
        ({"sign_in": "admin", "password": ""}, 422, "/password"),
        ({"sign_in": "admin", "password": "admin"}, 401, None),
        ({"sign_in": "nobody", "password": "x\x00"}, 401, None),
    ],
)
def test_whoever_signs_in_wrongly_learns_nothing(
    people: People, body: dict[str, str], status: int, pointer: str | None
) -> None:
    answer = people.nobody.post("/v1/session", json=body)

    assert (answer.status_code, answer.json().get("pointer")) == (status, pointer)
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("password", "code"),
    [("short", "password_too_short"), ("password1234", "password_known")],
)
def test_a_password_that_others_know_is_refused(people: People, password: str, code: str) -> None:
    me = people.admin.get("/v1/session").json()["person"]
    body = {"sign_in": "ravi", "name_zh": "拉", "name_en": "Ravi", "body": me["body"],
            "password": password}  # fmt: skip

    _refused(_post(people.admin, "/v1/people", body), Bad("A10", None, 422, code, "/password"))


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {},
    ],
)
def test_a_page_of_another_site_does_nothing_in_somebody_s_name(
    people: People, node: NodeProcess, headers: dict[str, str]
) -> None:
    cookie = {"Cookie": f"__Host-beaconfire={secrets.token_urlsafe(32)}"}

    answer = people.nobody.post("/v1/reports", json=report(), headers={**cookie, **headers})
    own = people.nobody.post(
        "/v1/reports", json=report(), headers={**cookie, "Origin": node.origin}
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")
    assert own.status_code == 401


def test_what_a_client_says_of_its_own_address_is_not_believed(people: People) -> None:
    forged = {"X-Forwarded-For": "127.0.0.1", "Forwarded": "for=1.2.3.4", "X-User": "admin"}

    assert people.nobody.get("/v1/clock", headers=forged).status_code == 401
    assert people.nobody.get("/metrics", headers=forged).status_code == 401
    assert people.nobody.get("/metrics").status_code == 200


def _layer(kind: str, coordinates: Any) -> dict[str, Any]:
    feature = {
        "type": "Feature",
        "properties": {"code": "a", "level": "city", "name_zh": "甲", "name_en": "A"},
        "geometry": {"type": kind, "coordinates": coordinates},
    }
    return {"type": "FeatureCollection", "crs": "EPSG:4326", "features": [feature]}


def _a_crew(admin: httpx.Client) -> str:
    """Who signs in as the crew of some unit."""
    cursor: str | None = None
    while True:
        asked = {"limit": 500} | ({} if cursor is None else {"cursor": cursor})
        page = admin.get("/v1/people", params=asked).json()
        for person in page["items"]:
            if any(grant["unit_id"] for grant in person["grants"]):
                return person["sign_in"]
        cursor = page["next"]
        assert cursor is not None
