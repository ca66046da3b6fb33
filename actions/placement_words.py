"""Says the quick check: questions, reasons for asking, outcomes; chooses wordings, decides nothing."""

from __future__ import annotations

from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.placement_criteria import QUESTIONS, Decision
from actions.placement_state import CONSENT, Check
from actions.saying import button, exists, say
from actions.turn import wording


def ask(
    dispatcher: CollectingDispatcher, check: Check, how: dict[str, Any], plain: bool = False, person: bool = False
) -> None:
    """Ask the question that is due: plainly at a second try, as a confirmation where it was answered early."""
    if check.asked == CONSENT:
        say(dispatcher, "placement_intro", **how)
        return
    if check.confirming:
        what = wording().render(f"placement_early_{check.asked}_{check.early[check.asked]}", "web", **how)
        yes_no = [button("button_yes", "/affirm", how["language"]), button("button_no", "/deny", how["language"])]
        say(dispatcher, "placement_confirm_early", yes_no, what=what, **how)
        return
    name = f"placement_plain_{check.asked}" if plain else f"placement_ask_{check.asked}"
    entry = wording().entry(f"placement_ask_{check.asked}")
    extra = [dict(one) for one in entry.buttons] if plain and not wording().entry(name).buttons else []
    steps = [button("button_back", "/go_back", how["language"])] if check.path else []
    if person:  # last, so that the numbers of the answers stay what they were
        steps.append(button("button_person", "/talk_to_human", how["language"]))
    progress = {"number": check.number, "total": len(QUESTIONS)}
    say(dispatcher, name, [*extra, *steps], kind="question", progress=progress, **how)


def explain_why(dispatcher: CollectingDispatcher, check: Check, how: dict[str, Any]) -> None:
    """Why this question is asked."""
    name = f"placement_why_{check.asked}"
    say(dispatcher, name if exists(name) else "placement_why_consent", **how)


def _joined(names: list[str], channel: str, how: dict[str, Any]) -> str:
    pieces = [wording().render(name, channel, **how) for name in names]
    return "\n".join(f"- {piece}" for piece in pieces) if channel == "web" else " ".join(pieces)


def reasons_text(decision: Decision, channel: str, how: dict[str, Any]) -> str:
    """The reasons of a decision in the page's own words."""
    return _joined([f"placement_reason_{reason}" for reason in decision.reasons], channel, how)


def tell(
    dispatcher: CollectingDispatcher, decision: Decision, channel: str, how: dict[str, Any],
    danger: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """The outcome with its reasons, what the background adds, and the way to a person.

    `danger` is the message that fits the danger spoken of, where that made the outcome urgent.
    """
    name = f"placement_{decision.outcome.lower()}"
    if decision.outcome == "CALL_NOW" and decision.medical_alone:
        name = "placement_call_now_medical"
    if decision.outcome == "TALK_FIRST":
        say(dispatcher, name, reasons=reasons_text(decision, channel, how), kind="handoff", **how)
    else:
        if danger:
            dispatcher.utter_message(**danger)
        else:
            say(dispatcher, name, kind="handoff", **how)
        if decision.pointers:
            reasons = _joined([f"placement_reason_{one}" for one in decision.pointers], channel, how)
            say(dispatcher, "placement_also", reasons=reasons, **how)
    if decision.outcome in ("MINOR",):
        return
    for number in decision.background:
        say(dispatcher, f"placement_background_{number}", **how)
    say(dispatcher, "placement_close", kind="handoff", **how)


def changed(dispatcher: CollectingDispatcher, corrected: dict[str, str], how: dict[str, Any]) -> None:
    """What an answer was changed to, so that the person sees it and can say no."""
    names = [f"placement_early_{question}_{given}" for question, given in corrected.items()]
    if not all(exists(name) for name in names):
        say(dispatcher, "placement_changed", **how)
        return
    what = ", ".join(wording().render(name, "web", **how) for name in names)
    say(dispatcher, "placement_changed_to", what=what, **how)


def kept(dispatcher: CollectingDispatcher, told: dict[str, str], how: dict[str, Any]) -> None:
    """That what was told is what stands already."""
    what = ", ".join(
        wording().render(f"placement_early_{question}_{given}", "web", **how) for question, given in told.items()
    )
    say(dispatcher, "placement_kept", what=what, **how)


def ask_which(dispatcher: CollectingDispatcher, check: Check, how: dict[str, Any]) -> None:
    """Which answer to change: a button for each one given."""
    buttons = [
        button(f"button_again_{question}", f'/answer{{"choice":"again_{question}"}}', how["language"])
        for question in QUESTIONS
        if question in check.answers
    ]
    say(dispatcher, "placement_which", buttons, kind="question", **how)
