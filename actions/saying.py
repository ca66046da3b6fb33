"""How actions say things: by the name of a wording, with its buttons, in the person's language."""

from __future__ import annotations

from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.turn import wording

MOST_BUTTONS = 8


def button(name: str, payload: str, language: str = "en", **fill: Any) -> dict[str, str]:
    """A button titled by the wording `button_<name>` or `title_<label>`."""
    return {"title": wording().render(name, "web", language=language, **fill), "payload": payload}


def say(dispatcher: CollectingDispatcher, name: str, buttons: list[dict[str, str]] | None = None, **fill: Any) -> None:
    """Say the wording `name`; `fill` holds its placeholders and the options variant, other, language."""
    extra = {"buttons": buttons[:MOST_BUTTONS]} if buttons else {}
    dispatcher.utter_message(response=f"utter_{name}", **extra, **fill)


def exists(name: str) -> bool:
    """Whether there is a wording of this name."""
    return name in wording().names()
