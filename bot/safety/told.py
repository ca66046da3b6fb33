"""When what sounds like danger is an answer to the check: its question asked for such words. Pure: no Rasa in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DANGER, WITHDRAWAL = "danger", "withdrawal"
ANSWERS = ("yes", "no", "not_sure")
SURE_ENOUGH = 0.45  # the chance of a reading
# What a second reading must weigh to stay a crisis where a question of the check was asked. Answers that are one weighed 3.3
# and more in the development answers and in ours; "they'd kill me if I didn't, so yes" and its like 2.0 and less. Of withdrawal
# that goes on while somebody writes (39 messages that nothing was learnt from) nine in ten weighed more, and of the same told as
# long past one in ten.
STAYS_DANGER = 3.0


def is_answer(parsed: Mapping[str, Any], asked: str | None) -> bool:
    """Whether a message taken for a crisis answers the question of the check that was asked.

    "Shakes, yes, every time" is what the question on withdrawal asks for, and a yes leads to CALL_NOW with 911 in it
    (placement.md). Said plainly, with weight, as something that goes on now, or at the question on danger, it stays a crisis.
    """
    verdict, intent = parsed.get("safety") or {}, (parsed.get("intent") or {}).get("name")
    if not asked or asked == DANGER or verdict.get("plain", True) or verdict.get("kind") != intent:
        return False
    if asked == WITHDRAWAL and verdict.get("now", True):
        return False
    meaning, chance = (parsed.get("answer_readings") or {}).get(asked) or (None, 0.0)
    if meaning not in ANSWERS or chance < SURE_ENOUGH:
        return False
    return bool(verdict.get("weight", STAYS_DANGER) < STAYS_DANGER)
