"""How tests wait: what is late on a busy machine is not wrong, and what never comes still ends."""

import ast
from collections.abc import Iterator

from laws.tree import Breach, Tree, nodes

PLACES = ("tests/", "shared/testkit/")
CLIENTS = frozenset(
    {
        "AsyncClient", "Client",
        "delete", "get", "head", "options", "patch", "post", "put", "request", "stream",
    }
)  # fmt: skip


def clients_in_tests_say_how_long_they_wait(tree: Tree) -> Iterator[Breach]:
    """A client in a test names its timeout: the library's five seconds are a busy machine's."""
    for module in tree.modules:
        if not module.path.startswith(PLACES):
            continue
        for node in nodes(module.tree):
            if _is_renamed(node):
                yield module.breach(node, "httpx under another name: `import httpx` alone")
            elif isinstance(node, ast.Call) and _is_client(node.func) and not _waits(node):
                yield module.breach(node, "a client without `timeout`: name PATIENCE_S")


def _waits(call: ast.Call) -> bool:
    """Whether it ends by itself; a transport within this process has nobody to wait for."""
    told = {one.arg: one.value for one in call.keywords}
    if "timeout" in told:
        how_long = told["timeout"]
        return not (isinstance(how_long, ast.Constant) and how_long.value is None)
    return "transport" in told


def _is_renamed(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "httpx" and any(one.name in CLIENTS for one in node.names)
    return isinstance(node, ast.Import) and any(
        one.name == "httpx" and one.asname is not None for one in node.names
    )


def _is_client(called: ast.expr) -> bool:
    return (
        isinstance(called, ast.Attribute)
        and called.attr in CLIENTS
        and isinstance(called.value, ast.Name)
        and called.value.id == "httpx"
    )
