"""What Rasa's own commands see of the project: the sentences that rules name, and no warning about the others."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.validator import Validator

from bot.settings import PROJECT

NLU = "version: '3.1'\nnlu:\n- intent: greet\n  examples: |\n    - hello there\n    - good day\n"
RULE = "version: '3.1'\nrules:\n- rule: greeted\n  steps:\n  - intent: greet\n  - action: {action}\n"
DOMAIN = "version: '3.1'\nintents: [{intents}]\nactions: [action_conversation]\n"


def _validated(folder: Path, action: str, intents: str = "greet") -> tuple[bool, list[str]]:
    """Whether Rasa finds all well in a project of one rule, and what it warns of."""
    for name, text in (("nlu.yml", NLU), ("rules.yml", RULE.format(action=action))):
        (folder / name).write_text(text)
    (folder / "domain.yml").write_text(DOMAIN.format(intents=intents))
    importer = TrainingDataImporter.load_from_config(
        str(PROJECT / "config.yml"), str(folder / "domain.yml"), [str(folder / "nlu.yml"), str(folder / "rules.yml")]
    )
    with warnings.catch_warnings(record=True) as said:
        warnings.filterwarnings("always", category=UserWarning)
        import bot.assistant.importer

        warnings.filterwarnings("ignore", message=bot.assistant.importer.NO_EXAMPLES)
        well = Validator.from_importer(importer).verify_nlu(ignore_warnings=False)
    return well, [str(one.message) for one in said if issubclass(one.category, UserWarning)]


@pytest.mark.parametrize("action", ["action_conversation", "utter_cost"])
def test_a_rule_may_name_an_action_or_a_sentence(tmp_path: Path, action: str) -> None:
    assert _validated(tmp_path, action) == (True, [])


def test_a_sentence_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    well, said = _validated(tmp_path, "utter_no_such_sentence")
    assert not well
    assert "utter_no_such_sentence" in said[0]


def test_an_intent_without_examples_is_warned_of_unless_only_buttons_give_it(tmp_path: Path) -> None:
    _, said = _validated(tmp_path, "action_conversation", "greet, placement_resume, cost")
    without = [one for one in said if "not found in the NLU" in one]
    assert len(without) == 1
    assert "'cost'" in without[0]
