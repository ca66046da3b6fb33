"""What a message means while the quick check is open: a command, a correction, a question, an answer. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from actions.consent import consent_of
from actions.placement_answers import Reading, plain_answer, reading_of, volunteered
from actions.placement_corrections import WHICH, contradicted, corrections, unplaced
from actions.placement_signs import counts, grown, is_clear_minor
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
BARE_WORDS = 5
REOPEN = "again_"
# Answered for a loved one's sake, not asked for them: "i live with someone who drinks" is no wish to read about families.
NO_DIGRESSION = ("start_screen", "for_loved_one")
_ASKS = re.compile(
    r"\?|^\W*(?:what|when|where|how|who|why|which|do|does|did|are|is|can|could|will|would|qu[eé]|cu[aá]\w+|d[oó]nde|c[oó]mo)\b",
    re.IGNORECASE,
)
# Who begins so wants to be told something, whatever the words after it would answer.
_REQUESTS = re.compile(
    r"^\W*(?:please |can you |por favor )?(?:tell|explain|describe|show|teach|inform|talk to|h[aá]bla|cu[eé]nta|expl[ií]ca|dime)\s?(?:me|us|nos)?\b",
    re.IGNORECASE,
)
_SAME_WORDS = re.compile(r"\b(?:question|again|repeat|once more|pregunta|otra vez|repit\w+|de nuevo)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Meant:
    """The reading of one message in the check; at most one of the parts is set, but for an answer's background."""

    command: str | None = None
    answer: str | None = field(default=None, repr=False)
    background: tuple[str, ...] = field(default=(), repr=False)
    corrections: dict[str, str] = field(default_factory=dict, repr=False)
    digression: str | None = None
    reopen: str | None = None  # an earlier question to ask again


def _by_button(turn: Heard) -> Meant:
    if turn.intent in COMMANDS:
        return Meant(COMMANDS[turn.intent])
    if turn.intent in ANSWERS:
        return Meant(answer=ANSWERS[turn.intent])
    if turn.intent == "answer":
        chosen = str(turn.entity("choice"))
        if chosen.startswith(REOPEN):
            return Meant(reopen=chosen.removeprefix(REOPEN))
        return Meant(answer="no" if chosen == "4" else "yes", background=() if chosen == "4" else (chosen,))
    return Meant(digression=turn.intent)


def _asked_label(turn: Heard) -> str | None:
    ranking = [(one["name"], one["confidence"]) for one in turn.parsed.get("intent_ranking") or []]
    asks = bool(_ASKS.search(turn.text))
    named = [(label, chance) for label, chance in ranking
             if label not in NOT_OFFERED and label != "start_screen" and (asks or label not in NO_DIGRESSION)]  # fmt: skip
    return named[0][0] if named and named[0][1] >= LEAST_QUESTION else None


def _command(turn: Heard, answered: bool) -> str | None:
    command = COMMANDS.get(turn.intent)
    if command is None or turn.confidence < SURE_COMMAND or len(turn.text.split()) > SHORT_WORDS:
        return None
    if command == "repeat" and not _SAME_WORDS.search(turn.text):
        command = "plainer"
    return None if answered and turn.confidence < SURE_ANSWER else command


def _reading(turn: Heard, check: Check, parsed: dict[str, Any]) -> Reading:
    """The reading of a message that may count as an answer; confidence 0 where nothing in it answers what is asked."""
    question = CONSENT if check.confirming else check.asked
    if question == "adult" and (age := grown(turn.text)):
        return Reading(age)
    told = None if question == CONSENT else volunteered(turn.text).get(question)
    if told:
        return Reading(told)
    if question == CONSENT and consent_of(turn.text) is not None:
        return Reading("yes" if consent_of(turn.text) else "no")
    reading = reading_of(question, parsed)
    plainly = plain_answer(turn.text) is not None
    doubtful = not plainly and reading.confidence < 1.0 and not counts(question, parsed, turn.text)
    unclear = question == CONSENT and reading.meaning == "yes" and check.confirming  # only a clear yes confirms
    by_guess = question == "adult" and reading.meaning == "no" and not is_clear_minor(turn.text)
    return Reading(reading.meaning, 0.0) if reading.meaning != "question" and (doubtful or unclear or by_guess) else reading


def _changed(turn: Heard, check: Check) -> Meant | None:
    """A correction of earlier answers, or which of them is meant; None for a message that corrects nothing."""
    # "Go back, my husband does drink" names its correction: it is no mere step back.
    changed = {q: a for q, a in corrections(turn.text).items() if q in check.answers and q != check.asked}
    changed = changed or contradicted(turn.text, check)
    if changed:
        return Meant(corrections=changed)
    open_change = unplaced(turn.text, check) if check.answers else None
    if isinstance(open_change, dict):
        return Meant(corrections=open_change)
    if open_change in ("back", WHICH):
        # Nothing but a wish to change: the answer given last is asked again.
        bare = turn.intent == "go_back" and turn.confidence >= SURE_COMMAND and len(turn.text.split()) <= BARE_WORDS
        return Meant("back" if open_change == "back" or bare else WHICH)
    return Meant(reopen=open_change) if open_change else None


def meant(turn: Heard, check: Check) -> Meant:
    """What the message means at the question that `check` asks."""
    if turn.by_button:
        return _by_button(turn)
    if "language" in turn.matters:
        return Meant("repeat")
    parsed = {**turn.parsed, "text": turn.text}
    reading = _reading(turn, check, parsed)
    given = READ.get(reading.meaning) if reading.confidence >= LEAST_ANSWER else None
    sure = given is not None and reading.confidence >= SURE_ANSWER
    changed = _changed(turn, check)
    if changed:
        return changed
    command = None if plain_answer(turn.text) else _command(turn, sure)
    if command:
        return Meant(command)
    label = _asked_label(turn)
    unsure_or_told = not sure or bool(_REQUESTS.search(turn.text))
    if label and (reading.meaning == "question" or (unsure_or_told and turn.confidence >= SURE_QUESTION)):
        return Meant(digression=label)
    if reading.meaning == "question" and turn.intent == "why_ask":
        return Meant("why")
    if given is None:
        asks_else = turn.intent in ("out_of_scope", "chitchat") and (
            reading.meaning == "question" or _ASKS.search(turn.text)
        )
        return Meant(digression="out_of_scope") if asks_else else Meant()
    return Meant(answer=given, background=tuple(reading.background))
