"""Ways on from what was said: buttons under an answer and under a curriculum topic."""

from __future__ import annotations

from actions.saying import button
from actions.turn import wording

CURRICULUM = ("topic_disease", "topic_cravings", "topic_stress", "topic_support", "topic_cooccurring", "topic_twelve_steps")
# Answers that hold nothing about the centre: the person is told who knows.
ASK_A_PERSON = "talk_to_human"


def topic_buttons(language: str) -> list[dict[str, str]]:
    """A button for each topic, in the page's order, so that numbers and ordinals choose."""
    return [button(f"title_{label}", f"/{label}", language) for label in CURRICULUM]


def step_buttons(label: str, more: str | None, language: str) -> list[dict[str, str]]:
    """Ways on from one topic: more, the next one or what comes after the last, the list."""
    buttons = [button("button_more", "/more", language)] if more else []
    buttons.append(button("button_next_topic", "/next_topic", language))
    if label != CURRICULUM[0]:
        buttons.append(button("button_back_topic", "/go_back", language))
    return [*buttons, button("button_all_topics", "/curriculum", language)]


def ways_on(name: str, more: str | None, language: str) -> list[dict[str, str]]:
    """Buttons under the wording `name`: more of it, then a person where the centre's page is silent; none where it has its own."""
    entry = wording().entry(name)
    if entry.buttons:
        return []
    if entry.topic in CURRICULUM:
        return step_buttons(str(entry.topic), more, language)
    if entry.topic == "curriculum":
        return topic_buttons(language)
    buttons = [button("button_more", "/more", language)] if more else []
    if entry.source == "facts":
        buttons.append(button("button_person", f"/{ASK_A_PERSON}", language))
    else:
        buttons.append(button("button_screen", "/start_screen", language))
    return buttons
