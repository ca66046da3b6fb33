"""Training examples beside Rasa's own: sentences with words of danger and none present, each with what it really asks."""

from __future__ import annotations

import hashlib

import yaml
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.settings import PROJECT

FOLDER = PROJECT / "bot" / "safety" / "examples"
OUR_NAME = {"restart": "start_over"}


def not_crisis_examples() -> list[tuple[str, str]]:
    """(text, intent) of bot/safety/examples/, in a fixed order."""
    found: list[tuple[str, str]] = []
    for path in sorted(FOLDER.glob("*.yml")):
        sheet = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        found += [(str(one["text"]), OUR_NAME.get(one["label"], str(one["label"]))) for one in sheet if one.get("label")]
    return found


def not_crisis_fingerprint() -> str:
    """What Rasa's cache must know of these examples, which are no part of its own training data."""
    return hashlib.sha256(repr(not_crisis_examples()).encode()).hexdigest()


def examples_of(training_data: TrainingData) -> list[tuple[str, str]]:
    """(text, intent) of everything that there is to learn from."""
    given = [(str(one.get(TEXT)), str(one.get(INTENT))) for one in training_data.intent_examples if one.get(TEXT)]
    return given + not_crisis_examples()
