"""How big a file, a function and a list of arguments may be (docs: CONTRIBUTING.md, "Sizes")."""

import ast
from collections.abc import Iterator

from laws.tree import Breach, Module, Tree, functions, nodes

FILE_LINES_MAX = 400
TEST_FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 60
FUNCTION_LINES_LONG = 30
LONG_FUNCTIONS_SHARE_MAX = 0.05
ARGUMENTS_MAX = 6
COUNTED_SUFFIXES = (".py", ".ts", ".svelte", ".sql", ".sh", ".js", ".mjs")


def files_are_short(tree: Tree) -> Iterator[Breach]:
    """A file has at most 400 lines, a test file 500."""
    for path, text in tree.texts:
        if not path.endswith(COUNTED_SUFFIXES) or "/generated/" in path:
            continue
        limit = TEST_FILE_LINES_MAX if _is_test(path) else FILE_LINES_MAX
        lines = text.count("\n")
        if lines > limit:
            yield Breach(path, limit, f"{lines} lines, at most {limit}")


def functions_are_short(tree: Tree) -> Iterator[Breach]:
    """A function has at most 60 lines."""
    for module in tree.modules:
        for function in functions(module.tree):
            lines = _lines(function)
            if lines > FUNCTION_LINES_MAX:
                what = f"{function.name} has {lines} lines, at most {FUNCTION_LINES_MAX}"
                yield module.breach(function, what)


def few_functions_are_long(tree: Tree) -> Iterator[Breach]:
    """Fewer than 5 % of the shipped functions have more than 30 lines."""
    every = [(module, function) for module in tree.sources for function in functions(module.tree)]
    long = [
        (module, function) for module, function in every if _lines(function) > FUNCTION_LINES_LONG
    ]
    if len(long) >= max(1, LONG_FUNCTIONS_SHARE_MAX * len(every)):
        share = f"{len(long)} of {len(every)} functions have over {FUNCTION_LINES_LONG} lines"
        for module, function in long:
            yield module.breach(function, f"{function.name}: {_lines(function)} lines; {share}")


def arguments_are_few(tree: Tree) -> Iterator[Breach]:
    """A function takes at most 6 arguments; ports and options given by keyword do not count."""
    for module in tree.sources:
        for function in functions(module.tree):
            count = _positional(function)
            if count > ARGUMENTS_MAX and not _is_command(function):
                what = f"{function.name} takes {count} arguments, at most {ARGUMENTS_MAX}"
                yield module.breach(function, what)


def imports_are_on_top(tree: Tree) -> Iterator[Breach]:
    """Nothing is imported inside a function: what a module needs is seen at its top."""
    for module in tree.modules:
        yield from _hidden_imports(module)


def _hidden_imports(module: Module) -> Iterator[Breach]:
    if not any(_is_indented_import(node) for node in nodes(module.tree)):
        return
    for function in functions(module.tree):
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield module.breach(node, f"import inside the function {function.name}")


def _is_indented_import(node: ast.AST) -> bool:
    """What stands inside a function is indented; few modules have such an import at all."""
    return isinstance(node, ast.Import | ast.ImportFrom) and node.col_offset > 0


def _is_test(path: str) -> bool:
    return path.startswith("tests/") or path.endswith((".test.ts", ".spec.ts"))


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _positional(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    return len(names) - (names[:1] in (["self"], ["cls"]))


def _is_command(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether it is a command of the command line, whose arguments are options of the user."""
    return any(
        isinstance(part, ast.Attribute) and part.attr in {"command", "callback"}
        for decorator in function.decorator_list
        for part in ast.walk(decorator)
    )
