"""Second line of safety inside Rasa: the net reads every message again, and nothing after it may overrule what it sees."""

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


Ranking = list[dict[str, Any]]  # name and confidence, best first
# A clear ordinary meaning speaks against danger; these are too near to it, or too wide, to say anything.
SAYS_NOTHING = frozenset(
    ("complaint", "for_loved_one", "goodbye", "greet", "thank", "affirm", "deny", "unsure", "mental_health_treatment",
     "topic_cooccurring", *KINDS)
)  # fmt: skip


@dataclass(frozen=True)
class Bars:
    """How net, danger classifier and meaning are put together; config.yml says how each value was found."""

    margin_weight: float = 1.0  # of the danger classifier's log-odds beside the net's
    pattern_weight: float = 1.8  # where a pattern saw danger
    softened_weight: float = 1.2  # taken off where the patterns saw danger that is past or denied
    figure_weight: float = 1.7  # taken off where a figure of speech stands in it and no pattern saw danger
    meaning_weight: float = 0.75  # of the log-odds of a clear ordinary meaning, taken off
    crisis_least: float = -1.9  # the sum from which on it is a crisis
    # A question for a doctor, or one that nobody should answer.
    advice_margin_weight: float = 1.5  # of the danger classifier's log-odds beside the net's
    advice_clear_weight: float = 1.7  # of the log-odds of a clear ordinary meaning, taken off
    advice_meaning_weight: float = 0.7  # of what the intent model gives such questions
    advice_least: float = -4.0  # the sum from which on it is one
    advice_never: float = -8.0  # the sum below which it is none, even where the intent model puts one first


@dataclass(frozen=True)
class Meant:
    """What the intent model's ranking says, in log-odds."""

    clear: float = 0.0  # of the likeliest meaning, where it is more likely than not and tells something; else 0
    advice: float = 0.0  # of questions for a doctor, or for nobody


def second_reading(verdict: Verdict, danger: Reading, meant: Meant, bars: Bars) -> Verdict:
    """All readers together. What the net alone took for danger and the others reject is answered, with one line of 988."""
    seen = verdict.is_crisis and not verdict.rule.startswith("classifier.")
    weight = log_odds(verdict.crisis_chance) + bars.margin_weight * danger.margin - bars.meaning_weight * meant.clear
    weight += bars.pattern_weight * seen - bars.softened_weight * verdict.soft
    weight -= bars.figure_weight * (verdict.figure and not seen)
    if weight >= bars.crisis_least:
        if verdict.is_crisis:
            return replace(verdict, weight=round(weight, 4))
        return replace(verdict, kind=danger.kind, soft=False, rule="danger_classifier", weight=round(weight, 4))
    if verdict.is_crisis:
        verdict = replace(verdict, kind=None, soft=True)
    if advice_weight(verdict, danger, meant, bars) >= bars.advice_least:
        return replace(verdict, kind=verdict.kind or danger.advice, soft=False)
    return replace(verdict, kind=None) if verdict.kind in ADVICE_KINDS else verdict


def advice_weight(verdict: Verdict, danger: Reading, meant: Meant, bars: Bars) -> float:
    """How much speaks for a question that only a doctor, or nobody, may answer."""
    weight = log_odds(verdict.advice_chance) + bars.advice_margin_weight * danger.advice_margin
    return weight - bars.advice_clear_weight * meant.clear + bars.advice_meaning_weight * meant.advice


def meant_by(ranking: Ranking) -> Meant:
    """What a ranking of meanings, best first, says."""
    if not ranking:
        return Meant()
    advice = log_odds(sum(float(one["confidence"]) for one in ranking if one["name"] in ADVICE_KINDS))
    if ranking[0]["name"] in SAYS_NOTHING:
        return Meant(advice=advice)
    return Meant(max(log_odds(float(ranking[0]["confidence"])), 0.0), advice)


def without_advice(ranking: Ranking) -> Ranking:
    """The ranking of the other meanings, their chances brought to the same sum; as it is where there are none."""
    rest = [one for one in ranking if one["name"] not in ADVICE_KINDS]
    share = sum(float(one["confidence"]) for one in rest)
    whole = sum(float(one["confidence"]) for one in ranking)
    return [{**one, "confidence": float(one["confidence"]) * whole / share} for one in rest] if share else ranking


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

    def _reading(self, message: Message, text: str) -> tuple[Verdict | None, Ranking]:
        """The verdict, and the ranking without what all readers of danger are sure it does not ask."""
        ranking: Ranking = message.get(INTENT_RANKING_KEY) or []
        if not self.net:
            return None, ranking
        verdict, given = self.net.read(text), message.get(DANGER)
        if not given or verdict.plain:
            return verdict, ranking
        danger, meant = Reading(**given), meant_by(ranking)
        sure = verdict.kind is None and advice_weight(verdict, danger, meant, self.bars) < self.bars.advice_never
        return second_reading(verdict, danger, meant, self.bars), without_advice(ranking) if sure else ranking

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent, ranking and verdict where the net or the danger classifier has something to say."""
        for message in messages:
            text = message.get(TEXT)
            if not text:
                continue
            verdict, ranking = self._reading(message, text)
            if verdict is not None and verdict.kind is not None:
                intent = {"name": verdict.kind, "confidence": 1.0}
                ranking = [intent, *(one for one in ranking if one["name"] != verdict.kind)]
            if verdict is not None and (verdict.kind is not None or verdict.soft):
                message.set(SAFETY, asdict(verdict), add_to_output=True)
            if ranking:
                message.set(INTENT, ranking[0], add_to_output=True)
                message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages
