"""Finds in the source of the actions every wording that they name, with the placeholders they fill."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ACTIONS = Path(__file__).resolve().parent.parent / "actions"
SAYING = {"say": 1, "button": 0, "exists": 0, "render": 0, "entry": 0, "message": 0}  # where the name stands
OPTIONS_ONLY = "how"  # ** of this holds language and person, never a placeholder


@dataclass(frozen=True)
class Use:
    """A wording named at one place: `name` in full, or `pattern` where the code builds it."""

    where: str
    call: str
    name: str | None
    pattern: str | None
    filled: frozenset[str]
    open_fill: bool  # placeholders may come from a ** that cannot be read


def _assigned(scope: ast.AST, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == name for one in node.targets):
            yield node.value


def _names(node: ast.expr, scopes: list[ast.AST], depth: int = 0) -> Iterator[ast.expr]:
    """Constants and f-strings that an expression can come to."""
    if isinstance(node, (ast.JoinedStr, ast.Constant)):
        yield node
    elif isinstance(node, ast.IfExp):
        yield from _names(node.body, scopes, depth)
        yield from _names(node.orelse, scopes, depth)
    elif isinstance(node, ast.Subscript):
        yield from _names(node.value, scopes, depth)
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from _names(value, scopes, depth)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        yield from _names(node.func.value, scopes, depth)
        for argument in node.args[1:]:
            yield from _names(argument, scopes, depth)
    elif isinstance(node, ast.Name) and depth < 4:
        for scope in scopes:
            for value in _assigned(scope, node.id):
                yield from _names(value, scopes, depth + 1)


def _pattern(node: ast.JoinedStr) -> str:
    return "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+" for part in node.values)


def _call_name(call: ast.Call) -> str:
    function = call.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _uses(path: Path, tree: ast.Module, scope: ast.AST) -> Iterator[Use]:
    for call in ast.walk(scope):
        if not isinstance(call, ast.Call) or _call_name(call) not in SAYING:
            continue
        place = SAYING[_call_name(call)]
        if len(call.args) <= place:
            continue
        filled = frozenset(keyword.arg for keyword in call.keywords if keyword.arg)
        spread = [keyword.value for keyword in call.keywords if keyword.arg is None]
        opened = any(getattr(one, "id", getattr(one, "attr", None)) != OPTIONS_ONLY for one in spread)
        for node in _names(call.args[place], [scope, tree]):
            name = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
            pattern = _pattern(node) if isinstance(node, ast.JoinedStr) else None
            if name or pattern:
                yield Use(f"{path.name}:{call.lineno}", _call_name(call), name, pattern, filled, opened)


def uses() -> list[Use]:
    """Every use in actions/, function by function."""
    found: list[Use] = []
    for path in sorted(ACTIONS.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for scope in ast.walk(tree):
            if isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found.extend(_uses(path, tree, scope))
    return found


def payloads() -> list[tuple[str, str]]:
    """(place, payload) of every button that the actions make with a fixed payload."""
    found = []
    for path in sorted(ACTIONS.glob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and _call_name(call) == "button" and len(call.args) > 1:
                payload = call.args[1]
                if isinstance(payload, ast.Constant):
                    found.append((f"{path.name}:{call.lineno}", str(payload.value)))
    return found
