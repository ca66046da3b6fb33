"""Which earlier answer a message takes back or changes; what cannot be placed is asked, never guessed. Pure."""

from __future__ import annotations

import re

from actions.placement_answers import NUMBER_WORDS, volunteered
from actions.placement_criteria import QUESTIONS
from actions.placement_patterns import CHANGING, CORRECTING, LAST_ONE, RESTATED, REVISING, SUBJECTS
from actions.placement_state import Check
from bot.nlu.plain import plain

WHICH = "which"
# A yes or no that a correction ends on, and the one that it quotes from before.
_SAID = re.compile(
    r"\b(?:not sure|unsure|maybe|skip|yes|yeah|yep|sí|si)\b|\b(?:no|not|nope|nah)\b(?! (?:one|body|idea|longer|more|problem))"
)
_QUOTED = re.compile(
    r"\bi (?:had )?(?:said|put|told you|answered|chose|clicked|pressed|hit) (yes|no|not sure|skip)\b|\bdije (?:que )?(s[ií]|no)\b"
)
_WRONG = re.compile(r"\b(?:wrong|not true|mistake|lied|equivoqu[eé])\b")
_ANSWER = {"not sure": "not_sure", "unsure": "not_sure", "maybe": "not_sure", "skip": "skip"}
_QUESTION_NUMBER = re.compile(r"\b(?:question|number|answer|pregunta)(?: number| n[uú]mero)? ([1-8])\b")
_ORDINAL = re.compile(
    r"\b(first|second|third|fourth|1st|2nd|3rd|4th|primera|segunda|tercera) (?:question|answer|pregunta)\b"
)
_COUNTED = re.compile(r"\b(question|number|pregunta) (one|two|three|four|uno|dos|tres|cuatro)\b")
# "No wait, ..." begins a correction and is not what it says.
_LEAD = re.compile(
    r"^(?:\W|no|nope|oh|ok|okay|sorry|wait|hold on|actually|hey|hmm*|um+|well|my bad|perd[oó]n|espere)+(?=\W)"
)


def subjects_of(said: str) -> list[str]:
    """The questions that a text speaks of: the one it numbers, else those whose subject it names."""
    number = _QUESTION_NUMBER.search(said)
    if number:
        return [QUESTIONS[int(number[1]) - 1]]
    return [question for question, pattern in SUBJECTS.items() if pattern.search(said)]


def _revised(said: str) -> dict[str, str]:
    """The one earlier answer that `said` speaks of by number or subject, with what it should be; else {}."""
    subjects = subjects_of(said)
    if len(subjects) != 1:
        return {}
    quoted = _QUOTED.search(said)
    given = _SAID.findall(_QUOTED.sub(" ", _LEAD.sub(" ", said)))
    if given:
        return {subjects[0]: _ANSWER.get(given[-1], "no" if given[-1] in ("no", "not", "nope", "nah") else "yes")}
    if quoted and _WRONG.search(said):
        return {subjects[0]: {"yes": "no", "no": "yes"}.get(quoted[1] or "", "not_sure")}
    return {}


def corrections(text: str) -> dict[str, str]:
    """Answers that a message takes back or changes, by question; {} where it is no correction."""
    said, numbered = plain(text), _with_digits(text)
    correcting, revising = CORRECTING.search(said), REVISING.search(numbered)
    if not correcting and not revising:
        return {}
    restated = {question: answer for question, answer, pattern in RESTATED if pattern.search(said)}
    told = {**restated, **(volunteered(text) if correcting else {})}
    revised = _revised(numbered) if revising else {}
    doubtful = {
        question for question, answer in revised.items() if told.get(question, answer) != answer and not _LEAD.match(said)
    }
    return {question: answer for question, answer in {**revised, **told}.items() if question not in doubtful}


def contradicted(text: str, check: Check) -> dict[str, str]:
    """Earlier answers that a message contradicts outright, without a word of correction; none where it answers what is asked."""
    told = volunteered(text)
    if check.asked in told or "?" in text:
        return {}
    return {question: answer for question, answer in told.items() if check.answers.get(question, answer) != answer}


def unplaced(text: str, check: Check) -> str | dict[str, str] | None:
    """For a message that wants an earlier answer changed and does not say to what: the question to ask again, "back" for the last one,
    an answer by question where only the question was left open, "which" where nothing tells; None for other messages.
    """
    said, numbered = plain(text), _with_digits(text)
    if not CHANGING.search(said):
        return None
    subjects = [question for question in subjects_of(numbered) if question in check.answers]
    if len(subjects) == 1:
        return subjects[0]
    if LAST_ONE.search(said) and not subjects and check.path:
        given = _SAID.findall(_QUOTED.sub(" ", _LEAD.sub(" ", said)))
        return (
            {check.path[-1]: _ANSWER.get(given[-1], "no" if given[-1] in ("no", "not", "nope", "nah") else "yes")}
            if given
            else "back"
        )
    return WHICH


def _with_digits(text: str) -> str:
    """`text` in plain form, but with the numbers of questions as digits ("question 2" must not become "question to")."""
    said = _ORDINAL.sub(lambda found: f"question {NUMBER_WORDS[found[1]]}", text.lower().replace("#", " number "))
    said = _COUNTED.sub(lambda found: f"{found[1]} {NUMBER_WORDS[found[2]]}", said)
    return re.sub(r"digit([1-8])", r"\1", plain(re.sub(r"\b([1-8])\b", r"digit\1", said)))
