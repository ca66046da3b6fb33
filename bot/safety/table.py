"""The pattern table: reads patterns/*.yml into groups and finds the groups whose words occur in a text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.safety.matcher import Index, Pattern, compile_pattern, pattern_words

FOLDER = Path(__file__).with_name("patterns")


@dataclass(frozen=True)
class Group:
    """Patterns that mean one thing, with the reason they stand there and sentences that show them."""

    name: str
    kind: str
    reason: str
    person: str  # self, other, auto
    deny: bool  # may be denied, past or asked about in general
    weak: bool  # counts only beside another sign
    sure: bool  # said so plainly that no classifier is asked
    hurting: bool  # the person may hurt somebody else
    child: bool
    patterns: tuple[Pattern, ...]
    examples: tuple[str, ...]
    unlike: tuple[str, ...]


@dataclass(frozen=True)
class Hit:
    """One group found at one place."""

    group: Group
    start: int
    end: int
    negative: bool = False  # see Pattern


class Table:
    """All groups, indexed by the words that make them worth trying."""

    def __init__(self, groups: Sequence[Group]) -> None:
        self.groups = tuple(groups)
        self._index = Index((group, pattern) for group in self.groups for pattern in group.patterns)

    def hits(self, tokens: Sequence[str]) -> Iterator[Hit]:
        """Every place where a pattern matches; a group found once at a place is enough."""
        for group, pattern, start, end in self._index.found(tokens):
            yield Hit(group, start, end, pattern.negative)

    def words(self) -> frozenset[str]:
        """Every word the patterns know."""
        found: set[str] = set()
        for group in self.groups:
            for pattern in group.patterns:
                found |= pattern_words(pattern)
        return frozenset(found)

    def without(self, name: str) -> "Table":
        """The table with one group taken out (for the mutation run)."""
        return Table([group for group in self.groups if group.name != name])


def _read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)


def load_classes() -> dict[str, list[str]]:
    """Word classes: name -> words, phrases (with `_`) and other classes."""
    return {name: str(words).split() for name, words in _read(FOLDER / "classes.yml").items()}


def _lines(block: str | None) -> tuple[str, ...]:
    return tuple(line for line in (block or "").splitlines() if line.strip())


def _group(kind: str, raw: dict[str, Any], classes: dict[str, list[str]]) -> Group:
    return Group(
        name=raw["name"],
        kind=kind,
        reason=raw["reason"],
        person=raw.get("person", "auto"),
        deny=raw.get("deny", True),
        weak=raw.get("weak", False),
        sure=raw.get("sure", False),
        hurting=raw.get("hurting", False),
        child=raw.get("child", False),
        patterns=tuple(compile_pattern(written, classes) for written in _lines(raw["patterns"])),
        examples=_lines(raw.get("examples")),
        unlike=_lines(raw.get("unlike")),
    )


def load_table(files: str = "*.yml") -> Table:
    """Every group of every file but the classes and the context."""
    classes = load_classes()
    groups = []
    for path in sorted(FOLDER.glob(files)):
        if path.stem in ("classes", "context"):
            continue
        sheet = _read(path)
        groups += [_group(sheet["kind"], raw, classes) for raw in sheet["groups"]]
    return Table(groups)


def load_context() -> dict[str, tuple[Pattern, ...]]:
    """Patterns of context (past, denial, jokes ...) by name."""
    classes = load_classes()
    sheet = _read(FOLDER / "context.yml")
    return {
        name: tuple(compile_pattern(written, classes) for written in _lines(entry["patterns"]))
        for name, entry in sheet.items()
    }
