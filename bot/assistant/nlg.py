"""Fills in a response for Rasa: the sentence of bot/responses/ that fits channel, language and person."""

from __future__ import annotations

from typing import Any

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.trackers import DialogueStateTracker

from bot.wording import Wording, load_wording

PREFIX = "utter_"
OPTIONS = ("variant", "other", "language")
# What Rasa's SDK adds to every message of an action; none of it fills a placeholder.
SDK_KEYS = ("text", "image", "elements", "custom", "attachment", "template", "buttons")


class WordingNlg(NaturalLanguageGenerator):
    """Answers Rasa's `utter_<name>` with the wording `<name>`; reads no model, so a new sentence trains nothing."""

    def __init__(self, endpoint_config: object = None, domain: object = None, wording: Wording | None = None) -> None:
        self._wording = wording or load_wording()

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """The message of `utter_action` (text, buttons, kind, topic, source); None for an unknown name."""
        name = utter_action[len(PREFIX) :] if utter_action.startswith(PREFIX) else utter_action
        if name not in self._wording.names():
            return None
        options = {
            "language": tracker.get_slot("language") or "en",
            "other": tracker.get_slot("about") == "other",
            "variant": 0,
            **{key: kwargs.pop(key) for key in OPTIONS if key in kwargs},
        }
        fill = {key: value for key, value in kwargs.items() if key not in SDK_KEYS}
        channel = "sms" if output_channel == "sms" else "web"
        message = self._wording.message(name, channel, **options, **fill)
        message["name"] = name
        return message
