"""Where a quick check stands: the question asked, the answers, what was volunteered. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from actions.placement_criteria import QUESTIONS

CONSENT = "consent"
SAID_AT_ONCE = {"danger": "URGENT", "withdrawal": "CALL_NOW", "medical": "CALL_NOW"}
ENDS_EARLY = ("MINOR", "PHONE_ONLY")


@dataclass
class Check:
    """One person's quick check. Kept only after their yes; `repr` shows no answer."""

    asked: str = CONSENT
    answers: dict[str, str] = field(default_factory=dict, repr=False)
    background: list[str] = field(default_factory=list, repr=False)
    early: dict[str, str] = field(default_factory=dict, repr=False)  # volunteered, not yet confirmed
    confirming: bool = False  # the question asked is whether a volunteered answer is right
    tries: int = 0  # messages in a row that did not answer the question asked
    path: list[str] = field(default_factory=list)  # questions in the order they were answered
    outcome: str | None = None
    net_fired: bool = False  # danger was spoken of since it began; it stays so to the end
    begun_after: int = 0  # crisis turns of the conversation that lie before it

    @classmethod
    def of(cls, kept: dict[str, Any] | None) -> Check:
        """From the slot's value; fields that a new release no longer knows are dropped."""
        known = {name: value for name, value in (kept or {}).items() if name in cls.__dataclass_fields__}
        check = cls(**known)
        return check if check.asked in (CONSENT, *QUESTIONS) else cls()

    def kept(self) -> dict[str, Any] | None:
        """The slot's value: nothing at all before the person's yes."""
        if self.asked != CONSENT:
            return asdict(self)
        danger = {"net_fired": self.net_fired, "begun_after": self.begun_after}
        return {"asked": CONSENT, "tries": self.tries, **{name: value for name, value in danger.items() if value}}

    def record(self, question: str, answer: str) -> None:
        """Take an answer; a later one to the same question replaces it."""
        self.answers[question] = answer
        if question in self.path:
            self.path.remove(question)
        self.path.append(question)
        self.early.pop(question, None)
        self.tries, self.confirming = 0, False

    def next_question(self) -> str | None:
        """The first question without an answer; None when all have one."""
        return next((question for question in QUESTIONS if question not in self.answers), None)

    def reopen(self, question: str) -> bool:
        """Ask this earlier question again; False where it has no answer yet."""
        if question not in self.answers:
            return False
        self.path = [*(one for one in self.path if one != question), question]
        return self.step_back()

    def step_back(self) -> bool:
        """Ask the question answered last again; False at the first one."""
        self.outcome, self.tries, self.confirming = None, 0, False
        if not self.path:
            return False
        question = self.path.pop()
        self.answers.pop(question, None)
        if question == "background":
            self.background = []
        self.asked = question
        return True

    @property
    def number(self) -> int:
        """Which question is asked, from 1."""
        return QUESTIONS.index(self.asked) + 1 if self.asked in QUESTIONS else 0
