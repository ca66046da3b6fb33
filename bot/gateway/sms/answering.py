"""From one text to its answer: danger, then the words of the line itself, then the assistant; one text where possible."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot import log
from bot.errors import RecordsError
from bot.gateway.bodies import Said
from bot.gateway.desk import Desk
from bot.gateway.floor import floor
from bot.gateway.limits import Limits
from bot.gateway.problems import Problem
from bot.gateway.sms.compose import Composed, as_sent, compose, fits, joined, page
from bot.gateway.sms.incoming import Incoming
from bot.gateway.sms.rows import Rows
from bot.gateway.sms.words import Meaning, meaning_of
from bot.language import Language, clear_language
from bot.wording import load_wording

# What the assistant is told for a word of the line: its own plainest way to say it.
SAID_FOR: dict[Meaning, str] = {"erase": "erase my data", "menu": "menu", "back": "go back", "skip": "skip"}
KEPT_NOTICES = 10_000  # conversations that were told to slow down
MET_FOR = timedelta(days=1)  # then the records are asked again: they forget a number, and it may be somebody else's


@dataclass(frozen=True)
class Reply:
    """What a text leads to. `told` may be empty: then nothing is to be said."""

    told: tuple[str, ...] = field(default=(), repr=False)
    rest: str | None = field(default=None, repr=False)
    now: bool = False
    drop: bool = False


class Answering:
    """Makes replies; sends nothing."""

    def __init__(self, desk: Desk, rows: Rows, limits: Limits) -> None:
        self._desk, self._rows, self._limits = desk, rows, limits
        self._told_to_wait: dict[str, bool] = {}
        self._met: dict[str, datetime] = {}

    def in_danger(self, text: Incoming) -> bool:
        """Whether the text is to be answered before anything else."""
        return self._desk.read(text.body).is_crisis

    async def crisis(self, text: Incoming, conversation: str) -> Reply:
        """The answer to a text of danger; needs no records."""
        return self._composed(await self._by_desk(text, conversation, text.body), conversation)

    async def reply(self, text: Incoming, conversation: str) -> Reply:
        """The answer to any other text. Raises RecordsError where the line's own words need the records."""
        language = clear_language(text.body) or self._language(conversation)
        meaning = _meaning(text)
        if meaning in ("out", "in", "help"):
            return await self._by_line(text, meaning, language)
        if text.opt_out == "START":  # a YES that Twilio took for an opt-in may be an answer as well
            await self._rows.call(self._rows.records.set_opt_out, text.number, False, "twilio")
        if not await self._limits.allows_message(conversation):
            return self._too_fast(conversation, language)
        self._told_to_wait.pop(conversation, None)
        if meaning == "more":
            rest = await self._rows.call(self._rows.queue.rest, conversation)
            if rest:
                composed = page(rest, "", language)
                return Reply((composed.text,), composed.rest)
        if not text.body:
            notice = "sms_picture" if text.media else "sms_empty"
            return await self._first(text, conversation, Composed(self._say(notice, language)))
        messages = await self._by_desk(text, conversation, SAID_FOR.get(meaning, text.body) if meaning else text.body)
        if any(message.get("kind") == "crisis" for message in messages):
            return self._composed(messages, conversation)
        return await self._answered(text, conversation, messages)

    async def _answered(self, text: Incoming, conversation: str, messages: list[dict[str, Any]]) -> Reply:
        language = self._language(conversation, messages)
        composed = compose(messages, language)
        if any(message.get("erase") for message in messages):
            self._met.pop(conversation, None)
            await self._rows.call(self._rows.queue.forget_contact, text.number)
            return Reply((composed.text,), composed.rest)
        if text.media:
            noticed = joined(composed.text, self._say("sms_picture", language))
            composed = Composed(noticed, composed.rest) if fits(noticed) else composed
        return await self._first(text, conversation, composed)

    async def _first(self, text: Incoming, conversation: str, composed: Composed) -> Reply:
        """The reply with what a first text must say, once for each number; in one text where both fit."""
        if not await self._is_first(text.number, conversation):
            return Reply((composed.text,), composed.rest)
        says_who = self._say("sms_first_contact", self._language(conversation))
        both = joined(says_who, composed.text)
        return Reply((both,) if fits(both) else (says_who, composed.text), composed.rest)

    async def _is_first(self, number: str, conversation: str) -> bool:
        now = self._rows.queue.now()
        if conversation in self._met and now - self._met[conversation] < MET_FOR:
            return False
        try:
            first = await self._rows.call(self._rows.records.first_contact, number)
        except RecordsError as error:
            log.event("sms.first_contact_unknown", error=type(error).__name__)
            return False
        if len(self._met) >= KEPT_NOTICES:
            self._met.clear()
        self._met[conversation] = now
        return first

    async def _by_line(self, text: Incoming, meaning: Meaning, language: Language) -> Reply:
        name = {"out": "sms_stop_confirmed", "in": "sms_start_confirmed", "help": "sms_help"}[meaning]
        if meaning != "help":
            version = load_wording().entry(name).version or ""
            await self._rows.call(self._rows.records.set_opt_out, text.number, meaning == "out", version)
            log.event("sms.opt", state=meaning)
        # Where Twilio's Advanced Opt-Out marks the text it has answered already: one confirmation, not two.
        told = () if text.opt_out else (self._say(name, language),)
        return Reply(told, drop=meaning == "out")

    async def _by_desk(self, text: Incoming, conversation: str, words: str) -> list[dict[str, Any]]:
        said = Said(text.message_id, text=words)
        try:
            return await self._desk.take(conversation, "sms", said, {"sms_number": text.number})
        except Problem as problem:
            log.event("sms.refused", code=problem.code)
        except Exception as error:  # never silence, whatever broke
            log.event("sms.turn_failed", error=type(error).__name__)
        return [floor("sms", self._language(conversation))]

    def floor(self, text: Incoming, conversation: str) -> Reply:
        """The fixed reply, for when nothing else can be said."""
        language = clear_language(text.body) or self._language(conversation)
        return Reply((as_sent(floor("sms", language)["text"]),))

    def _composed(self, messages: list[dict[str, Any]], conversation: str) -> Reply:
        composed = compose(messages, self._language(conversation, messages))
        return Reply((composed.text,), composed.rest, now=True)

    def _too_fast(self, conversation: str, language: Language) -> Reply:
        if self._told_to_wait.get(conversation):
            return Reply()
        if len(self._told_to_wait) > KEPT_NOTICES:
            self._told_to_wait.clear()
        self._told_to_wait[conversation] = True
        return Reply((self._say("sms_too_fast", language),))

    def _language(self, conversation: str, messages: list[dict[str, Any]] | None = None) -> Language:
        marked = next((message["language"] for message in messages or () if message.get("language")), None)
        return "es" if (marked or self._desk.sessions.of(conversation).language) == "es" else "en"

    @staticmethod
    def _say(name: str, language: Language) -> str:
        return as_sent(load_wording().render(name, "sms", language))


def _meaning(text: Incoming) -> Meaning | None:
    """What the text is to the line; what Twilio took for an opt-out or opt-in counts as one, HELP too."""
    own = meaning_of(text.body)
    if text.opt_out == "STOP":
        return "out"
    if text.opt_out == "HELP":
        return "help"
    return "in" if text.opt_out == "START" and own == "in" else own
