"""Each law of the house holds on this checkout."""

from pathlib import Path

import pytest
from laws.book import LAWS, Law
from laws.tree import Tree

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tree() -> Tree:
    return Tree(ROOT)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_the_house_keeps_the_law(tree: Tree, law: Law) -> None:
    breaches = sorted(law(tree))

    assert not breaches, "\n" + "\n".join(str(breach) for breach in breaches)
