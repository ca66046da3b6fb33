"""Rasa's view of the project: domain.yml plus the sentences in bot/responses/ that a rule or story names."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import cached_method

from bot.wording import Wording, load_wording

# Given by buttons and by our reading of answers, never by what somebody types: no examples is what they should have.
WITHOUT_EXAMPLES = ("answer", "crisis_resume", "placement_resume")
NO_EXAMPLES = f"The intent '({'|'.join(WITHOUT_EXAMPLES)})' is listed in the domain file, but is not found"
warnings.filterwarnings("ignore", message=NO_EXAMPLES)
_NAMED = re.compile(r"\butter_(\w+)")


def rasa_responses(wording: Wording, names: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Responses in Rasa's own shape, by `utter_<name>`: the web wording, then the one for SMS."""
    responses: dict[str, list[dict[str, Any]]] = {}
    for name in names:
        variations = [{"text": wording.render(name, "web", check=False)}]
        variations.append({"text": wording.render(name, "sms", check=False), "channel": "sms"})
        responses[f"utter_{name}"] = variations
    return responses


class ProjectImporter(RasaFileImporter):
    """Reads the split project, so that plain `rasa train` and `rasa data validate` work on it."""

    @cached_method
    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """The examples; Rasa asks twice for them, and reading its YAML takes as long as fitting on it."""
        return super().get_nlu_data(language)

    def get_domain(self) -> Domain:
        """domain.yml, with the responses of bot/responses/ that rules and stories name.

        All others are said by actions, through bot/assistant/nlg.py: in the domain Rasa would warn of each that no rule uses it.
        """
        wording = load_wording()
        named = {name for path in self._story_files for name in _NAMED.findall(Path(path).read_text(encoding="utf-8"))}
        known = sorted(named & set(wording.names()))
        return super().get_domain().merge(Domain.from_dict({"responses": rasa_responses(wording, known)}))
