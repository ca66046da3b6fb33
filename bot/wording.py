"""Every sentence the assistant can say, read from bot/responses/ and filled in for channel, language and person."""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.errors import WordingError
from bot.facility import Facility, load_facility
from bot.settings import PROJECT

FOLDER = PROJECT / "bot" / "responses"
FORMS = tuple(
    f"{channel}{other}{language}" for channel in ("web", "sms") for other in ("", "_other") for language in ("", "_es")
)
KINDS = ("answer", "question", "crisis", "handoff", "clarify", "fallback", "error")
SOURCES = ("page", "facts", "facility", None)
ABOUT = ("kind", "topic", "source", "fact", "cite", "more", "buttons", "fill", "version", "links", "reason")


@dataclass(frozen=True)
class Entry:
    """One thing to say, in all its forms; each form is a tuple of variants, first said first."""

    name: str
    subject: str
    forms: dict[str, tuple[str, ...]] = field(repr=False)
    kind: str = "answer"
    topic: str | None = None
    source: str | None = None
    fact: str | None = None
    cite: str | None = None
    more: str | None = None
    buttons: tuple[dict[str, str], ...] = ()
    fill: tuple[str, ...] = ()
    version: str | None = None
    links: tuple[dict[str, str], ...] = ()
    reason: str | None = None

    def form(self, channel: str, language: str, other: bool) -> tuple[str, ...]:
        """The variants for a channel, language and person; the nearest form where that one is not written."""
        channels = ("sms", "web") if channel == "sms" else ("web", "sms")
        languages = ("_es", "") if language == "es" else ("",)
        persons = ("_other", "") if other else ("",)
        for speech in languages:
            for way in channels:
                for person in persons:
                    found = self.forms.get(f"{way}{person}{speech}")
                    if found:
                        return found
        raise WordingError(f"{self.name} has no wording that can stand in.")


def placeholders(text: str) -> set[str]:
    """Names in braces in a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _variants(given: Any) -> tuple[str, ...]:
    return tuple(str(one).strip() for one in (given if isinstance(given, list) else [given]))


def _entry(name: str, subject: str, given: Any, known_fills: set[str]) -> Entry:
    if not isinstance(given, dict):
        raise WordingError(f"{subject}.yml: {name} must hold wordings such as web and sms.")
    unknown = set(given) - set(FORMS) - set(ABOUT)
    if unknown:
        raise WordingError(f"{subject}.yml: {name} has an unknown key {sorted(unknown)[0]}.")
    forms = {form: _variants(given[form]) for form in FORMS if given.get(form)}
    if "web" not in forms and "sms" not in forms:
        raise WordingError(f"{subject}.yml: {name} says nothing.")
    about = {key: given[key] for key in ABOUT if given.get(key) is not None}
    for several in ("buttons", "fill", "links"):
        about[several] = tuple(about.get(several, ()))
    for word in ("version", "fact"):
        about[word] = str(about[word]) if word in about else None
    entry = Entry(name=name, subject=subject, forms=forms, **about)
    _checked(entry, known_fills)
    return entry


def _checked(entry: Entry, known_fills: set[str]) -> None:
    where = f"{entry.subject}.yml: {entry.name}"
    if entry.kind not in KINDS or entry.source not in SOURCES:
        raise WordingError(f"{where} has a kind or source that does not exist.")
    allowed = known_fills | set(entry.fill)
    for variants in entry.forms.values():
        for text in variants:
            unknown = placeholders(text) - allowed
            if unknown:
                raise WordingError(f"{where} holds the placeholder {{{sorted(unknown)[0]}}} that nothing fills.")


class Wording:
    """All entries; says them filled in."""

    def __init__(self, entries: dict[str, Entry], facility: Facility) -> None:
        self._entries, self._facility_fills = entries, facility.fills()

    def names(self) -> frozenset[str]:
        """Names of all entries."""
        return frozenset(self._entries)

    def entries(self) -> Iterator[Entry]:
        """All entries, by subject and name."""
        return iter(sorted(self._entries.values(), key=lambda entry: (entry.subject, entry.name)))

    def entry(self, name: str) -> Entry:
        """The entry of this name; WordingError without one."""
        try:
            return self._entries[name]
        except KeyError:
            raise WordingError(f"There is no wording named {name} in bot/responses/.") from None

    def render(
        self, name: str, channel: str, language: str = "en", other: bool = False, variant: int = 0,
        check: bool = True, **fill: Any,
    ) -> str:  # fmt: skip
        """The text of `name`, filled in; past the last variant the last one is said. `check=False` leaves gaps open."""
        entry = self.entry(name)
        variants = entry.form(channel, language, other)
        text = variants[min(variant, len(variants) - 1)]
        values = {**self._facility_fills, **{key: fill[key] for key in entry.fill if key in fill}}
        missing = placeholders(text) - set(values)
        if missing and check:
            raise WordingError(f"{name} needs {{{sorted(missing)[0]}}}.")
        return text.format_map({**{gap: f"{{{gap}}}" for gap in missing}, **values})

    def _button(self, button: dict[str, str], language: str) -> dict[str, str]:
        title = button.get("title_es") if language == "es" else None
        return {"title": (title or button["title"]).format_map(self._facility_fills), "payload": button["payload"]}

    def message(
        self, name: str, channel: str, language: str = "en", other: bool = False, variant: int = 0, **fill: Any
    ) -> dict[str, Any]:
        """The message of `name` in the shape of the outside contract."""
        entry = self.entry(name)
        return {
            "text": self.render(name, channel, language, other, variant, **fill),
            "buttons": [self._button(button, language) for button in entry.buttons],
            "kind": entry.kind,
            "topic": entry.topic,
            "source": entry.source if entry.source in ("page", "facts") else None,
        }


def _read(path: Path) -> dict[str, Any]:
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise WordingError(f"{path.name} is not valid YAML near line {mark.line + 1 if mark else '?'}.") from None
    return found or {}


def load_wording(folder: Path | None = None, facility: Facility | None = None) -> Wording:
    """Every entry of a folder; WordingError for a doubled name, an unknown key or a gap that nothing fills."""
    return _loaded(folder or FOLDER, facility) if folder or facility else _shared()


@lru_cache(maxsize=1)
def _shared() -> Wording:
    return _loaded(FOLDER, None)


def _loaded(folder: Path, facility: Facility | None) -> Wording:
    facility = facility or load_facility()
    known = set(facility.fills())
    entries: dict[str, Entry] = {}
    for path in sorted(folder.glob("*.yml")):
        for name, given in _read(path).items():
            if name in entries:
                raise WordingError(f"{name} stands in {entries[name].subject}.yml and in {path.name}.")
            entries[name] = _entry(name, path.stem, given, known)
    for entry in entries.values():
        if entry.more and entry.more not in entries:
            raise WordingError(f"{entry.name} goes on with {entry.more}, which does not exist.")
    return Wording(entries, facility)
