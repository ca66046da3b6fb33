"""The quick check's decision: a pure function from answers to one outcome with its reasons, for a clinician to sign.

The first row that matches decides (P counts the pointers among questions 5 to 8):

| Order | Condition                                                | Outcome      |
|-------|----------------------------------------------------------|--------------|
| 0     | the safety net fired on any message of the check         | URGENT       |
| 1     | danger is yes or not sure                                | URGENT       |
| 2     | adult is no                                              | MINOR        |
| 3     | adult is not sure or skipped                             | PHONE_ONLY   |
| 4     | withdrawal or medical is yes or not sure                 | CALL_NOW     |
| 5     | P >= 1                                                   | TALK_FIRST   |
| 6     | 1, 3 or 4 skipped, or any of 5 to 8 not sure or skipped  | NOT_ENOUGH   |
| 7     | otherwise                                                | IOP_MAY_FIT  |

`background` (question 9) never changes the outcome. A question without an answer counts as skipped.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import product

QUESTIONS = (
    "danger", "adult", "withdrawal", "medical", "home_support", "use_at_home", "outside_stress", "group_comfort", "background",
)  # fmt: skip
ANSWERS = ("yes", "no", "not_sure", "skip")
OUTCOMES = ("URGENT", "MINOR", "PHONE_ONLY", "CALL_NOW", "TALK_FIRST", "NOT_ENOUGH", "IOP_MAY_FIT")
# The answer to questions 5 to 8 for which the centre's page names inpatient care.
POINTS = {"home_support": "no", "use_at_home": "yes", "outside_stress": "yes", "group_comfort": "no"}
BACKGROUND = ("1", "2", "3")
RISK = ("yes", "not_sure")
UNKNOWN = ("not_sure", "skip")


@dataclass(frozen=True)
class Decision:
    """One outcome; `reasons` are the questions whose answers led to it, `pointers` those that point to inpatient."""

    outcome: str
    reasons: tuple[str, ...] = ()
    pointers: tuple[str, ...] = ()
    background: tuple[str, ...] = ()
    medical_alone: bool = False  # CALL_NOW for question 4 alone has a text of its own


def _checked(answers: Mapping[str, str]) -> dict[str, str]:
    unknown = {
        question: answer for question, answer in answers.items() if question not in QUESTIONS or answer not in ANSWERS
    }
    if unknown:
        raise ValueError(f"not a question of the check, or not an answer to it: {sorted(unknown)}")
    return {question: answers.get(question, "skip") for question in QUESTIONS}


def _with(questions: Iterable[str], given: Mapping[str, str], wanted: Collection[str]) -> tuple[str, ...]:
    return tuple(question for question in questions if given[question] in wanted)


def decide(answers: Mapping[str, str], background: Collection[str] = (), net_fired: bool = False) -> Decision:
    """The outcome for `answers` (question to yes, no, not_sure or skip); ValueError for any other word.

    `net_fired`: the safety net saw danger in a message of this check, whatever was answered before or after.
    """
    given = _checked(answers)
    pointers = tuple(question for question, answer in POINTS.items() if given[question] == answer)
    tail = tuple(number for number in BACKGROUND if number in background)
    health = _with(("withdrawal", "medical"), given, RISK)
    open_ends = _with(("danger", "withdrawal", "medical"), given, ("skip",)) + _with(POINTS, given, UNKNOWN)
    if net_fired or given["danger"] in RISK:
        return Decision("URGENT", ("danger",), pointers, tail)
    if given["adult"] == "no":
        return Decision("MINOR", ("adult",))
    if given["adult"] in UNKNOWN:
        return Decision("PHONE_ONLY", ("adult",), (), tail)
    if health:
        return Decision("CALL_NOW", health, pointers, tail, health == ("medical",))
    if pointers:
        return Decision("TALK_FIRST", pointers, pointers, tail)
    if open_ends:
        return Decision("NOT_ENOUGH", open_ends, (), tail)
    return Decision("IOP_MAY_FIT", (), (), tail)


def counts() -> dict[str, int]:
    """How many of the 65,536 ways to answer questions 1 to 8 lead to each outcome."""
    found = dict.fromkeys(OUTCOMES, 0)
    for given in product(ANSWERS, repeat=len(QUESTIONS) - 1):
        found[decide(dict(zip(QUESTIONS[:-1], given, strict=True))).outcome] += 1
    return found


def main() -> int:
    """Print the table and the counts for the clinician who signs them."""
    print(__doc__)
    for outcome, count in counts().items():
        print(f"{outcome:12} {count:6}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
