"""Writes every sentence on one printable page, for the clinician who approves the wording: `python -m bot.review`."""

from __future__ import annotations

import argparse
import html
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from statistics import median

from bot.errors import WordingError
from bot.facility import load_facility
from bot.reading import grade
from bot.segments import segments, to_gsm7
from bot.settings import PROJECT
from bot.wording import Entry, Wording, load_wording

OUT = PROJECT / "var" / "review.html"
SOURCES = {"page": "our page", "facts": "general fact", "facility": "facility.yml", None: ""}
TITLES = ("button_", "title_")  # too short for a reading grade
# Inline, so that the page prints and travels as one file and asks no other server for anything.
STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; }
h2 { border-bottom: 2px solid #444; margin-top: 2.5rem; } table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #bbb; padding: .35rem .5rem; text-align: left; vertical-align: top; }
td.words { white-space: pre-line; } td.number { text-align: right; } .warn { font-weight: bold; color: #a00000; }
small { color: #444; } tr { break-inside: avoid; }
@media print { body { max-width: none; margin: 0; font-size: 10pt; } h2 { break-after: avoid; } }
"""


def _reading(entry: Entry, form: str, text: str) -> float | None:
    return None if form.endswith("_es") or entry.name.startswith(TITLES) else grade(text)


def _parts(form: str, text: str) -> int | None:
    if not form.startswith("sms"):
        return None
    return segments(to_gsm7(text) if form.endswith("_es") else text).count


def _cell(value: float | int | None, most: float) -> str:
    if value is None:
        return '<td class="number"></td>'
    mark = " warn" if value > most else ""
    return f'<td class="number{mark}">{value}</td>'


def _rows(entry: Entry, fills: dict[str, str]) -> Iterator[str]:
    """A table row for each form and variant."""
    for form, variants in entry.forms.items():
        for number, variant in enumerate(variants, start=1):
            text = variant.format_map({**{gap: f"[{gap}]" for gap in entry.fill}, **fills})
            label = form.replace("_", " ") + (f" ({number})" if len(variants) > 1 else "")
            yield (
                f'<tr><td>{html.escape(label)}</td><td class="words">{html.escape(text)}</td>'
                f"{_cell(_reading(entry, form, text), 8)}{_cell(_parts(form, text), 3)}</tr>"
            )


def _about(entry: Entry) -> str:
    facts = [entry.kind, SOURCES[entry.source], f"facts {entry.fact}" if entry.fact else "", entry.cite or ""]
    more = f"goes on with {entry.more}" if entry.more else ""
    version = f"version {entry.version}" if entry.version else ""
    buttons = "buttons: " + " | ".join(one["title"] for one in entry.buttons) if entry.buttons else ""
    return " &middot; ".join(html.escape(part) for part in [*facts, more, version, buttons] if part)


def _section(subject: str, entries: list[Entry], fills: dict[str, str]) -> Iterator[str]:
    yield f'<h2 id="{html.escape(subject)}">{html.escape(subject.replace("_", " "))}</h2>'
    for entry in entries:
        yield f"<h3>{html.escape(entry.name)}</h3><p><small>{_about(entry)}</small></p>"
        yield "<table><thead><tr><th>form</th><th>words</th><th>grade</th><th>SMS parts</th></tr></thead><tbody>"
        yield from _rows(entry, fills)
        yield "</tbody></table>"


def _summary(entries: list[Entry], fills: dict[str, str]) -> str:
    grades = [
        _reading(entry, form, text.format_map({**dict.fromkeys(entry.fill, ""), **fills}))
        for entry in entries
        for form, variants in entry.forms.items()
        for text in variants
    ]
    read = [one for one in grades if one is not None]
    return (
        f"<p>{len(entries)} wordings. Reading grade (Flesch-Kincaid, English, phone numbers left out): "
        f"median {median(read):.1f}, highest {max(read):.1f}.</p>"
        if read
        else "<p>No wordings.</p>"
    )


def page(wording: Wording, fills: dict[str, str]) -> str:
    """The whole page as HTML; `fills` are the facts of the centre that stand in for placeholders."""
    entries = list(wording.entries())
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Every sentence</title>',
        f"<style>{STYLE}</style></head><body><h1>Every sentence the assistant can say</h1>",
        _summary(entries, fills),
        "<p>Approved by: ____________________ &nbsp; Date: ______________</p>",
    ]
    for subject, group in groupby(entries, key=lambda entry: entry.subject):
        parts.extend(_section(subject, list(group), fills))
    return "\n".join([*parts, "</body></html>\n"])


def main(arguments: list[str] | None = None) -> int:
    """Write the page; 0 when it was written, 1 with a sentence when the wording cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m bot.review", description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT, help="where to write it (var/review.html by default)")
    out = parser.parse_args(arguments).out
    try:
        written = page(load_wording(), load_facility().fills())
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(written, encoding="utf-8")
    except (WordingError, OSError) as error:
        print(error if isinstance(error, WordingError) else "The page could not be written there. Choose another --out.")
        return 1
    print(f"Written: {out.relative_to(PROJECT) if out.is_relative_to(PROJECT) else out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
