"""The runbook keeps step with the code: whatever calls a person stands there, with what to do."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from laws.tree import Breach, Module, Tree, functions, nodes

RUNBOOK = "docs/runbook.md"
ALARMS = "## Alarms"
READINESS = "shared/platform/beaconfire_platform/process/health.py"
CALLS_A_PERSON = frozenset({"error", "critical", "exception"})
LEVEL_OPEN = "log"
"""Its level comes as an argument, and may be that of an error."""
GET_LOGGER = frozenset({"get_logger", "getLogger"})
TOLD_IN = ("See", "Means", "Do")
CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Alarm:
    """One entry of the runbook: where it stands and what it says."""

    line: int
    title: str
    text: str

    @property
    def see(self) -> frozenset[str]:
        """What it is known by: all that stands in code marks under *See*."""
        seen = self.text.partition("*See*:")[2].partition("*Means*:")[0]
        return frozenset(CODE.findall(seen))


def every_alarm_says_what_to_do(tree: Tree) -> Iterator[Breach]:
    """Each alarm of the runbook says what is seen, what it means, and what to do."""
    for alarm in _alarms(tree):
        for word in TOLD_IN:
            if f"*{word}*:" not in alarm.text:
                yield Breach(RUNBOOK, alarm.line, f"{alarm.title}: no *{word}*")


def every_error_has_an_alarm(tree: Tree) -> Iterator[Breach]:
    """An error calls a person: each that the program logs is in *See* of an alarm."""
    told = frozenset[str]().union(*(alarm.see for alarm in _alarms(tree)))
    for module in tree.sources:
        for call, event in _errors(module):
            if event is None:
                yield module.breach(call, "an error without a name of its own: who looks it up?")
            elif event not in told:
                yield module.breach(call, f"{event} is in no *See* of {RUNBOOK}")


def every_unreadiness_has_an_alarm(tree: Tree) -> Iterator[Breach]:
    """Each part that `/readyz` may call not ready is in *See* of an alarm, beside `/readyz`."""
    told = frozenset[str]().union(*(alarm.see for alarm in _alarms(tree) if "/readyz" in alarm.see))
    for module in tree.sources:
        if module.path == READINESS:
            for node, part in parts_of(module):
                if part not in told:
                    yield module.breach(node, f"{part} is in no *See* of {RUNBOOK} with /readyz")


def parts_of(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """What the answer to `/readyz` is made of, as far as it has a name in the code."""
    for function in functions(module.tree):
        if function.name == "findings":
            for node in ast.walk(function):
                yield from _named_by(node)


def _named_by(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """The parts of a dictionary of parts, or of one line that adds a part to it."""
    match node:
        case (
            ast.AnnAssign(target=ast.Name(id="parts"), value=ast.Dict(keys=keys))
            | ast.Assign(targets=[ast.Name(id="parts")], value=ast.Dict(keys=keys))
            | ast.Return(value=ast.Tuple(elts=[_, ast.Dict(keys=keys)]))
        ):
            named = keys
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id="parts"), slice=key)]):
            named = [key]
        case _:
            return
    for key in named:
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield node, key.value


def _alarms(tree: Tree) -> list[Alarm]:
    """The entries of the section, with the lines at which they begin."""
    lines = tree.read(RUNBOOK).splitlines() if tree.has(RUNBOOK) else []
    found: list[Alarm] = []
    is_inside = False
    for number, line in enumerate(lines, start=1):
        if line.startswith("## "):
            is_inside = line == ALARMS
        elif is_inside and line.startswith("### "):
            found.append(Alarm(number, line.removeprefix("### "), ""))
        elif is_inside and found:
            last = found[-1]
            found[-1] = Alarm(last.line, last.title, f"{last.text}{line}\n")
    return found


def _errors(module: Module) -> Iterator[tuple[ast.Call, str | None]]:
    """Each call that may log an error, with the name of what happened, if it has a fixed one."""
    loggers = _assigned(module, _makes_logger)
    errors = _assigned(module, lambda value: _picks_error(value, loggers))
    for node in nodes(module.tree):
        if not isinstance(node, ast.Call):
            continue
        place = _place_of_event(node.func, loggers, errors)
        if place is not None:
            yield node, _text(node.args[place]) if len(node.args) > place else None


def _text(value: ast.expr) -> str | None:
    """What a constant says, where it is one."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value
    return None


def _place_of_event(func: ast.expr, loggers: set[str], errors: set[str]) -> int | None:
    """Which argument of a call names what happened; None where it logs no error."""
    match func:
        case ast.Name(id=name) if name in errors:
            return 0
        case ast.Attribute(value=value, attr=attr) if _is_logger(value, loggers):
            if attr in CALLS_A_PERSON:
                return 0
            return 1 if attr == LEVEL_OPEN else None
        case _:
            return None


def _assigned(module: Module, is_meant: Callable[[ast.expr], bool]) -> set[str]:
    """The names to which such a value is given anywhere in the module."""
    found: set[str] = set()
    for node in nodes(module.tree):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ) if is_meant(value):
                found.add(name)
            case _:
                pass
    return found


def _makes_logger(value: ast.expr) -> bool:
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr in GET_LOGGER
    )


def _is_logger(value: ast.expr, loggers: set[str]) -> bool:
    return _makes_logger(value) or (isinstance(value, ast.Name) and value.id in loggers)


def _picks_error(value: ast.expr, loggers: set[str]) -> bool:
    """Whether it is the way to log an error, or one of several ways: it is called later."""
    choices = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
    return any(
        isinstance(one, ast.Attribute)
        and one.attr in CALLS_A_PERSON
        and _is_logger(one.value, loggers)
        for one in choices
    )
