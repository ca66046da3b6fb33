"""The seven mistakes that pass Rasa's own commands: none of them is in the project, and each is found when it is planted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.errors import WordingError
from bot.facility import load_facility
from bot.policies.flow import FLOWS
from bot.settings import PROJECT
from bot.wording import load_wording
from tests.data.checks import (
    doubled_examples,
    doubled_keys,
    doubled_rules,
    examples,
    passed_over,
    rules,
    unknown_in_rules,
)  # fmt: skip

NLU, RULES = PROJECT / "data" / "nlu", PROJECT / "data" / "rules"
DOMAIN: dict[str, Any] = yaml.safe_load((PROJECT / "domain.yml").read_text(encoding="utf-8"))
ONLY_BY_BUTTON = {"answer", "placement_resume", "crisis_resume", "nlu_fallback"}
LEAST_EXAMPLES = 40


def _written(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return folder


def _project_yaml() -> list[Path]:
    top = [PROJECT / name for name in ("domain.yml", "config.yml", "credentials.yml", "endpoints.yml", "facility.yml")]
    return [*top, *(PROJECT / "bot").rglob("*.yml"), *(PROJECT / "data").rglob("*.yml")]


# 1. A rule that names what does not exist (`rasa data validate` alone: 0).


def test_rules_name_only_what_the_domain_has(tmp_path: Path) -> None:
    """Intents and actions."""
    assert unknown_in_rules(RULES, DOMAIN) == []
    planted = _written(tmp_path, r="rules:\n- rule: A\n  steps:\n  - intent: greet\n  - action: utter_nothing\n")
    assert unknown_in_rules(planted, DOMAIN) == ["utter_nothing"]


def test_every_intent_leads_somewhere() -> None:
    """A rule for each; what is not understood has one, too."""
    assert {rule["steps"][0]["intent"] for rule in rules(RULES)} == set(DOMAIN["intents"])
    assert set(FLOWS.values()) <= set(DOMAIN["actions"])


def test_every_action_of_the_domain_exists_and_none_is_forgotten() -> None:
    """The names that the classes of actions/ give themselves."""
    from rasa_sdk.executor import ActionExecutor

    executor = ActionExecutor()
    executor.register_package("actions")
    assert set(executor.actions) == set(DOMAIN["actions"])


def test_the_checks_that_a_commit_must_pass_fail_on_warnings() -> None:
    """Without the flag, Rasa's own validation is green whatever it finds."""
    assert "data validate --fail-on-warnings" in (PROJECT / "tools" / "check.sh").read_text(encoding="utf-8")


# 2. The same example under two intents (`rasa data validate` alone: 0).


def test_no_example_stands_twice(tmp_path: Path) -> None:
    """Read as the model reads it: case, quotes and texting spellings do not count."""
    assert doubled_examples(NLU) == []
    two = "nlu:\n- intent: a\n  examples: |\n    - Thank YOU\n- intent: b\n  examples: |\n    - thank u\n"
    assert doubled_examples(_written(tmp_path, n=two)) == ["'thank you': a and b"]


def test_every_intent_is_taught_and_only_those() -> None:
    """Enough examples for each that a person can say; none for what only buttons send."""
    counts: dict[str, int] = {}
    for intent, _ in examples(NLU):
        counts[intent] = counts.get(intent, 0) + 1
    assert set(counts) == set(DOMAIN["intents"]) - ONLY_BY_BUTTON
    assert {intent: count for intent, count in counts.items() if count < LEAST_EXAMPLES} == {}


# 3. A wrong prediction (`rasa test core` alone: 0): tests/rasa/test_stories.py fails on it.
# 4. A conversation file that is passed over for its name.


def test_no_conversation_is_passed_over(tmp_path: Path) -> None:
    """Rasa reads test_*.yml only, and says nothing of the rest."""
    assert passed_over(PROJECT / "tests" / "conversations", beside=("openings",)) == []
    assert passed_over(PROJECT / "tests" / "rasa") == []
    assert passed_over(_written(tmp_path, story="a: b", test_other="a: b")) == ["story.yml"]


# 5. The same response in two files, or twice in one (`--fail-on-warnings`: 0; the first one wins).


def test_no_name_stands_twice_in_a_file(tmp_path: Path) -> None:
    """In no YAML file of the project."""
    assert doubled_keys(_project_yaml()) == []
    planted = _written(tmp_path, greet="greet: {web: Hi}\ngreet: {web: Hello}\n")
    assert doubled_keys([planted / "greet.yml"]) == ["greet.yml: ['greet'] stand twice"]


def test_no_response_stands_in_two_files(tmp_path: Path) -> None:
    """The project does not start with one."""
    planted = _written(tmp_path, one="greet: {web: Hi}\n", two="greet: {web: Hello}\n")
    with pytest.raises(WordingError, match=r"greet stands in one\.yml and in two\.yml"):
        load_wording(planted, load_facility())


# 6. Two rules with one name (`--fail-on-warnings`: 0).


def test_no_two_rules_share_a_name_or_an_intent(tmp_path: Path) -> None:
    """One rule, one name, one intent."""
    assert doubled_rules(RULES) == []
    one = "- rule: Hello\n  steps:\n  - intent: {}\n  - action: action_conversation\n"
    planted = _written(tmp_path, r="rules:\n" + one.format("greet") + one.format("thank"))
    assert doubled_rules(planted) == ["Hello"]


# 7. A gap that nothing fills (`--fail-on-warnings`: 0; the person is shown the raw {gap}).


def test_no_response_holds_a_gap_that_nothing_fills(tmp_path: Path) -> None:
    """Loading refuses it; tests/test_wording.py holds the actions to filling the rest."""
    planted = _written(tmp_path, one='greet: {web: "Hi {first_name}"}\n')
    with pytest.raises(WordingError, match="first_name"):
        load_wording(planted, load_facility())
