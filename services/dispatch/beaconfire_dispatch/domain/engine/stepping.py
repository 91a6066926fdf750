"""Work in small steps: between two of them whoever is waited for may pass.

What reckons in a thread shares the interpreter with the loop; over hundreds of open incidents it
would keep a report waiting for as long as it lasts.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
LetPass = Callable[[], None]
"""Called between two steps; it returns when it is our turn again."""


def nobody() -> None:
    """Nobody is waited for."""


def stepping(items: Iterable[T], let_pass: LetPass) -> Iterator[T]:
    """The same items, one a step."""
    for one in items:
        let_pass()
        yield one
