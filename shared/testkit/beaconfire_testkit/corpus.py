"""Every fact ever written, frozen: a file for each shape that a type had, which nobody may change.

`make corpus` (`python -m beaconfire_testkit.corpus`) adds a file for each type whose shape grew or
is new, and its line to the manifest. It never touches a file that is there, and it writes nothing
for a type that lost something: what lies in logs of years would no longer mean what it meant.

A file holds the shape and three facts of it: `whole` with every field filled, `least` as a build
of that day wrote it with nothing filled that need not be, `bare` without the fields that have a
default, as a build wrote it before they were there.
"""

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from beaconfire_contracts.facts import FACTS, FactSpec
from beaconfire_platform.codec import encode
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.shapes import Shape, bare, losses, shape_of

KEPT_IN: Final = Path("tests", "corpus", "facts")
MANIFEST: Final = "MANIFEST"
"""Lines of `sha256sum`; `sha256sum -c MANIFEST` in that folder says the same as our test."""
KINDS: Final = ("whole", "least", "bare")


@dataclass(frozen=True, slots=True)
class Kept:
    """One file: the shape a type had, which number of that type's shapes it is, facts of it."""

    name: str
    number: int
    shape: Shape
    facts: dict[str, Any]


class Corpus:
    """The files below a folder."""

    def __init__(self, folder: Path) -> None:
        """Reads when asked."""
        self._folder = folder

    def kept(self) -> list[Kept]:
        """Every file, by type and number."""
        return sorted(map(_kept_in, self._files()), key=lambda one: (one.name, one.number))

    def shapes(self) -> dict[str, list[Kept]]:
        """The files of each type, the oldest first."""
        found: dict[str, list[Kept]] = {}
        for one in self.kept():
            found.setdefault(one.name, []).append(one)
        return found

    def tampering(self) -> list[str]:
        """Files that are not what the manifest says: changed, gone, or put there by hand."""
        listed = self._listed()
        found = {self._relative(file): _digest(file) for file in self._files()}
        return [
            *(f"{path} is gone" for path in sorted(listed.keys() - found.keys())),
            *(f"{path} is not in {MANIFEST}" for path in sorted(found.keys() - listed.keys())),
            *(
                f"{path} was changed"
                for path in sorted(found.keys() & listed.keys())
                if found[path] != listed[path]
            ),
        ]

    def breaches(self, facts: Mapping[str, FactSpec]) -> list[str]:
        """What today's facts take away from shapes that were ever written."""
        shapes = self.shapes()
        gone = [f"{name} is no fact any more" for name in sorted(shapes.keys() - facts.keys())]
        return gone + [
            f"{loss} (against {one.number}.json): make a new major instead"
            for name, spec in facts.items()
            for one in shapes.get(name, [])
            for loss in losses(one.shape, shape_of(spec.factclass), name)
        ]

    def lacking(self, facts: Mapping[str, FactSpec]) -> list[str]:
        """The types whose shape of today is not kept yet."""
        shapes = self.shapes()
        return [
            name
            for name, spec in facts.items()
            if name not in shapes or shapes[name][-1].shape != shape_of(spec.factclass)
        ]

    def add(self, facts: Mapping[str, FactSpec]) -> list[str]:
        """Keep today's shape of each type that lacks it; which files were written."""
        return [self._write(facts[name]) for name in self.lacking(facts)]

    def _write(self, spec: FactSpec) -> str:
        shape = shape_of(spec.factclass)
        number = len(self.shapes().get(spec.name, [])) + 1
        file = self._folder / spec.name / f"{number}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        content = {"shape": shape, **_examples(spec, shape)}
        with file.open("x", encoding="utf-8") as out:
            out.write(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
        line = f"{_digest(file)}  {self._relative(file)}\n"
        with (self._folder / MANIFEST).open("a", encoding="utf-8") as out:
            out.write(line)
        return self._relative(file)

    def _files(self) -> Iterator[Path]:
        yield from self._folder.glob("*/*.json")

    def _relative(self, file: Path) -> str:
        return file.relative_to(self._folder).as_posix()

    def _listed(self) -> dict[str, str]:
        manifest = self._folder / MANIFEST
        lines = manifest.read_text(encoding="utf-8").splitlines() if manifest.exists() else []
        return {path: digest for digest, path in (line.split("  ", 1) for line in lines)}


def _kept_in(file: Path) -> Kept:
    content = json.loads(file.read_text(encoding="utf-8"))
    facts = {kind: content[kind] for kind in KINDS if kind in content}
    return Kept(file.parent.name, int(file.stem), content["shape"], facts)


def _examples(spec: FactSpec, shape: Shape) -> dict[str, Any]:
    """Facts of this shape; one that would be written like the one before it is left out."""
    whole = json.loads(encode(an_example_of(spec.factclass)))
    least = bare(whole, shape)
    written = json.loads(encode(msgspec.convert(least, spec.factclass)))
    found: dict[str, Any] = {"whole": whole}
    for kind, fact in (("least", written), ("bare", least)):
        if fact not in found.values():
            found[kind] = fact
    return found


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def main() -> int:
    """Add what is lacking below the present folder, unless something was lost or tampered with."""
    corpus = Corpus(KEPT_IN)
    wrong = [*corpus.tampering(), *corpus.breaches(FACTS)]
    if wrong:
        sys.stderr.write("".join(f"{one}\n" for one in wrong))
        return 1
    for path in corpus.add(FACTS):
        sys.stdout.write(f"{KEPT_IN / path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
