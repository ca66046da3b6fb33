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

    answer: float = 0.45  # below it the likeliest meaning is not answered but offered
    margin: float = 0.4  # nor where the next one comes this near
    offer: float = 0.03  # a meaning likelier than this is worth a button
    offer_alone: float = 0.3  # a meaning that makes no button is answered from here on
    refuse: float = 0.07  # from this much chance of being outside on, it is not answered as if it were ours


@dataclass(frozen=True)
class Decision:
    """What to do with a ranking: `answer` its first, `clarify` between `offered`, or `refuse` with what it might be."""

    do: str
    label: str
    offered: tuple[str, ...] = ()


def _worth_offering(ranking: Sequence[tuple[str, float]], least: float, most: int) -> tuple[str, ...]:
    return tuple(label for label, chance in ranking if chance >= least and label not in NOT_OFFERED)[:most]


def decide(ranking: Sequence[tuple[str, float]], limits: Thresholds) -> Decision:
    """The decision on a ranking (label, chance), best first."""
    (first, chance), second = ranking[0], ranking[1][1] if len(ranking) > 1 else 0.0
    outside = sum(p for label, p in ranking if label in REFUSED)
    if outside >= limits.refuse:
        refused = next(label for label, _ in ranking if label in REFUSED)
        return Decision("refuse", refused, _worth_offering(ranking, limits.offer, 2))
    near = chance < limits.answer or chance - second < limits.margin
    offered = _worth_offering(ranking, limits.offer, MOST_OFFERED)
    # A yes, a thank-you or a "skip" makes no button: asked back, it could only be misread.
    if not near or first in NOT_OFFERED or not offered:
        return Decision("answer", first) if chance >= limits.offer_alone else Decision("clarify", FALLBACK, offered)
    return Decision("clarify", FALLBACK, offered)


def thresholds(config: dict[str, Any]) -> Thresholds:
    """Thresholds from a component's configuration."""
    return Thresholds(**{name: float(config[name]) for name in Thresholds.__dataclass_fields__ if name in config})
