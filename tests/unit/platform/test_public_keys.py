"""A folder of public keys: nobody signs but by a file of their own, as it is now."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.access import public_keys
from beaconfire_platform.access.allow import EVERYWHERE
from beaconfire_platform.access.public_keys import PublicKeys
from beaconfire_platform.access.subject import Subject
from beaconfire_platform.access.tokens import (
    BadToken,
    KeyUnknown,
    Minter,
    Verifier,
    new_signing_key,
)
from beaconfire_platform.clock import wall_now

GEO = Subject("service:geo", (Grant(Role.SERVICE, BodyId("b"), EVERYWHERE),))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "public"
    made.mkdir()
    (made / "geo.json").write_text("geo's")
    (tmp_path / "outside.json").write_text("somebody's")
    return made


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is looked at whenever it is asked."""
    monkeypatch.setattr(public_keys, "LOOK_AGAIN_S", 0.0)


def test_who_has_a_file_is_known_and_nobody_else(folder: Path) -> None:
    keys = PublicKeys(folder)

    assert keys("geo") == "geo's"
    with pytest.raises(KeyUnknown):
        keys("incident")


@pytest.mark.parametrize(
    "name",
    ["../outside", "..", "", ".", "geo.json", "GEO", "geo\n", "geo\x00", "/etc/passwd", "g" * 4096],
)
def test_a_name_is_never_followed_as_a_path(folder: Path, name: str) -> None:
    with pytest.raises(KeyUnknown):
        PublicKeys(folder)(name)


@given(name=st.text(max_size=80).filter(lambda name: name != "geo"))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_stranger_calls_themselves_opens_nothing(folder: Path, name: str) -> None:
    with pytest.raises(KeyUnknown):
        PublicKeys(folder)(name)


def test_files_whose_names_are_no_services_are_no_keys(folder: Path) -> None:
    for name in ("GEO2.json", "geo.new", f"{'g' * 33}.json", ".json"):
        (folder / name).write_text("x")
    keys = PublicKeys(folder)

    for name in ("GEO2", "g" * 33, ""):
        with pytest.raises(KeyUnknown):
            keys(name)


def test_the_folder_is_looked_at_once_a_second_whoever_is_asked_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = [100.0]
    with monkeypatch.context() as standing:
        standing.setattr(public_keys.time, "monotonic", lambda: moment[0])
        keys = PublicKeys(folder)
        assert keys("geo") == "geo's"
        (folder / "incident.json").write_text("incident's")

        moment[0] += 0.99
        with pytest.raises(KeyUnknown):
            keys("incident")
        moment[0] += 0.02
        assert keys("incident") == "incident's"


@pytest.mark.usefixtures("at_once")
def test_what_cannot_be_read_at_this_moment_stays_as_it_was(folder: Path) -> None:
    keys = PublicKeys(folder)
    assert keys("geo") == "geo's"

    (folder / "geo.json").write_bytes(b"\xff\xfe\xff")
    (folder / "incident.json").write_bytes(b"\xff\xfe\xff")
    assert keys("geo") == "geo's"
    with pytest.raises(KeyUnknown):
        keys("incident")

    folder.rename(folder.with_name("away"))
    assert keys("geo") == "geo's"


@pytest.mark.usefixtures("at_once")
def test_whose_file_is_taken_away_signs_nothing_any_more(folder: Path) -> None:
    keys = PublicKeys(folder)
    assert keys("geo")

    (folder / "geo.json").unlink()

    with pytest.raises(KeyUnknown):
        keys("geo")


@pytest.mark.usefixtures("at_once")
def test_a_key_that_is_changed_ends_the_tokens_of_the_one_before(folder: Path) -> None:
    before, after = (Minter(new_signing_key(), name="geo") for _ in range(2))
    (folder / "geo.json").write_text(before.public_key)
    verifier = Verifier(PublicKeys(folder))
    old, new = before.mint(GEO, now=wall_now()), after.mint(GEO, now=wall_now())
    assert verifier.subject(old).id == "service:geo"
    with pytest.raises(BadToken):
        verifier.subject(new)

    (folder / "geo.json").write_text(after.public_key)

    assert verifier.subject(new).id == "service:geo"
    with pytest.raises(BadToken):
        verifier.subject(old)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("held", ["", "{", "[]", '{"kty": "OKP"}', '"text"'])
def test_a_file_that_holds_no_key_opens_nothing(folder: Path, held: str) -> None:
    (folder / "geo.json").write_text(held)
    token = Minter(new_signing_key(), name="geo").mint(GEO, now=wall_now())

    with pytest.raises(BadToken):
        Verifier(PublicKeys(folder)).subject(token)
