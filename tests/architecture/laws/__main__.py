"""Lists every breach of this checkout by law, or writes its glossary."""

import sys
from pathlib import Path

from laws.book import LAWS, sentence
from laws.glossary import GLOSSARY, written
from laws.tree import Tree

ROOT = Path(__file__).resolve().parents[3]


def check(tree: Tree) -> int:
    """Print each broken law with its breaches; count the breaches."""
    total = 0
    for law in LAWS:
        breaches = sorted(law(tree))
        total += len(breaches)
        if breaches:
            sys.stdout.write(f"\n{law.__name__}: {sentence(law)}\n")
            sys.stdout.writelines(f"  {breach}\n" for breach in breaches)
    files = len(tree.modules)
    sys.stdout.write(f"\n{len(LAWS)} laws, {files} Python modules, {total} breaches\n")
    return total


def main(arguments: list[str]) -> int:
    """Do what the first argument says."""
    tree = Tree(ROOT)
    if arguments == ["glossary"]:
        (ROOT / GLOSSARY).write_text(written(tree), encoding="utf-8")
        return 0
    if arguments == ["check"]:
        return 1 if check(tree) else 0
    sys.stderr.write("python -m laws check | glossary\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
