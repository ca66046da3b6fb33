"""What the net says about one text: a kind, for whom, and which rule decided, never the text."""

from dataclasses import dataclass
from typing import Literal

CRISIS_KINDS = (
    "crisis_overdose",
    "crisis_suicide",
    "crisis_violence",
    "crisis_withdrawal",
    "crisis_medical",
)
ADVICE_KINDS = ("harm_info", "medical_advice")
# The order is the order of urgency: when a text holds several dangers, the first one is answered.
KINDS = CRISIS_KINDS + ADVICE_KINDS

# From this score on the classifier needs no second opinion (docs/safety.md).
NEARLY_SURE = 0.97

Person = Literal["self", "other"]
Language = Literal["en", "es"]


@dataclass(frozen=True)
class Verdict:
    """The reading of one text. `soft` means past or denied danger: the answer goes on, with one 988 line."""

    kind: str | None = None
    soft: bool = False
    person: Person = "self"
    child: bool = False
    on_purpose: bool = False
    hurting: bool = False  # in crisis_violence: the person may hurt somebody, and is not the one being hurt
    language: Language = "en"
    rule: str = ""
    score: float = 0.0
    now: bool = False  # words that say it is happening while the person writes
    figure: bool = False  # a figure of speech, a film or a game stands in it
    plain: bool = False  # a pattern that no classifier may overrule
    crisis_chance: float = 0.0
    advice_chance: float = 0.0
    weight: float = 0.0  # of a second reading: how much speaks for a crisis (bot/nlu/safety_screen.py)

    @property
    def is_crisis(self) -> bool:
        return self.kind in CRISIS_KINDS

    @property
    def is_doubtful(self) -> bool:
        """A crisis that is not said plainly and of which the classifier is not nearly sure: worth a second reading.

        So are signs of withdrawal: the check asks for them, and only the assistant knows what was asked.
        """
        return self.is_crisis and not self.plain and (self.crisis_chance < NEARLY_SURE or self.kind == "crisis_withdrawal")
