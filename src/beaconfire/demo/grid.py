"""The demo's grid workers, invented and marked so, and their rosters with deputy and leader."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from beaconfire.demo.cast import DemoPerson
from beaconfire.demo.city import City
from beaconfire_contracts.vocabulary import Role

_FAMILIES: Final = (
    ("陈", "Chen"), ("李", "Li"), ("王", "Wang"), ("刘", "Liu"), ("张", "Zhang"), ("周", "Zhou"),
    ("吴", "Wu"), ("林", "Lin"), ("赵", "Zhao"), ("黄", "Huang"), ("何", "He"), ("马", "Ma"),
    ("罗", "Luo"), ("宋", "Song"), ("谢", "Xie"), ("唐", "Tang"), ("冯", "Feng"),
)  # fmt: skip
_GIVEN: Final = (
    ("静", "Jing"), ("明", "Ming"), ("丽华", "Lihua"), ("建国", "Jianguo"), ("芳", "Fang"),
    ("志强", "Zhiqiang"), ("小梅", "Xiaomei"), ("海涛", "Haitao"), ("玉兰", "Yulan"), ("磊", "Lei"),
    ("春燕", "Chunyan"), ("国栋", "Guodong"), ("秀英", "Xiuying"), ("文斌", "Wenbin"),
    ("晓东", "Xiaodong"), ("雪", "Xue"), ("永福", "Yongfu"), ("桂芝", "Guizhi"), ("凯", "Kai"),
)  # fmt: skip
SINCE: Final = "2026-01-01T00:00:00+00:00"
DAYTIME: Final = {"begins": "06:00", "ends": "22:00"}
WORKDAYS: Final = [1, 2, 3, 4, 5]


def invented(number: int) -> tuple[str, str]:
    """A name in both languages that nobody of the demo has twice, marked as invented."""
    family_zh, family_en = _FAMILIES[number % len(_FAMILIES)]
    given_zh, given_en = _GIVEN[number % len(_GIVEN)]
    return f"{family_zh}{given_zh}（虚构）", f"{given_en} {family_en} (invented)"


def communities(city: City) -> list[str]:
    """The paths of a city's communities, a district after the other."""
    return [
        f"{city.code}.{one.parent}.{one.code}" for one in city.areas if one.level == "community"
    ]


def workers(city: City) -> dict[str, DemoPerson]:
    """One grid worker a community, by its path."""
    return {
        path: DemoPerson(f"grid.{path.rpartition('.')[2]}", Role.GRID_WORKER, *invented(number))
        for number, path in enumerate(communities(city))
    }


def leaders(city: City) -> dict[str, DemoPerson]:
    """One grid leader a district, by its path."""
    paths = sorted({path.rpartition(".")[0] for path in communities(city)})
    first = len(communities(city))
    return {
        path: DemoPerson(f"leader.{path.rpartition('.')[2]}", Role.GRID_WORKER, *invented(number))
        for number, path in enumerate(paths, first)
    }


def rosters(city: City, ids: Mapping[str, str], desk: str) -> list[dict[str, Any]]:
    """Every area's roster, as `PUT /v1/rosters` takes it; `ids` are people by their area.

    By day the worker of a community is asked, and their neighbour is the deputy around the clock;
    in the first community of each district on workdays only, so that a gap can be seen.
    """
    found = [_roster(city, path, lines) for path, lines in _community_lines(city, ids)]
    found += [_roster(city, path, [_line("leader", ids[path])]) for path in leaders(city)]
    return [*found, _roster(city, city.code, [_line("desk", None, body=desk)])]


def _community_lines(
    city: City, ids: Mapping[str, str]
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    ordered = sorted(communities(city))
    for _, paths in groupby(ordered, lambda path: path.rpartition(".")[0]):
        here = list(paths)
        for nth, path in enumerate(here):
            lines = [_line("worker", ids[path], **DAYTIME)]
            if len(here) > 1:
                days = {"weekdays": WORKDAYS} if nth == 0 else {}
                lines.append(_line("deputy", ids[here[(nth + 1) % len(here)]], **days))
            yield path, lines


def _roster(city: City, area: str, duties: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"area": area, "zone": city.zone, "duties": list(duties)}


def _line(part: str, person_id: str | None, **more: Any) -> dict[str, Any]:
    return {"part": part, "person_id": person_id, "from_at": SINCE} | more
