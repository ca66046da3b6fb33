"""Rasa's view of the project: domain.yml plus every sentence in bot/responses/."""

from __future__ import annotations

from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter

from bot.wording import Wording, load_wording


def rasa_responses(wording: Wording) -> dict[str, list[dict[str, Any]]]:
    """Responses in Rasa's own shape, by `utter_<name>`: the web wording, then the one for SMS."""
    responses: dict[str, list[dict[str, Any]]] = {}
    for name in wording.names():
        variations = [{"text": wording.render(name, "web", check=False)}]
        variations.append({"text": wording.render(name, "sms", check=False), "channel": "sms"})
        responses[f"utter_{name}"] = variations
    return responses


class ProjectImporter(RasaFileImporter):
    """Reads the split project, so that plain `rasa train` and `rasa data validate` work on it."""

    def get_domain(self) -> Domain:
        """domain.yml, with the responses of bot/responses/ added."""
        return super().get_domain().merge(Domain.from_dict({"responses": rasa_responses(load_wording())}))
