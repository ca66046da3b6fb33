"""Holds the code to the table of docs/architecture.md and to the length norms of the project."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bot.settings import PROJECT

FIRST_ROW = {
    "bot.settings", "bot.facility", "bot.wording", "bot.errors", "bot.language", "bot.log", "bot.segments", "bot.reading",
    "bot.threads",
}  # fmt: skip
RASA = {"rasa", "rasa_sdk"}
# Each part, and what of ours and of Rasa it may import: docs/architecture.md as a table for the machine.
MAY_IMPORT = {
    **dict.fromkeys(FIRST_ROW, FIRST_ROW),
    "bot.safety": FIRST_ROW,
    "bot.records": FIRST_ROW,
    "bot.console": {*FIRST_ROW, "bot.records"},
    "bot.delivery": {*FIRST_ROW, "bot.records"},
    "bot.gateway": {*FIRST_ROW, "bot.safety", "bot.records", "bot.console", "bot.delivery"},
    "bot.nlu": {*FIRST_ROW, "bot.safety", "rasa"},
    "bot.policies": {*FIRST_ROW, "bot.safety", "rasa"},
    "actions": {*FIRST_ROW, "bot.safety", "bot.records", "bot.nlu", "rasa_sdk"},
    "bot.assistant": {*FIRST_ROW, *RASA, "bot.safety", "bot.records", "bot.nlu", "bot.policies", "actions"},
    "bot.run": FIRST_ROW,
    "bot.review": FIRST_ROW,
    "bot.train": {*FIRST_ROW, *RASA, "bot.safety", "bot.nlu", "bot.assistant"},
    "bot.evaluate": {*FIRST_ROW, *RASA, "bot.safety", "bot.nlu", "bot.assistant", "actions"},
}
# Exceptions, each with its reason.
ALSO = {
    "bot/safety/train.py": {"bot.nlu"},  # the classifier learns from sentence vectors; the running net does without
}
# Of bot/nlu, actions read what needs no Rasa: reading names, numbers and times, and the limits of the ranking.
PURE_NLU = {"bot.nlu.contact", "bot.nlu.times", "bot.nlu.plain", "bot.nlu.undecided"}
MOST_LINES, MOST_FUNCTION_LINES = 300, 50
CODE = ("bot", "actions", "tests", "benchmarks", "tools")
OURS = ("bot", "actions")
INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
# What starts a program may print; anything else logs events by allow-list.
PRINTS = {
    "bot/facility.py", "bot/log.py", "bot/review.py", "bot/evaluate.py", "bot/run.py", "bot/train.py", "bot/gateway/__main__.py",
    "bot/gateway/ask_ready.py", "bot/console/account.py", "actions/placement_criteria.py",
    "bot/records/backup.py", "bot/records/restore.py", "bot/records/migrate.py", "bot/records/rotate.py",
    "bot/records/retention.py", "bot/records/keys.py",
}  # fmt: skip


def _files(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((PROJECT / folder).rglob("*.py"))]
    return [path for path in found if not {"node_modules", "__pycache__", "versions"} & set(path.parts)]


def _name(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _part(module: str) -> str:
    words = module.split(".")
    return ".".join(words[:2]) if words[0] == "bot" else words[0]


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{_name(path)}: imports name the whole way"
            for alias in node.names:
                yield f"{node.module}.{alias.name}" if node.module in ("bot", "bot.nlu") else str(node.module)


def forbidden(path: Path) -> list[str]:
    """Imports of a file that the table does not allow."""
    part = _part(".".join(path.relative_to(PROJECT).with_suffix("").parts))
    allowed = {part, *MAY_IMPORT.get(part, set()), *ALSO.get(_name(path), set())}
    watched = {*MAY_IMPORT, *RASA}
    wrong = [name for name in _imports(path) if _part(name) in watched and _part(name) not in allowed]
    if part == "actions":
        wrong += [name for name in _imports(path) if _part(name) == "bot.nlu" and name not in PURE_NLU]
    return wrong


@pytest.mark.parametrize("path", _files(*OURS), ids=_name)
def test_a_file_imports_only_what_its_part_may(path: Path) -> None:
    """Who calls whom."""
    assert forbidden(path) == []


def test_every_part_stands_in_the_table() -> None:
    """A new folder of bot/ needs a line in docs/architecture.md and here."""
    parts = {_part(".".join(path.relative_to(PROJECT).with_suffix("").parts)) for path in _files(*OURS)}
    assert parts - {"bot.__init__"} <= set(MAY_IMPORT)
    page = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for part in MAY_IMPORT:
        assert part.replace(".", "/") in page, f"docs/architecture.md does not name {part}"


def test_the_front_door_loads_nothing_of_rasa() -> None:
    """Not even by way of what it imports: it must start in seconds and answer when Rasa cannot."""
    import subprocess
    import sys

    code = (
        "import bot.gateway.app, sys; heavy = {'rasa', 'tensorflow', 'spacy', 'sklearn', 'actions'} & set(sys.modules);"
        "sys.exit(' '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def _own_lines(function: ast.AST) -> int:
    """Lines of a function without those of functions and classes inside it, which count for themselves."""
    inner = [node for node in ast.iter_child_nodes(function) if isinstance(node, INNER)]
    return _span(function) - sum(_span(node) for node in inner)


def _span(node: ast.AST) -> int:
    return int(getattr(node, "end_lineno", 0)) - int(getattr(node, "lineno", 0)) + 1


@pytest.mark.parametrize("path", _files(*CODE), ids=_name)
def test_a_file_keeps_the_norms(path: Path) -> None:
    """One sentence of purpose, at most 300 lines, no function over 50."""
    text = path.read_text(encoding="utf-8")
    tree = _tree(path)
    assert ast.get_docstring(tree), "the file does not say what it is for"
    assert len(text.splitlines()) <= MOST_LINES
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    too_long = [function.name for function in functions if _own_lines(function) > MOST_FUNCTION_LINES]
    assert too_long == []


WORDS = {"error", "text", "body", "message", "words", "said", "payload", "name", "number"}


def _may_hold_words(argument: ast.expr) -> bool:
    """Whether a logged value may be an error's text or a person's words."""
    if isinstance(argument, ast.JoinedStr):
        return True
    if isinstance(argument, ast.Call):
        return getattr(argument.func, "id", "") in ("str", "repr", "format", "vars")
    if isinstance(argument, ast.Attribute):
        return argument.attr in WORDS - {"name"}
    return isinstance(argument, ast.Name) and argument.id in WORDS - {"name", "number"}


def _calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Call):
            yield node


@pytest.mark.parametrize("path", _files(*OURS), ids=_name)
def test_nothing_is_printed_or_logged_of_an_error_but_its_type(path: Path) -> None:
    """An error's text may hold a person's words; so may a traceback."""
    for call in _calls(path):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        owner = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
        where = f"{_name(path)}:{call.lineno}"
        if name == "print" and not owner:
            assert _name(path) in PRINTS, f"{where} prints"
        if owner in ("log", "logging", "logger"):
            assert name not in ("exception", "debug", "info"), f"{where} logs more than an event"
            arguments = (*call.args, *(word.value for word in call.keywords))
            assert not any(_may_hold_words(argument) for argument in arguments), f"{where} may log what a person typed"


def test_only_one_module_is_the_door_to_rows() -> None:
    """Nothing outside bot/records opens a session of its own."""
    for path in _files(*OURS):
        if "records" not in path.parts:
            assert not any(name.split(".")[0] == "sqlalchemy" for name in _imports(path)), _name(path)
