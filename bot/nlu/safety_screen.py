"""Second line of safety inside Rasa: the net reads every message again, last in the pipeline."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.danger import Reading, log_odds
from bot.nlu.danger_classifier import DANGER
from bot.safety import Net, Verdict, load
from bot.safety.verdict import ADVICE_KINDS, KINDS
from bot.settings import read

SAFETY = "safety"


# A clear ordinary meaning speaks against danger; these are too near to it, or too wide, to say anything.
SAYS_NOTHING = frozenset(
    ("complaint", "for_loved_one", "goodbye", "greet", "thank", "affirm", "deny", "unsure", "mental_health_treatment",
     "topic_cooccurring", *KINDS)
)  # fmt: skip


@dataclass(frozen=True)
class Bars:
    """How net, danger classifier and meaning are put together; config.yml says how each value was found."""

    margin_weight: float = 0.9  # of the danger classifier's log-odds beside the net's
    pattern_weight: float = 2.8  # where a pattern saw danger
    softened_weight: float = 1.0  # taken off where the patterns saw danger that is past or denied
    figure_weight: float = 1.5  # taken off where a figure of speech stands in it and no pattern saw danger
    meaning_weight: float = 0.8  # of the log-odds of a clear ordinary meaning, taken off
    crisis_least: float = -1.4  # the sum from which on it is a crisis
    advice_least: float = 0.0  # net and danger classifier together: a question for a doctor, or one nobody should answer


def second_reading(verdict: Verdict, danger: Reading, meaning: float, bars: Bars) -> Verdict:
    """All readers together; `meaning` is the log-odds of a clear ordinary meaning, 0 where there is none.

    What the net alone took for danger and the others reject is answered, with one line of 988.
    """
    seen = verdict.is_crisis and not verdict.rule.startswith("classifier.")
    weight = log_odds(verdict.crisis_chance) + bars.margin_weight * danger.margin - bars.meaning_weight * meaning
    weight += bars.pattern_weight * seen - bars.softened_weight * verdict.soft
    weight -= bars.figure_weight * (verdict.figure and not seen)
    if weight >= bars.crisis_least:
        if verdict.is_crisis:
            return replace(verdict, weight=round(weight, 4))
        return replace(verdict, kind=danger.kind, soft=False, rule="danger_classifier", weight=round(weight, 4))
    if verdict.is_crisis:
        verdict = replace(verdict, kind=None, soft=True)
    asked = log_odds(verdict.advice_chance) + bars.margin_weight * danger.advice_margin >= bars.advice_least
    if asked:
        return replace(verdict, kind=verdict.kind or danger.advice, soft=False)
    return replace(verdict, kind=None) if verdict.kind in ADVICE_KINDS else verdict


def clear_meaning(ranking: list[dict[str, Any]]) -> float:
    """The log-odds of the likeliest meaning, where it is more likely than not and says something; else 0."""
    if not ranking or ranking[0]["name"] in SAYS_NOTHING:
        return 0.0
    return max(log_odds(float(ranking[0]["confidence"])), 0.0)


def verdict_of(parsed: dict[str, Any]) -> Verdict | None:
    """The verdict that the screen left in a parse result; None when it left none."""
    kept = parsed.get(SAFETY)
    return Verdict(**kept) if kept else None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SafetyScreen(GraphComponent):
    """Overrules whatever the classifiers made of a message in which the net sees danger."""

    def __init__(self, net: Net | None, bars: Bars) -> None:
        self.net, self.bars = net, bars

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See Bars; the values in force stand in config.yml."""
        return {name: getattr(Bars, name) for name in Bars.__dataclass_fields__}

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> SafetyScreen:
        """The component; switched off only by SAFETY_INSIDE=off, in a test of the first line."""
        net = load() if read().safety_inside else None
        return cls(net, Bars(**{name: float(config[name]) for name in Bars.__dataclass_fields__}))

    def _verdict(self, message: Message, text: str) -> Verdict | None:
        if not self.net:
            return None
        verdict, danger = self.net.read(text), message.get(DANGER)
        if not danger or verdict.plain:
            return verdict
        return second_reading(verdict, Reading(**danger), clear_meaning(message.get(INTENT_RANKING_KEY) or []), self.bars)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and verdict where the net or the danger classifier has something to say."""
        for message in messages:
            text = message.get(TEXT)
            verdict = self._verdict(message, text) if text else None
            if verdict is None or (verdict.kind is None and not verdict.soft):
                continue
            message.set(SAFETY, asdict(verdict), add_to_output=True)
            if verdict.kind is not None:
                intent = {"name": verdict.kind, "confidence": 1.0}
                rest = [one for one in message.get(INTENT_RANKING_KEY) or [] if one["name"] != verdict.kind]
                message.set(INTENT, intent, add_to_output=True)
                message.set(INTENT_RANKING_KEY, [intent, *rest], add_to_output=True)
        return messages
