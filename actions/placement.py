"""The quick check: consent, nine questions in any words, corrections, digressions, outcome with reasons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import answer, language_of, options, person_of
from actions.crisis import crises_before, danger_of_check, fired_since
from actions.person import WAYS, reach
from actions.placement_answers import volunteered
from actions.placement_corrections import WHICH
from actions.placement_criteria import Decision, decide
from actions.placement_early import early_answers
from actions.placement_heard import SHORT_WORDS, Meant, meant
from actions.placement_state import CONSENT, ENDS_EARLY, SAID_AT_ONCE, Check
from actions.placement_words import ask, ask_which, changed, explain_why, kept, tell
from actions.saying import button, exists, say
from actions.turn import Heard, heard, set_slots

PLAIN_AFTER, PERSON_AFTER = 1, 2  # tries without an answer: a plainer question, then ways out


class Taking:
    """One turn of the check: what was meant, what is said, what is kept."""

    def __init__(self, dispatcher: CollectingDispatcher, turn: Heard) -> None:
        self.dispatcher, self.turn = dispatcher, turn
        self.check = Check.of(turn.slots.get("placement"))
        self.check.net_fired = self.check.net_fired or fired_since(turn, self.check.begun_after)
        self.values = person_of(turn) if self.check.asked == CONSENT else language_of(turn)
        self.how = options(turn, self.values)
        self.flow: str | None = "placement"
        self.waits = False
        self.events: list[EventType] = []

    def done(self) -> list[EventType]:
        """The events of this turn."""
        # Stopped or done, it can be taken up again in this conversation; without a yes there is nothing to keep.
        kept = self.check.kept() if self.flow or self.check.asked != CONSENT else None
        slots = {"flow": self.flow, "flow_waits": self.waits, "placement": kept, "misses": 0, **self.values}
        return [*self.events, *set_slots(**slots)]

    def open(self) -> None:
        """Begin, or offer to go on where an earlier check stands."""
        if self.turn.slots.get("placement") and self.check.asked != CONSENT and not self.check.outcome:
            self.resume()
            return
        self.check = Check(begun_after=(before := crises_before(self.turn)), net_fired=fired_since(self.turn, before))
        if "assess" in self.turn.text.lower() or "evaluat" in self.turn.text.lower():
            say(self.dispatcher, "placement_not_assessment", **self.how)
        ask(self.dispatcher, self.check, self.how)

    def resume(self) -> None:
        """Ask the question that was waiting."""
        if self.check.outcome:
            self.finish()
            return
        say(self.dispatcher, "placement_resumed", **self.how)
        ask(self.dispatcher, self.check, self.how)

    def go_on(self) -> None:
        """Ask the next question, or say the outcome."""
        question = self.check.next_question()
        if question is None:
            self.finish()
            return
        self.check.asked = question
        self.check.confirming = question in self.check.early
        ask(self.dispatcher, self.check, self.how)

    def decided(self) -> Decision:
        """What the answers so far, and danger spoken of, come to."""
        return decide(self.check.answers, self.check.background, self.check.net_fired)

    def finish(self) -> None:
        """Say the outcome; the check stays open to corrections, or keeps nothing for a minor."""
        decision = self.decided()
        if self.check.answers.get("adult") == "no":
            # What URGENT says was said at question 1; a minor's check ends here all the same, and nothing is kept.
            decision = Decision("MINOR", ("adult",))
        danger = danger_of_check(self.turn, self.how) if decision.outcome == "URGENT" and self.check.net_fired else None
        tell(self.dispatcher, decision, self.turn.channel, self.how, danger)
        self.flow = None
        self.check.outcome = decision.outcome
        if decision.outcome == "MINOR":
            self.check = Check()

    def step_back(self) -> None:
        """Ask the question before this one again."""
        if self.check.step_back():
            say(self.dispatcher, "placement_back", **self.how)
        ask(self.dispatcher, self.check, self.how)

    def stop(self) -> None:
        """The person wants no more questions."""
        say(self.dispatcher, "placement_declined" if self.check.asked == CONSENT else "placement_stopped", **self.how)
        self.flow = None
        if self.check.asked == CONSENT:
            self.check = Check()

    def take(self, question: str, given: str) -> None:
        """Take one answer and say at once what cannot wait."""
        self.check.record(question, given)
        decision = self.decided()
        if question == "adult" and (given == "no" or decision.outcome in ENDS_EARLY):
            self.finish()
            return
        if SAID_AT_ONCE.get(question) and given in ("yes", "not_sure"):
            self.urgent(question)
            return
        self.go_on()

    def urgent(self, question: str) -> None:
        """Say URGENT or CALL_NOW now; the check waits until the person wants to go on."""
        name = {"danger": "placement_urgent", "withdrawal": "placement_call_now"}.get(question, "placement_call_now_medical")
        say(self.dispatcher, name, kind="crisis" if question == "danger" else "handoff", **self.how)
        following = self.check.next_question()
        self.check.asked = following or self.check.asked
        self.check.confirming = following in self.check.early
        language = self.how["language"]
        ways = [
            button("button_go_on", "/placement_resume", language),
            button("button_person", "/talk_to_human", language),
            button("button_stop_questions", "/cancel", language),
        ]
        say(self.dispatcher, "placement_go_on_offer", ways, **self.how)

    def not_understood(self) -> None:
        """A plainer wording first, then the ways out; nothing is counted as answered."""
        self.check.tries += 1
        person = self.check.tries >= PERSON_AFTER
        if person:
            say(self.dispatcher, "placement_help", **self.how)
        ask(self.dispatcher, self.check, self.how, plain=self.check.tries >= PLAIN_AFTER, person=person)

    def plainer(self) -> None:
        """The question was heard but not understood: the same in plainer words, then the ways out."""
        self.check.tries += 1
        if self.check.asked == CONSENT or self.check.confirming:
            ask(self.dispatcher, self.check, self.how)
            return
        person = self.check.tries >= PERSON_AFTER
        if person:
            say(self.dispatcher, "placement_plainest", **self.how)
        else:
            say(self.dispatcher, "placement_plainer", **self.how)
        ask(self.dispatcher, self.check, self.how, plain=True, person=person)

    def reopen(self, question: str) -> None:
        """Ask an earlier question again, so that its answer can be changed."""
        if self.check.reopen(question):
            say(self.dispatcher, "placement_again", **self.how)
        ask(self.dispatcher, self.check, self.how)

    def digress(self, label: str) -> None:
        """Answer the person's own question, then ask ours again."""
        if label in WAYS:
            reach(self.dispatcher, label, self.how, offer_call=False)
        elif exists(label):
            self.events = answer(self.dispatcher, self.turn, label, self.values)
        say(self.dispatcher, "placement_waits", **self.how)
        ask(self.dispatcher, self.check, self.how)


def _consent(taking: Taking, said: Meant) -> None:
    if said.answer == "yes":
        taking.check.early = early_answers(taking.turn)
        taking.go_on()
    elif said.answer in ("no", "skip"):
        taking.stop()
    else:
        taking.not_understood()


def _confirmed(taking: Taking, said: Meant) -> None:
    check = taking.check
    given = check.early.get(check.asked, "not_sure")
    if said.answer == "yes":
        taking.take(check.asked, given)
    elif said.answer == "no":
        check.early.pop(check.asked, None)
        check.confirming = False
        ask(taking.dispatcher, check, taking.how)
    else:
        _answered(taking, said)


def _answered(taking: Taking, said: Meant) -> None:
    check = taking.check
    if said.answer is None:
        taking.not_understood()
        return
    if check.asked == "background":
        check.background = list(said.background)
    taking.take(check.asked, said.answer)


def _corrected(taking: Taking, said: Meant) -> None:
    for question, given in said.corrections.items():
        taking.check.record(question, given)
        if question == "adult" and taking.decided().outcome in ENDS_EARLY:
            taking.finish()
            return
    changed(taking.dispatcher, said.corrections, taking.how)
    urgent = next((q for q in said.corrections if q in SAID_AT_ONCE and said.corrections[q] in ("yes", "not_sure")), None)
    if urgent:
        taking.urgent(urgent)
    else:
        taking.go_on()


def restated(turn: Heard) -> dict[str, str]:
    """Answers of a finished check that a later short message tells again, the same or not; {} without one."""
    check = Check.of(turn.slots.get("placement"))
    short = len(turn.text.split()) <= SHORT_WORDS and "?" not in turn.text
    told = volunteered(turn.text) if check.outcome and short and not turn.by_button else {}
    return {question: given for question, given in told.items() if question in check.answers}


def change_after_all(dispatcher: CollectingDispatcher, turn: Heard) -> list[EventType] | None:
    """Change what is told otherwise after the outcome, and say the outcome anew; None where nothing is told."""
    told = {} if turn.slots.get("flow") else restated(turn)
    if not told:
        return None
    taking = Taking(dispatcher, turn)
    corrected = {question: given for question, given in told.items() if taking.check.answers[question] != given}
    if not corrected:
        kept(dispatcher, told, taking.how)
        return set_slots(misses=0)
    _corrected(taking, Meant(corrections=corrected))
    return taking.done()


def _restart(taking: Taking) -> None:
    taking.check = Check(net_fired=taking.check.net_fired, begun_after=taking.check.begun_after)
    ask(taking.dispatcher, taking.check, taking.how)


def _why(taking: Taking) -> None:
    explain_why(taking.dispatcher, taking.check, taking.how)
    ask(taking.dispatcher, taking.check, taking.how)


def turn_of_check(taking: Taking) -> None:
    """Act on what the person meant."""
    if taking.turn.intent == "start_screen" and not taking.turn.slots.get("flow"):
        taking.open()
        return
    if taking.turn.slots.get("flow_waits") and not taking.turn.by_button:
        taking.resume()  # words that open a waiting check again answer none of its questions
        return
    said = meant(taking.turn, taking.check)
    commands: dict[str, Callable[[], None]] = {"resume": taking.resume, "stop": taking.stop, "repeat": lambda: ask(taking.dispatcher, taking.check, taking.how),
                "back": taking.step_back, "restart": lambda: _restart(taking), "why": lambda: _why(taking),
                "plainer": taking.plainer, WHICH: lambda: ask_which(taking.dispatcher, taking.check, taking.how)}  # fmt: skip
    if said.command in commands:
        commands[said.command]()
    elif said.corrections:
        _corrected(taking, said)
    elif said.reopen:
        taking.reopen(said.reopen)
    elif said.digression:
        taking.digress(said.digression)
    elif taking.check.asked == CONSENT:
        _consent(taking, said)
    elif taking.check.confirming:
        _confirmed(taking, said)
    else:
        _answered(taking, said)


class ActionPlacement(Action):
    """One turn of the quick check."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_placement"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Open, ask, take an answer, or finish."""
        taking = Taking(dispatcher, heard(tracker))
        turn_of_check(taking)
        return taking.done()
