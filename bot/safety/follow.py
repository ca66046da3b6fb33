"""What follows a crisis reply: understands the answer to its question and says the next step, for a few turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.language import clear_language
from bot.safety.matcher import Pattern, compile_pattern, pattern_words
from bot.safety.reply import Channel, Messages, State, message_of, question
from bot.safety.words import STOP, Speller
from bot.wording import load_wording

FILE = Path(__file__).with_name("follow.yml")
PAYLOAD = "/crisis_"
RESUME = "crisis_resume"
MOST_FOLLOWED = 5  # answers after one crisis turn; then the talk goes on, and the numbers stay in view

# What an answer says under each open question: the wording, and the question that comes next. "-" keeps none open.
_BY_STEP = {
    ("danger", "yes"): ("danger_yes", "near"), ("danger", "unsure"): ("danger_yes", "near"), ("danger", "no"): ("fine", ""),
    ("near", "yes"): ("near_yes", ""), ("near", "no"): ("near_no", "easier"), ("near", "unsure"): ("near_no", "easier"),
    ("called", "yes"): ("called_yes", ""), ("called", "no"): ("called_no", "easier"),
    ("called", "unsure"): ("called_no", "easier"),
    ("safe", "yes"): ("safe_yes", ""), ("safe", "no"): ("safe_no", "easier"), ("safe", "unsure"): ("safe_no", "easier"),
    ("away", "yes"): ("away_yes", ""), ("away", "no"): ("away_no", "easier"), ("away", "unsure"): ("away_no", "easier"),
    ("easier", "yes"): ("what_to_say", ""), ("easier", "no"): ("dont_want", "near"),
    ("easier", "unsure"): ("what_to_say", ""),
}  # fmt: skip
# Answers that mean the same whatever was asked.
_ALWAYS = {
    "hung_up": ("hung_up", ""), "on_hold": ("on_hold", ""), "no_phone": ("no_phone", ""), "police": ("police", ""),
    "cant_call": ("cant_call", "easier"), "scared": ("scared", ""), "what_to_say": ("what_to_say", ""),
    "called_yes": ("called_yes", ""), "near_yes": ("near_yes", ""), "near_no": ("near_no", "easier"),
    "joke": ("joke", ""), "fine": ("fine", ""), "leave_me": ("leave_me", ""), "dont_want": ("dont_want", "near"),
    "thanks": ("thanks", ""),
}  # fmt: skip
_OPEN_ENDED = ("dont_want",)  # holds its own question
_LETS_GO = ("joke", "fine", "leave_me", "thanks")
_NUMBERS = frozenset(("988", "911"))


@dataclass(frozen=True)
class Answers:
    """The answers people give, and what marks a message about something else."""

    patterns: tuple[tuple[str, int, tuple[Pattern, ...]], ...]
    ordinary: frozenset[str]
    speller: Speller

    def name(self, tokens: Sequence[str]) -> str | None:
        """Which answer the words are; None for something else."""
        said = [token for token in tokens if token != STOP]
        if not said or (self.ordinary & set(said) and not _NUMBERS & set(said)):
            return None
        for name, most, patterns in self.patterns:
            if len(said) <= most and any(pattern.find(tokens, at) for pattern in patterns for at in range(len(tokens))):
                return name
        return None


@lru_cache(maxsize=1)
def _answers() -> Answers:
    sheet: dict[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), yaml.CSafeLoader)
    ordinary = frozenset(sheet.pop("ordinary").split())
    compiled = tuple(
        (name, entry["most"], tuple(compile_pattern(line, {}) for line in entry["patterns"].splitlines() if line.strip()))
        for name, entry in sheet.items()
    )
    words = {word for _, _, patterns in compiled for pattern in patterns for word in pattern_words(pattern)}
    return Answers(compiled, ordinary, Speller(frozenset(words) | ordinary))


def _understood(words: str, state: State) -> tuple[str, str] | None:
    """The wording that answers, and the next step; None where the words are about something else."""
    if words.startswith(PAYLOAD):
        name: str | None = words[len(PAYLOAD) :]
    elif not state.get("open", True) or state.get("asked", 0) >= MOST_FOLLOWED:
        name = None
        if set(tokens := _answers().speller.tokens(words)) & _NUMBERS:
            name = _answers().name(tokens)
    else:
        name = _answers().name(_answers().speller.tokens(words))
    if name is None:
        return None
    step = state.get("step", "")
    return _BY_STEP.get((step, name)) or _ALWAYS.get(name)


def follow_up(words: str, state: State, channel: Channel) -> tuple[Messages, State] | None:
    """What to say to a message that follows a crisis reply, and the new state; None when it is about something else.

    `words` is what was typed, or the payload of a button. With None the open question of `state` is closed in place, so
    that a later "yes" is not taken for its answer.
    """
    understood = _understood(words, state)
    if understood is None:
        state["open"], state["step"] = False, ""
        return None
    name, step = understood
    if name == "fine" and state["kind"] == "crisis_overdose":
        name, step = "fine_overdose", ""
    language = (None if words.startswith("/") else clear_language(words)) or state.get("language", "en")
    kept = {**state, "language": language, "step": step, "asked": state.get("asked", 0) + 1, "open": name not in _LETS_GO}
    other = state.get("person") == "other"
    text = load_wording().render(f"crisis_said_{name}", channel, language, other)
    text += "" if name in _OPEN_ENDED else question(step, kept, channel)
    message = message_of(str(state.get("entry") or state["kind"]), text, kept, channel)
    if name in _LETS_GO and channel == "web":
        resume = {"title": load_wording().render("button_crisis_resume", "web", language), "payload": f"/{RESUME}"}
        message["buttons"] = [resume, *(one for one in message["buttons"] if one["payload"] != "/crisis_fine")]
    return [message], kept
