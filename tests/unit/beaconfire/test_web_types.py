"""The pages' types are the contracts, in the form in which JSON carries them."""

import re
from pathlib import Path

import pytest

from beaconfire import web_types
from beaconfire_contracts.facts import FACTS

WRITTEN = web_types.typescript()


def test_every_fact_has_its_type_under_its_name_on_the_wire() -> None:
    for name, spec in FACTS.items():
        assert f'readonly "{name}": {spec.factclass.__name__};' in WRITTEN
        assert f"export interface {spec.factclass.__name__} {{" in WRITTEN


def test_a_type_that_is_used_is_declared() -> None:
    declared = set(re.findall(r"export (?:interface|type) (\w+)", WRITTEN))
    used = set(re.findall(r"(?:: |\| |readonly |\()([A-Z]\w+)", WRITTEN))

    assert used <= declared, used - declared


def test_names_are_declared_once() -> None:
    declared = re.findall(r"export (?:interface|type) (\w+)", WRITTEN)

    assert len(declared) == len(set(declared))


def test_a_frame_carries_the_mark_by_which_it_is_known() -> None:
    assert 'export interface ChangeFrame {\n  readonly t: "change";\n' in WRITTEN


def test_words_optional_values_and_lists_keep_their_form() -> None:
    assert '  "walk_in",\n' in WRITTEN
    assert "readonly point: Point | null;" in WRITTEN
    assert "readonly ring: readonly Point[];" in WRITTEN
    assert "readonly data: { readonly [name: string]: unknown };" in WRITTEN
    assert "readonly opened_at: Moment;" in WRITTEN


def test_a_stale_file_is_noticed_and_a_fresh_one_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert web_types.main(["--check"]) == 1
    assert "stale" in capsys.readouterr().err

    assert web_types.main([]) == 0
    assert web_types.main(["--check"]) == 0
