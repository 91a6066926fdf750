"""Levels are data: those of this build, those of a place of its own, and files that hold none."""

from pathlib import Path

import pytest

from beaconfire_geo.adapters.levels import load_levels
from beaconfire_geo.domain.levels import (
    LEVELS_MAX,
    Kind,
    Level,
    Levels,
    Shape,
    UnknownKind,
    UnknownLevel,
)
from beaconfire_platform.environment import BadSetting

KIND = '[[kinds]]\ncode = "division"\nlayer = "grid"\nname_zh = "区划"\nname_en = "divisions"\n'
LEVEL = (
    '[[levels]]\ncode = "{}"\nkind = "division"\nrank = {}\n'
    'name_zh = "级"\nname_en = "level"\nshape = "area"\n'
)


def test_the_levels_of_china_stand_in_their_order() -> None:
    levels = load_levels()
    down = ["nation", "province", "city", "county", "township", "community", "cell"]

    ranks = [levels.level(one).rank for one in down]

    assert ranks == sorted(set(ranks))
    assert levels.kind("response_area").layer == "response-areas"
    assert levels.level("station").shape is Shape.POINT


def test_a_place_with_other_levels_writes_its_own_and_as_many_as_it_likes(tmp_path: Path) -> None:
    file = tmp_path / "levels.toml"
    file.write_text(
        KIND + "".join(LEVEL.format(f"l{one:02}", one // 2) for one in range(60)), "utf-8"
    )

    levels = load_levels(str(file))

    assert [one.code for one in levels.levels] == [f"l{one:02}" for one in range(60)]
    with pytest.raises(UnknownLevel):
        levels.level("cell")
    with pytest.raises(UnknownKind):
        levels.kind("cell")


@pytest.mark.parametrize(
    "text",
    [
        "", "levels = 3", KIND, LEVEL.format("a", 1), KIND + LEVEL.format("a", '"1"'),
        KIND + LEVEL.format("a", 1) * 2, KIND + LEVEL.format("a", 1).replace("area", "line"),
        "\x00", KIND + "".join(LEVEL.format(f"l{one}", one) for one in range(LEVELS_MAX + 1)),
    ],
)  # fmt: skip
def test_a_file_that_holds_no_levels_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "levels.toml"
    file.write_text(text, "utf-8")

    with pytest.raises(BadSetting, match=r"BEACONFIRE_GEO_LEVELS: .*levels\.toml"):
        load_levels(str(file))


def test_more_levels_below_each_other_than_a_map_may_have_are_refused_by_number() -> None:
    kind = Kind("division", "grid", "区划", "divisions")
    deep = [Level(f"l{n}", "division", n, "级", "l", Shape.AREA) for n in range(LEVELS_MAX + 1)]

    assert len(Levels([kind], deep[:-1]).levels) == LEVELS_MAX
    with pytest.raises(ValueError, match="33 ranks below each other, 32 at most"):
        Levels([kind], deep)


def test_a_level_of_no_kind_is_none() -> None:
    level = Level("a", "zone", 1, "级", "a", Shape.AREA)

    with pytest.raises(ValueError, match="zone"):
        Levels([Kind("division", "grid", "区划", "divisions")], [level])
