"""The training examples of the ordinary intents, as benchmarks take them."""

from __future__ import annotations

import yaml

from bot.nlu.danger import CRISIS
from bot.nlu.examples import not_crisis_examples
from bot.settings import PROJECT


def ordinary_examples() -> list[tuple[str, str]]:
    """(text, intent) of everything that the intent model learns from."""
    found = []
    for path in sorted((PROJECT / "data" / "nlu").glob("*.yml")):
        for block in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["nlu"]:
            lines = (line.strip() for line in block["examples"].splitlines())
            found += [(line[2:].strip(), str(block["intent"])) for line in lines if line.startswith("- ")]
    return [one for one in found + not_crisis_examples() if not one[1].startswith(CRISIS)]
