"""People who ask for a call on the web or by text and do not give up: for kill_drill.py."""

from __future__ import annotations

import random
import re
import threading
import time
import uuid
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from bot.gateway.floor import WordingChannel
from bot.gateway.sms.compose import as_sent
from bot.wording import load_wording
from tests.sms.stand_ins import Phone, TwilioApi, webhook_fields

CODE = re.compile(r"\b[HJKMRTWX]{3}-[2-9]{3}\b")
BEGIN, LAST = "can somebody call me back", "callback_ask_message_ok"
PATIENCE = 8.0  # seconds after which the widget takes a request for lost
SILENCE = 240.0  # after this a person texts again; what two dead front doors had borrowed is due long before
MOST_TURNS = 80
YES = {"payload": "/affirm"}


class NotThrough(Exception):
    """A person was never given a code, or was refused."""


class Signals:
    """Tells whoever kills what goes on, so that a kill falls into it."""

    def __init__(self) -> None:
        self._news, self._told = threading.Condition(), Counter[str]()
        self.turn_seconds = 0.3  # what a turn took lately

    def tell(self, kind: str) -> None:
        """It happens now: "turn", "last turn" (the one that stores the request) or "between"."""
        with self._news:
            self._told[kind] += 1
            self._news.notify_all()

    def wait(self, kind: str, seconds: float) -> bool:
        """Wait until it happens the next time; False when it did not."""
        with self._news:
            before = self._told[kind]
            return self._news.wait_for(lambda: self._told[kind] > before, seconds)

    def took(self, seconds: float) -> None:
        """A turn was answered."""
        self.turn_seconds = 0.8 * self.turn_seconds + 0.2 * min(seconds, 1.0)


@dataclass
class Person(ABC):
    """Somebody with a number of their own; what they say next follows from what they heard last."""

    number: int
    signals: Signals = field(repr=False)
    codes: set[str] = field(default_factory=set)
    floors: int = 0
    repeats: int = 0  # texts that came twice
    silences: int = 0
    channel: WordingChannel = "web"

    def __post_init__(self) -> None:
        self.pace = random.Random(self.number)
        self.local = f"806-555-{self.number:04d}"
        self.telephone = "+1" + self.local.replace("-", "")
        self._answers = {self._end_of(name): (name, said) for name, said in self._given().items()}
        self._floor = [as_sent(load_wording().render(name, self.channel)) for name in ("floor", "technical_problem")]

    def _given(self) -> dict[str, str]:
        return {
            "callback_consent": "yes", "callback_ask_name": "Dana", "callback_ask_number": self.local,
            "callback_read_back": "yes", "callback_ask_time": "weekdays after 5", LAST: "yes",
        }  # fmt: skip

    def _end_of(self, name: str) -> str:
        """The last sentence of a question."""
        fill: dict[str, Any] = {"number": self.local} if name == "callback_read_back" else {}
        return re.split(r"(?<=[.?])\s", as_sent(load_wording().render(name, self.channel, **fill)))[-1]

    def talk(self) -> None:
        """Ask for a call until there is a code. Raises NotThrough."""
        words, question = BEGIN, ""
        for _ in range(MOST_TURNS):
            self.signals.tell("last turn" if question == LAST else "turn")
            started = time.monotonic()
            heard = self.say(words)
            self.signals.took(time.monotonic() - started)
            self.signals.tell("between")
            self.codes |= set(CODE.findall(heard))
            if self.codes:
                return
            words, question = self._next(words, question, heard)
            time.sleep(self.pace.uniform(0.05, 0.4))
        raise NotThrough(f"person {self.number} ({self.channel}) had no code after {MOST_TURNS} messages")

    def _next(self, words: str, question: str, heard: str) -> tuple[str, str]:
        place, end = max((heard.rfind(end), end) for end in self._answers)
        if place >= 0:
            question, words = self._answers[end]
            return words, question
        if any(floor in heard for floor in self._floor):
            self.floors += 1
            time.sleep(self.pace.uniform(1.0, 4.0))
            return words, question
        return BEGIN, ""

    @abstractmethod
    def say(self, words: str) -> str:
        """Say it until it is answered; all that was heard since the last time."""

    @abstractmethod
    def all_heard(self) -> str:
        """Everything that was ever said to them, read once more at the end."""


