"""How tests wait: what is late on a busy machine is not wrong, and what never comes still ends."""

import ast
from collections.abc import Iterator

from laws.tree import Breach, Tree, nodes

PLACES = ("tests/", "shared/testkit/")
CLIENTS = frozenset({"AsyncClient", "Client", "get", "post"})


def clients_in_tests_say_how_long_they_wait(tree: Tree) -> Iterator[Breach]:
    """A client in a test names its timeout: the library's five seconds are a busy machine's."""
    for module in tree.modules:
        if not module.path.startswith(PLACES):
            continue
        for node in nodes(module.tree):
            if isinstance(node, ast.Call) and _is_client(node.func):
                told = {one.arg for one in node.keywords}
                if told.isdisjoint({"timeout", "transport"}):
                    yield module.breach(node, "a client without `timeout`: name PATIENCE_S")


def _is_client(called: ast.expr) -> bool:
    return (
        isinstance(called, ast.Attribute)
        and called.attr in CLIENTS
        and isinstance(called.value, ast.Name)
        and called.value.id == "httpx"
    )
