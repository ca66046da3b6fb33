"""What follows a crisis reply: understands the answer to its question, says the next step, and stays with help."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.language import clear_language
from bot.safety.follow_words import Answers, answers
from bot.safety.reply import Channel, Messages, State, message_of, question
from bot.wording import load_wording

PAYLOAD = "/crisis_"
RESUME = "crisis_resume"
MOST_FOLLOWED = 8  # answers after one crisis turn; then the talk goes on, and the numbers stay in view
COMES_BACK = 8  # messages about something else after which a cry for help is still read as one
IN_VIEW = 3  # replies about something else that end with the numbers
_BUTTON = re.compile(r"/[a-z_0-9]+(?:\{.*\})?$")

# What an answer says under each open question: the wording, and the question that comes next; "" asks nothing.
_BY_STEP = {
    ("danger", "yes"): ("danger_yes", "near"), ("danger", "unsure"): ("danger_yes", "near"), ("danger", "no"): ("fine", ""),
    ("danger", "ack"): ("called_no", "danger"), ("danger", "cant"): ("hard", "near"),
    ("near", "yes"): ("near_yes", ""), ("near", "no"): ("near_no", "easier"), ("near", "unsure"): ("near_no", "easier"),
    ("near", "ack"): ("called_no", "near"), ("near", "cant"): ("near_no", "easier"), ("near", "despair"): ("near_no", "easier"),
    ("called", "yes"): ("called_yes", ""), ("called", "no"): ("called_no", "easier"),
    ("called", "unsure"): ("called_no", "easier"), ("called", "ack"): ("called_no", "called"),
    ("called", "cant"): ("cant_call", "easier"), ("called", "despair"): ("cant_call", "easier"),
    ("safe", "yes"): ("safe_yes", ""), ("safe", "no"): ("safe_no", "easier"), ("safe", "unsure"): ("safe_no", "easier"),
    ("safe", "ack"): ("safe_yes", ""), ("safe", "cant"): ("safe_no", "easier"), ("safe", "despair"): ("safe_no", "easier"),
    ("safe", "not_ok"): ("safe_no", "easier"),
    ("away", "yes"): ("away_yes", ""), ("away", "no"): ("away_no", "easier"), ("away", "unsure"): ("away_no", "easier"),
    ("away", "ack"): ("away_yes", ""), ("away", "cant"): ("away_no", "easier"), ("away", "despair"): ("away_no", "easier"),
    ("easier", "yes"): ("what_to_say", ""), ("easier", "no"): ("dont_want", "near"),
    ("easier", "unsure"): ("what_to_say", ""), ("easier", "ack"): ("what_to_say", ""), ("easier", "cant"): ("cant_call", ""),
}  # fmt: skip
# Answers that mean the same whatever was asked.
_ALWAYS = {
    "hung_up": ("hung_up", ""), "on_hold": ("on_hold", ""), "no_phone": ("no_phone", ""), "police": ("police", ""),
    "cant_call": ("cant_call", "easier"), "scared": ("scared", ""), "what_to_say": ("what_to_say", ""),
    "called_yes": ("called_yes", ""), "called_no": ("called_no", "easier"),
    "near_yes": ("near_yes", ""), "near_no": ("near_no", "easier"),
    "joke": ("joke", ""), "fine": ("fine", ""), "leave_me": ("leave_me", ""), "dont_want": ("dont_want", "near"),
    "thanks": ("thanks", ""), "despair": ("hard", "near"), "not_ok": ("hard", "near"), "meant_it": ("danger_yes", "near"),
    "help": ("help", "near"), "call_for_me": ("call_for_me", ""), "person": ("person", ""), "sorry": ("sorry", ""),
    "what_happens": ("what_happens", ""), "lost": ("lost", ""),
}  # fmt: skip
_STAY = ("stay", "")
_AGAIN = "again"
_OPEN_ENDED = ("dont_want",)  # holds its own question
_LETS_GO = ("joke", "fine", "leave_me", "thanks")
# Read as a cry for help also where the talk has turned elsewhere: none of them answers a question of the program's.
_CRIES = ("despair", "not_ok", "meant_it", "call_for_me", "help")
# Answers that stand on their own: they count also where the net half sees new danger in the same words.
_PRACTICAL = (
    "near_yes", "near_no", "called_yes", "called_no", "cant_call", "no_phone", "scared", "hung_up", "on_hold", "police",
    "what_to_say", "what_happens", "call_for_me", "person", "safe_no", "away_no",
)  # fmt: skip
_NUMBERS = frozenset(("988", "911"))
# What is said in place of a wording that speaks of 988 first, where 911 or the hotline comes first.
_SOFT_WORDS = ("stay", "help", "hard", "lost", "sorry", _AGAIN)
_SOONER = {
    "crisis_overdose": "stay_now", "crisis_withdrawal": "stay_now", "crisis_medical": "stay_now",
    "crisis_violence": "stay_unsafe",
}  # fmt: skip


def _named(words: str, tokens: Sequence[str], state: State, sheet: Answers) -> str | None:
    """Which answer a typed message is, as far as this state of the talk hears answers; None for none."""
    name = sheet.name(tokens)
    if name is None and words.strip(" .!").lower() in ("y", "ya"):  # the speller reads these as "why" and "you"
        name = "yes"
    if state.get("open", True) and state.get("asked", 0) < MOST_FOLLOWED:
        return name
    if _NUMBERS & set(tokens):
        return name
    return name if name in _CRIES and state.get("since", 0) < COMES_BACK else None


def _understood(words: str, state: State) -> tuple[str, str] | None:
    """The wording that answers, and the next step; None where the words are about something else."""
    step = state.get("step", "")
    if words.startswith(PAYLOAD):
        name: str | None = words[len(PAYLOAD) :]
        return _BY_STEP.get((step, str(name))) or _ALWAYS.get(str(name))
    if _BUTTON.match(words):
        return None
    sheet = answers()
    tokens = sheet.speller.tokens(words)
    if sheet.goes_on(tokens) or sheet.is_elsewhere(words, tokens):
        return None
    name = _named(words, tokens, state, sheet)
    said = _BY_STEP.get((step, str(name))) or _ALWAYS.get(str(name))
    if said is None and is_open(state) and not (state.get("stays") and sheet.is_asking(words, tokens)):
        return _STAY[0], step
    return said


def is_open(state: State | None) -> bool:
    """Whether the crisis reply was the last thing spoken of, so that words which say nothing plain stay with it."""
    return state is not None and bool(state.get("open", True)) and state.get("asked", 0) < MOST_FOLLOWED


def wants_to_go_on(words: str, state: State | None) -> bool:
    """Whether a message asks to go on with what was open before the danger; never when that is long ago."""
    if state is None or _BUTTON.match(words) or not (is_open(state) or state.get("since", 0) < COMES_BACK):
        return False
    sheet = answers()
    return sheet.goes_on(sheet.speller.tokens(words))


def turn_elsewhere(state: State) -> None:
    """Close the open question in place, so that a later "yes" is not taken for its answer."""
    state["open"], state["step"], state["since"] = False, "", state.get("since", 0) + 1


def help_in_view(state: State | None, channel: Channel, language: str = "en") -> dict[str, Any] | None:
    """The line with the numbers that ends a reply about something else soon after danger; None later."""
    if state is None or not 0 < state.get("since", 0) <= IN_VIEW:
        return None
    name = "crisis_in_view_unsafe" if state["kind"] == "crisis_violence" and not state.get("hurting") else "crisis_in_view"
    return {**load_wording().message(name, channel, language), "language": language}


def follow_up(words: str, state: State, channel: Channel, doubtful: bool = False) -> tuple[Messages, State] | None:
    """What to say to a message that follows a crisis reply, and the new state; None when it is about something else.

    `words` is what was typed, or the payload of a button. With None the open question of `state` is closed in place, but
    for a `doubtful` message (the net half sees danger in it) that is none of the practical answers: then it stays open.
    """
    understood = _understood(words, state)
    if doubtful and understood is not None and understood[0] not in _PRACTICAL:
        if understood[0] not in _LETS_GO:
            return None
        understood = None
    if understood is None:
        turn_elsewhere(state)
        return None
    name, step = understood
    if name == "fine" and state["kind"] == "crisis_overdose":
        name, step = "fine_overdose", ""
    language = (None if words.startswith("/") else clear_language(words)) or state.get("language", "en")
    said = {**state, "language": language}
    text, counted = _not_said_before(name, said, channel)
    kept = {
        **said, "step": step, "asked": state.get("asked", 0) + 1, "open": name not in _LETS_GO, "since": 0, "said": counted,
        "stays": state.get("stays", 0) + (name == _STAY[0]),
    }  # fmt: skip
    if name not in _OPEN_ENDED and step != state.get("step", ""):
        text += question(step, kept, channel)
    message = message_of(str(state.get("entry") or state["kind"]), text, kept, channel)
    if name in (*_LETS_GO, _STAY[0]) and channel == "web":
        resume = {"title": load_wording().render("button_crisis_resume", "web", language), "payload": f"/{RESUME}"}
        message["buttons"] = [resume, *(one for one in message["buttons"] if one["payload"] != "/crisis_fine")]
    return [message], kept


def _not_said_before(name: str, state: State, channel: Channel) -> tuple[str, dict[str, int]]:
    """The text of an answer, in other words each time; and how often each wording was said by now."""
    wording, language, other = load_wording(), state["language"], state.get("person") == "other"
    counted = dict(state.get("said") or {})
    for one in (name, _AGAIN):
        sooner = None if state.get("hurting") else _SOONER.get(state["kind"])
        if sooner and (one in _SOFT_WORDS or (one == "dont_want" and sooner == "stay_now")):
            one = sooner
        times, name = counted.get(one, 0), one
        if times < len(wording.entry(f"crisis_said_{one}").form(channel, language, other)):
            break
    counted[name] = counted.get(name, 0) + 1
    return wording.render(f"crisis_said_{name}", channel, language, other, times), counted
