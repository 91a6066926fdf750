"""Small files of OpenStreetMap for tests: a few nodes on a grid, ways and forbidden turns."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

import osmium

SPACING = 0.0005


class Way(NamedTuple):
    """A way over nodes, with its tags."""

    nodes: Sequence[int]
    tags: Mapping[str, str]


class Turn(NamedTuple):
    """A relation: from a way over a node to a way, with its tags."""

    source: int
    via: int
    target: int
    tags: Mapping[str, str]


def place(node: int) -> tuple[float, float]:
    """Node 23 stands in the second row, third column."""
    return 174.7 + SPACING * (node % 10), -36.9 + SPACING * (node // 10)


def xml(ways: Sequence[Way], turns: Sequence[Turn] = (), *, without: Sequence[int] = ()) -> str:
    """The text of a file; ways are numbered from 1, nodes that are `without` are cut off."""
    nodes = sorted({node for way in ways for node in way.nodes} - set(without))
    parts = ['<?xml version="1.0"?><osm version="0.6">']
    for node in nodes:
        lon, lat = place(node)
        parts.append(f'<node id="{node}" version="1" lon="{lon:.7f}" lat="{lat:.7f}"/>')
    for number, way in enumerate(ways, start=1):
        refs = "".join(f'<nd ref="{node}"/>' for node in way.nodes)
        parts.append(f'<way id="{number}" version="1">{refs}{_tags(way.tags)}</way>')
    for number, turn in enumerate(turns, start=1):
        parts.append(
            f'<relation id="{number}" version="1">'
            f'<member type="way" ref="{turn.source}" role="from"/>'
            f'<member type="node" ref="{turn.via}" role="via"/>'
            f'<member type="way" ref="{turn.target}" role="to"/>'
            f"{_tags({'type': 'restriction'} | dict(turn.tags))}</relation>"
        )
    return "\n".join([*parts, "</osm>"])


def write(folder: Path, text: str, kind: str = "osm") -> Path:
    """The file, as `osm`, `osm.zip` or `osm.pbf`."""
    plain = folder / "roads.osm"
    plain.write_text(text)
    file = folder / f"roads.{kind}"
    if kind == "osm.zip":
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(plain, "city.osm")
    elif kind == "osm.pbf":
        with osmium.SimpleWriter(str(file), overwrite=True) as writer:
            for one in osmium.FileProcessor(str(plain)):
                writer.add(one)
    return file


def _tags(tags: Mapping[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())
