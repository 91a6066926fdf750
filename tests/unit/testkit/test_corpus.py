"""The corpus only grows: what is added stays, whatever was changed by hand is noticed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import pytest

from beaconfire_contracts.facts import FACTS
from beaconfire_contracts.shared_events import SHARED_EVENTS
from beaconfire_testkit import corpus
from beaconfire_testkit.corpus import FACTCLASSES, KEPT_IN, MANIFEST, Corpus, Told

NAME: Final = "beaconfire.geo.zone-lifted.v1"
OTHER: Final = "beaconfire.geo.zone-declared.v1"


@dataclass(frozen=True, slots=True)
class _Lifted:
    """A fact as it was on its first day: the real one grows, this one stays."""

    zone_id: str
    lifted_at: datetime


@dataclass(frozen=True, slots=True)
class _Grown:
    """The same with a field more that has a default."""

    zone_id: str
    lifted_at: datetime
    by: str | None = None


@dataclass(frozen=True, slots=True)
class _Retyped:
    """The same with its moment as any text."""

    zone_id: str
    lifted_at: str


@dataclass(frozen=True, slots=True)
class _Shrunk:
    """The same without its moment."""

    zone_id: str


TWO: Final[Told] = {NAME: _Lifted, OTHER: FACTCLASSES[OTHER]}


def _as(factclass: type) -> Told:
    return {**TWO, NAME: factclass}


@pytest.fixture
def kept(tmp_path: Path) -> Corpus:
    made = Corpus(tmp_path)
    made.add(TWO)
    return made


def test_what_is_kept_is_whole_and_is_not_written_twice(kept: Corpus, tmp_path: Path) -> None:
    before = {file: file.read_bytes() for file in tmp_path.rglob("*.json")}

    assert kept.add(TWO) == []
    assert {file: file.read_bytes() for file in tmp_path.rglob("*.json")} == before
    assert (kept.tampering(), kept.breaches(TWO), kept.lacking(TWO)) == ([], [], [])
    assert [(one.name, one.number) for one in kept.kept()] == [(OTHER, 1), (NAME, 1)]


def test_a_fact_is_kept_in_all_the_ways_in_which_it_can_be_written(kept: Corpus) -> None:
    (declared,) = kept.shapes()[OTHER]
    (lifted,) = kept.shapes()[NAME]

    assert declared.examples["whole"]["incident_id"]
    assert len(declared.examples["whole"]["ring"]) == 1
    assert declared.examples["least"]["incident_id"] is None
    assert "incident_id" not in declared.examples["bare"]
    assert set(lifted.examples) == {"whole"}


def test_a_type_without_a_file_is_lacking(kept: Corpus) -> None:
    lacking = kept.lacking(FACTCLASSES)

    assert lacking == [one for one in FACTS if one != OTHER]


@pytest.mark.parametrize("factclass", [_Shrunk, _Retyped])
def test_a_type_that_lost_or_retyped_a_field_is_named(kept: Corpus, factclass: type) -> None:
    (breach,) = kept.breaches(_as(factclass))

    assert breach.startswith(f"{NAME}.lifted_at")
    assert "new major" in breach


def test_a_type_that_was_taken_back_is_named(kept: Corpus) -> None:
    assert kept.breaches({OTHER: TWO[OTHER]}) == [f"{NAME} is told no more"]


def test_a_shape_that_grew_is_kept_beside_the_old_one(kept: Corpus, tmp_path: Path) -> None:
    old = (tmp_path / NAME / "1.json").read_bytes()

    assert kept.breaches(_as(_Grown)) == []
    assert kept.lacking(_as(_Grown)) == [NAME]
    assert kept.add(_as(_Grown)) == [f"{NAME}/2.json"]

    assert (tmp_path / NAME / "1.json").read_bytes() == old
    first, second = kept.shapes()[NAME]
    assert first.shape != second.shape
    assert second.examples["bare"] == first.examples["whole"]
    assert second.examples["least"] == {**first.examples["whole"], "by": None}
    assert (kept.tampering(), kept.lacking(_as(_Grown))) == ([], [])


def test_a_field_that_came_later_may_not_go_again(kept: Corpus) -> None:
    kept.add(_as(_Grown))

    (breach,) = kept.breaches(TWO)

    assert breach.startswith(f"{NAME}.by is gone (against 2.json)")


def _change(folder: Path) -> str:
    file = folder / NAME / "1.json"
    file.write_text(file.read_text(encoding="utf-8").replace("a.b", "a.c"), encoding="utf-8")
    return f"{NAME}/1.json was changed"


def _remove(folder: Path) -> str:
    (folder / NAME / "1.json").unlink()
    return f"{NAME}/1.json is gone"


def _slip_in(folder: Path) -> str:
    text = (folder / NAME / "1.json").read_text(encoding="utf-8")
    (folder / NAME / "2.json").write_text(text, encoding="utf-8")
    return f"{NAME}/2.json is not in {MANIFEST}"


@pytest.mark.parametrize("fault", [_change, _remove, _slip_in])
def test_a_planted_fault_in_a_file_is_noticed(
    kept: Corpus, tmp_path: Path, fault: Callable[[Path], str]
) -> None:
    assert kept.tampering() == []

    said = fault(tmp_path)

    assert kept.tampering() == [said]


@pytest.mark.parametrize("folder", KEPT_IN, ids=str)
def test_the_tool_adds_what_is_lacking_and_refuses_once_something_was_touched(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)

    assert corpus.main() == 0
    assert len(capsys.readouterr().out.splitlines()) == len(FACTS) + len(SHARED_EVENTS)
    assert corpus.main() == 0
    assert capsys.readouterr().out == ""

    file = f"{min(KEPT_IN[folder])}/1.json"
    (tmp_path / folder / file).unlink()
    assert corpus.main() == 1
    assert f"{file} is gone" in capsys.readouterr().err
    assert not (tmp_path / folder / file).exists()