class WebPerson(Person):
    """As the widget: the same id until it is answered, and what was missed is read by its number."""

    def __init__(self, number: int, signals: Signals, url: str) -> None:
        super().__init__(number, signals)
        self._http = httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False)
        self._last, self._token = 0, ""

    def _until(self, *good: int, ask: Callable[[], httpx.Response]) -> httpx.Response:
        """Ask again and again until the status is one of these."""
        tries = 0
        while True:
            try:
                answer = ask()
                if answer.status_code in good:
                    return answer
                if answer.status_code < 500 and answer.status_code != 429:
                    raise NotThrough(f"person {self.number} was refused with {answer.status_code}")
            except httpx.TransportError:
                pass
            tries += 1
            time.sleep(min(2.0, 0.25 * 2**tries))

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    def say(self, words: str) -> str:
        """As Person."""
        if not self._token:
            self._token = self._until(201, ask=lambda: self._http.post("/api/conversations")).json()["token"]
        said: dict[str, str] = YES if words == "yes" else {"text": words}
        answer = self._post(said)
        if answer.status_code == 409:  # the button is too far back: its words are said instead
            answer = self._post({"text": "Yes"})
        return self._heard(answer.json()["messages"])

    def _post(self, said: dict[str, str]) -> httpx.Response:
        body = {"id": str(uuid.uuid4()), **said}
        return self._until(200, 409, ask=lambda: self._http.post("/api/messages", headers=self._headers, json=body))

    def _heard(self, messages: list[dict[str, Any]]) -> str:
        first = next((message["seq"] for message in messages if message["seq"]), None)
        if first and first - 2 > self._last:
            messages = self._after(self._last)
        self._last = max([self._last, *(message["seq"] or 0 for message in messages)])
        return "\n".join(as_sent(message["text"]) for message in messages if message["from"] == "bot")

    def _after(self, last: int) -> list[dict[str, Any]]:
        query = {"after": last}
        answer = self._until(200, ask=lambda: self._http.get("/api/messages", params=query, headers=self._headers))
        return list(answer.json()["messages"])

    def all_heard(self) -> str:
        """As Person."""
        return self._heard(self._after(0))


class TextPerson(Person):
    """As Twilio: the same MessageSid until it is acknowledged; the answers come by themselves."""

    def __init__(self, number: int, signals: Signals, url: str, api: TwilioApi) -> None:
        super().__init__(number, signals, channel="sms")
        self._phone, self._api = Phone(url, self.telephone), api
        self._read, self._keys = 0, set[str]()
        self._first_contact = as_sent(load_wording().render("sms_first_contact", "sms"))

    def say(self, words: str) -> str:
        """As Person."""
        while True:
            self._send(words)
            heard = self._wait()
            if heard:
                return heard
            self.silences += 1

    def _send(self, words: str) -> None:
        fields, tries = webhook_fields(self.telephone, words), 0
        while True:
            try:
                if self._phone.post(fields).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            tries += 1
            time.sleep(min(2.0, 0.25 * 2**tries))

    def _texts(self) -> list[dict[str, Any]]:
        return [text for text in list(self._api.texts) if text["To"] == self.telephone]

    def _wait(self) -> str:
        """The texts that came, all that belong together; nothing when none came."""
        until = time.monotonic() + SILENCE
        while (left := until - time.monotonic()) > 0:
            if not self._api.wait(lambda: len(self._texts()) > self._read, left):
                break
            time.sleep(0.2)  # of two texts the second follows at once
            heard = self._fresh()
            if heard and heard != self._first_contact:
                return heard
        return ""

    def _fresh(self) -> str:
        """What is new; a text that came a second time is known by its key and counted."""
        texts = self._texts()
        new, self._read = texts[self._read :], len(texts)
        fresh = []
        for text in new:
            self.repeats += text["key"] in self._keys
            if text["key"] not in self._keys:
                fresh.append(text["Body"])
            self._keys.add(text["key"])
        return "\n".join(fresh)

    def all_heard(self) -> str:
        """As Person."""
        return "\n".join(text["Body"] for text in self._texts())
