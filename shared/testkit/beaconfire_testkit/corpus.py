"""All that was ever told, frozen: a file for each shape that a type had, which nobody may change.

Facts lie in logs of years (tests/corpus/facts); what bodies outside are told is read by programs
that nobody here can change (tests/corpus/shared). One law holds for both.

`make corpus` (`python -m beaconfire_testkit.corpus`) adds a file for each type whose shape grew or
is new, and its line to the manifest. It never touches a file that is there, and it writes nothing
for a type that lost something: what was told would no longer mean what it meant.

A file holds the shape and three examples of it: `whole` with every field filled, `least` as a build
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

from beaconfire_contracts.facts import FACTS
from beaconfire_contracts.shared_events import SHARED_EVENTS
from beaconfire_platform.codec import encode
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.shapes import Shape, bare, losses, shape_of

Told = Mapping[str, type]
"""Classes by the names of their types."""
FACTCLASSES: Final[Told] = {spec.name: spec.factclass for spec in FACTS.values()}
KEPT_IN: Final[Mapping[Path, Told]] = {
    Path("tests", "corpus", "facts"): FACTCLASSES,
    Path("tests", "corpus", "shared"): SHARED_EVENTS,
}
MANIFEST: Final = "MANIFEST"
"""Lines of `sha256sum`; `sha256sum -c MANIFEST` in that folder says the same as our test."""
KINDS: Final = ("whole", "least", "bare")


@dataclass(frozen=True, slots=True)
class Kept:
    """One file: the shape a type had, which number of that type's shapes it is, examples."""

    name: str
    number: int
    shape: Shape
    examples: dict[str, Any]


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

    def breaches(self, told: Told) -> list[str]:
        """What today's classes take away from shapes that were ever told."""
        shapes = self.shapes()
        gone = [f"{name} is told no more" for name in sorted(shapes.keys() - told.keys())]
        return gone + [
            f"{loss} (against {one.number}.json): make a new major instead"
            for name, holder in told.items()
            for one in shapes.get(name, [])
            for loss in losses(one.shape, shape_of(holder), name)
        ]

    def lacking(self, told: Told) -> list[str]:
        """The types whose shape of today is not kept yet."""
        shapes = self.shapes()
        return [
            name
            for name, holder in told.items()
            if name not in shapes or shapes[name][-1].shape != shape_of(holder)
        ]

    def add(self, told: Told) -> list[str]:
        """Keep today's shape of each type that lacks it; which files were written."""
        return [self._write(name, told[name]) for name in self.lacking(told)]

    def _write(self, name: str, holder: type) -> str:
        shape = shape_of(holder)
        number = len(self.shapes().get(name, [])) + 1
        file = self._folder / name / f"{number}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        content = {"shape": shape, **_examples(holder, shape)}
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
    examples = {kind: content[kind] for kind in KINDS if kind in content}
    return Kept(file.parent.name, int(file.stem), content["shape"], examples)


def _examples(holder: type, shape: Shape) -> dict[str, Any]:
    """Of this shape; one that would be written like the one before it is left out."""
    whole = json.loads(encode(an_example_of(holder)))
    least = bare(whole, shape)
    written = json.loads(encode(msgspec.convert(least, holder)))
    found: dict[str, Any] = {"whole": whole}
    for kind, example in (("least", written), ("bare", least)):
        if example not in found.values():
            found[kind] = example
    return found


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def main() -> int:
    """Add what is lacking below the present folder, unless something was lost or tampered with."""
    kept = [(folder, Corpus(folder), told) for folder, told in KEPT_IN.items()]
    wrong = [said for _, one, told in kept for said in (*one.tampering(), *one.breaches(told))]
    if wrong:
        sys.stderr.write("".join(f"{said}\n" for said in wrong))
        return 1
    for folder, one, told in kept:
        for path in one.add(told):
            sys.stdout.write(f"{folder / path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
