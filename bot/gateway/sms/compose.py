"""Makes one text of what the assistant says in a turn: GSM-7, choices numbered, three parts at most, the rest for MORE."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.language import Language
from bot.segments import BASIC, EXTENDED, segments, to_gsm7
from bot.wording import load_wording

MOST_PARTS = 3
MOST_UNITS = 3 * 152  # a toll-free number has one unit less in each part than a long code
# Where a text may be cut, best place first.
_CUTS = (re.compile(r"\n"), re.compile(r"(?<=[.!?:])\s"), re.compile(r"(?<=[,;])\s"), re.compile(r"\s"))


@dataclass(frozen=True)
class Composed:
    """What is sent in one turn, and what is kept for MORE."""

    text: str = field(repr=False)
    rest: str | None = field(default=None, repr=False)


def as_sent(text: str) -> str:
    """The text in GSM-7; a sign with no stand-in is left out, so that one emoji does not triple the price."""
    near = "".join(letter for letter in to_gsm7(text) if letter in BASIC or letter in EXTENDED)
    return "\n".join(" ".join(line.split(" ")).strip() for line in near.replace("\r", "").split("\n")).strip()


def fits(text: str) -> bool:
    """Whether one text may hold it."""
    found = segments(text)
    return found.count <= MOST_PARTS and found.units <= MOST_UNITS


def joined(*parts: str) -> str:
    """Parts one under the other, empty ones left out."""
    return "\n".join(part for part in parts if part)


def choices(buttons: Sequence[dict[str, str]], language: Language) -> str:
    """The numbered choices, as bot/assistant/choices.py counts them; empty for none."""
    if not buttons:
        return ""
    wording = load_wording()
    lines = [
        wording.render("sms_choice", "sms", language, number=number, what=button["title"])
        for number, button in enumerate(buttons, start=1)
    ]
    return as_sent(joined(wording.render("sms_choose", "sms", language), *lines))


def cut(text: str, room: Any) -> tuple[str, str]:
    """The longest head for which `room(head)` holds, cut between sentences, words or letters; and what is left."""
    for place in _CUTS:
        ends = [found.start() for found in place.finditer(text)]
        heads = [text[:end].rstrip() for end in ends if room(text[:end].rstrip())]
        if heads and len(heads[-1]) >= len(text[:MOST_UNITS]) // 4:
            return heads[-1], text[len(heads[-1]) :].strip()
    length = len(text)
    while length > 1 and not room(text[:length]):
        length -= 1
    return text[:length], text[length:].strip()


def page(text: str, tail: str, language: Language) -> Composed:
    """`text` and `tail` in one text; where that is too long, `text` is cut and goes on after MORE."""
    if fits(joined(text, tail)):
        return Composed(joined(text, tail))
    more = as_sent(load_wording().render("sms_more", "sms", language))
    if not fits(joined(more, tail)) or not text:
        return page(joined(text, tail), "", language)
    head, rest = cut(text, lambda head: fits(joined(f"{head} {more}", tail)))
    return Composed(joined(f"{head} {more}", tail), rest or None)


def compose(messages: Sequence[dict[str, Any]], language: Language) -> Composed:
    """One text of the messages of a turn. What asks comes whole, with its choices; what was told before it may be cut."""
    texts = [as_sent(str(message.get("text") or "")) for message in messages]
    buttons = [button for message in messages for button in message.get("buttons") or []]
    numbered = choices(buttons, language)
    asks = bool(messages) and messages[-1].get("kind") == "question"
    told, last = (texts[:-1], texts[-1]) if asks or len(texts) > 1 else (texts, "")
    if not asks:
        return page(joined(*told, last), numbered, language)
    return page(joined(*told), joined(last, numbered), language)
