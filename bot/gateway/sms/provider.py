"""Who sends texts: a small interface, and Twilio behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

import httpx

from bot.errors import FrontDoorError
from bot.settings import Settings

TWILIO = "https://api.twilio.com"
CONNECT_SECONDS, SECONDS = 5.0, 25.0  # an answer given up too early may mean the same text twice
MOST_CONNECTIONS = 32
Outcome = Literal["retry", "opted_out", "give_up", "unsure"]

# What Twilio's error codes mean for a text (https://www.twilio.com/docs/api/errors); what is not named is by status.
OUTCOMES: dict[int, Outcome] = {
    21610: "opted_out",
    21211: "give_up", 21214: "give_up", 21217: "give_up", 21265: "give_up", 21408: "give_up", 21602: "give_up",
    21604: "give_up", 21612: "give_up", 21614: "give_up", 21617: "give_up", 21635: "give_up", 63038: "retry",
    20429: "retry", 14107: "retry", 21611: "retry",
    20003: "retry", 20005: "retry", 20404: "retry", 21606: "retry", 21603: "retry", 21701: "retry",  # ours to put right
    30001: "retry", 30002: "retry", 30003: "give_up", 30004: "give_up", 30005: "give_up", 30006: "give_up",
    30007: "give_up", 30008: "retry", 30009: "retry", 30022: "retry", 30032: "give_up", 30034: "give_up",
}  # fmt: skip
# Somebody at the centre has to put these right: credentials, sender, registration, filtering.
FOR_STAFF = frozenset((20003, 20005, 20404, 21606, 21603, 21701, 30002, 30007, 30032, 30034))


@dataclass(frozen=True)
class TextOut:
    """One text to send; `key` stays the same through every try, `report` is where its fate is told."""

    number: str = field(repr=False)
    text: str = field(repr=False)
    key: str
    report: str | None = None


class NotSent(FrontDoorError):
    """The provider did not take a text; `code` is its number or a word, never its sentence."""

    def __init__(self, code: int | str, outcome: Outcome, wait: float | None = None) -> None:
        super().__init__(str(code))
        self.code, self.outcome, self.wait = code, outcome, wait

    @property
    def for_staff(self) -> bool:
        """Whether it stays like this until somebody at the centre acts."""
        return self.code in FOR_STAFF


class Provider(Protocol):
    """Sends one text. Raises NotSent."""

    async def send(self, text: TextOut) -> None:
        """Hand a text over; returns once it was taken."""

    async def close(self) -> None:
        """Let go of connections."""


class Twilio:
    """Twilio's REST interface over httpx, so that no send ever waits in the way of another person."""

    def __init__(self, settings: Settings) -> None:
        sid, token = settings.twilio_account_sid or "", settings.twilio_auth_token or ""
        base = settings.twilio_api_base or TWILIO
        self._url = f"{base}/2010-04-01/Accounts/{sid}/Messages.json"
        self._sender = (
            {"MessagingServiceSid": settings.twilio_messaging_service_sid}
            if settings.twilio_messaging_service_sid
            else {"From": settings.twilio_from or ""}
        )
        limits = httpx.Limits(max_connections=MOST_CONNECTIONS, max_keepalive_connections=10)
        self._client = httpx.AsyncClient(
            auth=(sid, token), timeout=httpx.Timeout(SECONDS, connect=CONNECT_SECONDS), limits=limits,
            follow_redirects=False, trust_env=False,
        )  # fmt: skip

    def _form(self, text: TextOut) -> dict[str, str]:
        form = {"To": text.number, "Body": text.text, **self._sender}
        # A report goes to a public address; Twilio refuses any other (21609).
        return {**form, "StatusCallback": text.report} if text.report else form

    async def send(self, text: TextOut) -> None:
        """POST one message."""
        try:
            answer = await self._client.post(self._url, data=self._form(text), headers={"Idempotency-Key": text.key})
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotSent(type(error).__name__, "retry") from None
        except httpx.HTTPError as error:  # it may have been taken: a report that comes meanwhile settles it
            raise NotSent(type(error).__name__, "unsure") from None
        if not answer.is_success:
            raise refusal(answer)

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()


def refusal(answer: httpx.Response) -> NotSent:
    """What an error answer means."""
    try:
        code = int(answer.json()["code"])
    except (ValueError, KeyError, TypeError):
        code = answer.status_code
    after = answer.headers.get("retry-after", "")
    wait = float(after) if after.isascii() and after.isdecimal() and len(after) < 5 else None
    if code in OUTCOMES:
        return NotSent(code, OUTCOMES[code], wait)
    passing = answer.status_code in (401, 403, 404, 408, 425, 429) or answer.status_code >= 500
    return NotSent(code, "retry" if passing else "give_up", wait)
