"""Says when a message is not understood well enough to answer, and which meanings to offer then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

FALLBACK = "nlu_fallback"
REFUSED = ("out_of_scope", "chitchat")
# Meanings that make no sense as a button "did you mean ...?"
NOT_OFFERED = frozenset(
    ("greet", "goodbye", "thank", "affirm", "deny", "unsure", "repeat", "start_over", "cancel", "go_back", "skip", "why_ask",
     "more", "next_topic", "which_source", "chitchat", "out_of_scope", "complaint", "medical_advice", "harm_info",
     "crisis_suicide", "crisis_overdose", "crisis_withdrawal", "crisis_violence", "crisis_medical", FALLBACK)
)  # fmt: skip
MOST_OFFERED = 3


@dataclass(frozen=True)
class Thresholds:
    """Limits on calibrated confidence; config.yml says how each was measured."""

    answer: float = 0.45
    margin: float = 0.1
    offer: float = 0.08
    refuse: float = 0.3


@dataclass(frozen=True)
class Decision:
    """What to do with a ranking: `answer` its first, `clarify` between `offered`, or `refuse`."""

    do: str
    label: str
    offered: tuple[str, ...] = ()


def decide(ranking: Sequence[tuple[str, float]], limits: Thresholds) -> Decision:
    """The decision on a ranking (label, chance), best first."""
    (first, chance), second = ranking[0], ranking[1][1] if len(ranking) > 1 else 0.0
    if chance >= limits.answer and chance - second >= limits.margin:
        return Decision("answer", first)
    outside = sum(p for label, p in ranking if label in REFUSED)
    if outside >= limits.refuse:
        return Decision("answer", next(label for label, _ in ranking if label in REFUSED))
    offered = tuple(label for label, p in ranking if p >= limits.offer and label not in NOT_OFFERED)[:MOST_OFFERED]
    if offered and first not in NOT_OFFERED:
        return Decision("clarify", FALLBACK, offered)
    return Decision("answer", first) if chance >= limits.answer else Decision("clarify", FALLBACK, offered)


def thresholds(config: dict[str, Any]) -> Thresholds:
    """Thresholds from a component's configuration."""
    return Thresholds(**{name: float(config[name]) for name in Thresholds.__dataclass_fields__ if name in config})
