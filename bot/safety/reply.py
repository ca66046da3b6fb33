"""Makes the crisis reply: what to do now, one question, and the numbers, shorter with each further crisis turn."""

from __future__ import annotations

from typing import Any, Literal

from bot.facility import load_facility
from bot.safety.verdict import Verdict
from bot.wording import Wording, load_wording

Channel = Literal["web", "sms"]
Messages = list[dict[str, Any]]
State = dict[str, Any]

# What is asked after the first, the second ... crisis turn of a kind; after the last nothing is asked, the numbers stay.
_STEPS: dict[str, dict[str, tuple[str, ...]]] = {
    "crisis_suicide": {"self": ("danger", "near", "easier"), "other": ("near", "called", "easier")},
    "crisis_overdose": {"self": ("near", "called", "easier"), "other": ("called", "easier")},
    "crisis_violence": {"self": ("safe", "called", "easier"), "other": ("called", "easier")},
    "crisis_withdrawal": {"self": ("near", "called", "easier"), "other": ("called", "easier")},
    "crisis_medical": {"self": ("called", "near"), "other": ("called",)},
}
_HURTING = ("away", "near", "easier")
# What may be tapped in answer to each question; what each does is in follow.py.
_CHOICES = {
    "danger": ("yes", "no", "cant_call"),
    "near": ("near_yes", "near_no", "cant_call"),
    "called": ("called_yes", "cant_call", "what_to_say"),
    "safe": ("yes", "no", "cant_call"),
    "away": ("yes", "no", "cant_call"),
    "easier": ("scared", "no_phone", "what_to_say"),
    "": ("fine", "cant_call"),
}


def entry_of(verdict: Verdict) -> str:
    """The name of the wording that fits kind and circumstances."""
    kind = verdict.kind or "crisis_suicide"
    if kind == "crisis_violence" and verdict.hurting:
        return "crisis_violence_hurting"
    if verdict.child and kind in ("crisis_suicide", "crisis_overdose", "crisis_violence"):
        return f"{kind}_child"
    if kind == "crisis_overdose" and verdict.on_purpose:
        return "crisis_overdose_purpose"
    return kind


def step_of(verdict: Verdict, turn: int) -> str:
    """What the reply asks in the given crisis turn (0 for the first) of this kind; empty for nothing."""
    steps = (
        _HURTING
        if verdict.hurting and verdict.person == "self"
        else _STEPS[verdict.kind or "crisis_suicide"][verdict.person]
    )
    return steps[turn] if turn < len(steps) else ""


def choices(step: str, language: str, channel: Channel) -> list[dict[str, str]]:
    """The buttons under a message; texts carry none, there the words are understood as typed."""
    if channel == "sms":
        return []
    wording = load_wording()
    offered = [
        {"title": wording.render(f"button_crisis_{name}", "web", language), "payload": f"/crisis_{name}"}
        for name in _CHOICES.get(step, _CHOICES[""])
    ]
    return [*offered, {"title": wording.render("button_crisis_person", "web", language), "payload": "/talk_to_human"}]


def links_of(wording: Wording, name: str, language: str, channel: Channel) -> list[dict[str, str]]:
    """Links that call or text the numbers of a reply; texts carry none, phones make their own."""
    if channel == "sms":
        return []
    phone = load_facility().phone_display
    title = "title_es" if language == "es" else "title"
    return [{"title": one[title], "href": one["href"].format(phone=phone)} for one in wording.entry(name).links]


def message_of(name: str, text: str, state: State, channel: Channel) -> dict[str, Any]:
    """A message about the danger held in `state`, with the links of the wording `name`."""
    wording = load_wording()
    return {
        "text": text,
        "buttons": choices(state["step"], state["language"], channel),
        "kind": "crisis",
        "topic": state["kind"],
        "source": None,
        "language": state["language"],
        "links": links_of(wording, name, state["language"], channel),
    }


def question(step: str, state: State, channel: Channel) -> str:
    """The question of a step, with a space before it; empty for no step."""
    if not step:
        return ""
    return " " + load_wording().render(f"crisis_ask_{step}", channel, state["language"], state["person"] == "other")


def crisis_reply(verdict: Verdict, channel: Channel, state: State | None) -> tuple[Messages, State]:
    """The reply to a crisis message and the state to keep for what follows.

    `state` is what the last crisis turn of the conversation returned, or None. It is JSON-able and holds no words of
    the person: kind, person, child, on_purpose, hurting, language, entry, step, turns (kind -> count), asked.
    """
    kind = verdict.kind or "crisis_suicide"
    turns = dict((state or {}).get("turns") or {})
    turn = int(turns.get(kind, 0))
    turns[kind] = turn + 1
    name = entry_of(verdict)
    kept: State = {
        "kind": kind, "person": verdict.person, "child": verdict.child, "on_purpose": verdict.on_purpose,
        "hurting": verdict.hurting, "language": verdict.language, "entry": name, "step": step_of(verdict, turn),
        "turns": turns, "asked": 0,
    }  # fmt: skip
    text = load_wording().render(name, channel, verdict.language, verdict.person == "other", turn)
    return [message_of(name, text + question(kept["step"], kept, channel), kept, channel)], kept
