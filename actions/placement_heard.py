"""What a message means while the quick check is open: a command, a correction, a question, an answer. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from actions.placement_answers import corrections, reading_of
from actions.placement_state import CONSENT, Check
from actions.turn import Heard
from bot.nlu.undecided import NOT_OFFERED

COMMANDS = {
    "go_back": "back", "cancel": "stop", "start_over": "restart", "why_ask": "why", "repeat": "repeat",
    "placement_resume": "resume", "crisis_resume": "resume", "start_screen": "resume",
}  # fmt: skip
ANSWERS = {"affirm": "yes", "deny": "no", "unsure": "not_sure", "skip": "skip"}
READ = {"yes": "yes", "no": "no", "not_sure": "not_sure", "unsure": "not_sure", "skip": "skip"}
# A command or a question must be plainer than the answer it would replace.
SURE_COMMAND, SURE_QUESTION, SURE_ANSWER, LEAST_QUESTION = 0.6, 0.75, 0.8, 0.3
LEAST_ANSWER = 0.5  # a reading that is more likely wrong than right is asked again, plainly
SHORT_WORDS = 12


@dataclass(frozen=True)
class Meant:
    """The reading of one message in the check; at most one of the parts is set, but for an answer's background."""

    command: str | None = None
    answer: str | None = field(default=None, repr=False)
    background: tuple[str, ...] = field(default=(), repr=False)
    corrections: dict[str, str] = field(default_factory=dict, repr=False)
    digression: str | None = None


def _by_button(turn: Heard) -> Meant:
    if turn.intent in COMMANDS:
        return Meant(COMMANDS[turn.intent])
    if turn.intent in ANSWERS:
        return Meant(answer=ANSWERS[turn.intent])
    if turn.intent == "answer":
        chosen = str(turn.entity("choice"))
        return Meant(answer="no" if chosen == "4" else "yes", background=() if chosen == "4" else (chosen,))
    return Meant(digression=turn.intent)


def _asked_label(turn: Heard) -> str | None:
    ranking = [(one["name"], one["confidence"]) for one in turn.parsed.get("intent_ranking") or []]
    named = [(label, chance) for label, chance in ranking if label not in NOT_OFFERED and label != "start_screen"]
    return named[0][0] if named and named[0][1] >= LEAST_QUESTION else None


def _command(turn: Heard, answered: bool) -> str | None:
    command = COMMANDS.get(turn.intent)
    if command is None or turn.confidence < SURE_COMMAND or len(turn.text.split()) > SHORT_WORDS:
        return None
    return None if answered and turn.confidence < SURE_ANSWER else command


def meant(turn: Heard, check: Check) -> Meant:
    """What the message means at the question that `check` asks."""
    if turn.by_button:
        return _by_button(turn)
    question = CONSENT if check.confirming else check.asked
    reading = reading_of(question, {**turn.parsed, "text": turn.text})
    given = READ.get(reading.meaning) if reading.confidence >= LEAST_ANSWER else None
    sure = given is not None and reading.confidence >= SURE_ANSWER
    # "Go back, my husband does drink" names its correction: it is no mere step back.
    changed = {q: a for q, a in corrections(turn.text).items() if q in check.answers and q != check.asked}
    if changed:
        return Meant(corrections=changed)
    command = _command(turn, sure)
    if command:
        return Meant(command)
    label = _asked_label(turn)
    if label and (reading.meaning == "question" or (not sure and turn.confidence >= SURE_QUESTION)):
        return Meant(digression=label)
    if reading.meaning == "question" and turn.intent == "why_ask":
        return Meant("why")
    if given is None:
        return Meant(digression="out_of_scope") if turn.intent in ("out_of_scope", "chitchat") else Meant()
    return Meant(answer=given, background=tuple(reading.background))
