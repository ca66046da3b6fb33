"""The text line as one part: its routes, what runs behind them, and how both start and end."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import log
from bot.errors import RecordsError
from bot.gateway.bodies import TooLong, read_body
from bot.gateway.desk import Desk
from bot.gateway.limits import Limits
from bot.gateway.metrics import FAULTS, OUTBOX_AGE
from bot.gateway.problems import Problem, help_block
from bot.gateway.sms.answering import Answering
from bot.gateway.sms.inbox import Inbox
from bot.gateway.sms.incoming import NUMBER, Fields, Incoming, NotAText, fields_of, incoming_of, is_signed
from bot.gateway.sms.phone_page import PhonePage
from bot.gateway.sms.provider import Provider, Twilio
from bot.gateway.sms.rows import Rows
from bot.gateway.sms.screen import Nobody, Screen, Switch
from bot.gateway.sms.sender import Sender
from bot.gateway.sms.started import Starting
from bot.gateway.tokens import Tokens
from bot.settings import Settings
from bot.wording import load_wording

PATH, STATUS = "/sms/twilio", "/sms/twilio/status"
SWEEP_SECONDS = 1.0
CLOSE_SECONDS = 4.0
# Twilio marks a delivery, and sends it again with its mark at once where the first was not acknowledged. Without the mark, or
# later, it is somebody else with a copy of a signed request.
RETRY, RESENT_WITHIN = "i-twilio-idempotency-token", timedelta(minutes=10)
TAKEN = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


class SmsChannel:
    """POST /sms/twilio, POST /sms/twilio/status, and outside production the telephone at /dev/sms."""

    def __init__(self, settings: Settings, desk: Desk, tokens: Tokens) -> None:
        self._settings, self._tokens = settings, tokens
        self._rows, self._screen = Rows(desk.records), Screen()
        self._sender = Sender(self._rows, self._provider(), desk.alerts, self._report)
        self._inbox = Inbox(self._rows, Answering(desk, self._rows, Limits(settings)), self._sender)
        self.starting = Starting(self._rows, self.conversation)
        self._sweeping: asyncio.Task[None] | None = None

    @property
    def is_set_up(self) -> bool:
        """Whether Twilio can reach us and we can answer by Twilio."""
        one = self._settings
        return bool(
            one.twilio_account_sid and one.twilio_auth_token and (one.twilio_from or one.twilio_messaging_service_sid)
        )

    def _provider(self) -> Provider:
        if not self.is_set_up:
            return Nobody() if self._settings.production else Switch(Nobody(), self._screen)
        twilio = Twilio(self._settings)
        return twilio if self._settings.production else Switch(twilio, self._screen)

    def _report(self, item: str) -> str | None:
        """Where the fate of a text is told; Twilio refuses addresses that it cannot reach."""
        reachable = self._settings.public_url.startswith("https://") or self._settings.twilio_api_base
        return f"{self._settings.public_url}{STATUS}?item={item}" if reachable else None

    def routes(self) -> list[Route]:
        """All of the line."""
        routes = [Route(PATH, self.webhook, methods=["POST"]), Route(STATUS, self.status, methods=["POST"])]
        if not self._settings.production:
            routes += PhonePage(self._screen, self.receive).routes()
        return routes

    def conversation(self, number: str) -> str:
        """The conversation of a number: a keyed hash, from which the number cannot be read."""
        return self._tokens.hashed("s", number)

    async def _signed(self, request: Request) -> Fields:
        """The fields of a request that Twilio signed. Raises Problem."""
        try:
            fields = fields_of(await read_body(request))
        except TooLong:
            raise Problem("too_long") from None
        except NotAText:
            raise Problem("bad_request") from None
        query = f"?{request.url.query}" if request.url.query else ""
        url = f"{self._settings.public_url}{request.url.path}{query}"
        token = self._settings.twilio_auth_token or ""
        if not is_signed(token, url, fields, request.headers.get("x-twilio-signature", "")):
            FAULTS.labels("sms_signature").inc()
            raise Problem("forbidden")
        if fields.get("AccountSid", self._settings.twilio_account_sid) != self._settings.twilio_account_sid:
            raise Problem("forbidden")
        return fields

    async def webhook(self, request: Request) -> Response:
        """Keep the text, acknowledge it; it is answered behind this."""
        if not self.is_set_up:
            return not_set_up()
        fields = await self._signed(request)
        try:
            text = incoming_of(fields)
        except NotAText:
            raise Problem("bad_request") from None
        if NUMBER.fullmatch(text.number) and text.number != self._settings.twilio_from:
            new = await self.receive(text)
            log.event("sms.taken" if new else "sms.known_already")
            if not new and (RETRY not in request.headers or await self._is_late(text)):
                FAULTS.labels("sms_replayed").inc()
                raise Problem("forbidden")
        else:
            log.event("sms.no_number")  # short codes and names are machines: answering one may never end
        return Response(TAKEN, media_type="text/xml")

    async def _is_late(self, text: Incoming) -> bool:
        """Whether a text that is known comes again later than Twilio itself would send it a second time."""
        try:
            first = await self._rows.call(self._rows.queue.seen_at, text.sid)
        except RecordsError:
            return False  # nothing is done with it either way
        return first is not None and self._rows.queue.now() - first > RESENT_WITHIN

    async def receive(self, text: Incoming) -> bool:
        """Take a text that is known to be genuine; False for one that came before."""
        return await self._inbox.take(text, self.conversation(text.number))

    async def status(self, request: Request) -> Response:
        """What became of a text of ours."""
        if not self.is_set_up:
            return not_set_up()
        fields = await self._signed(request)
        item = request.query_params.get("item", "")[:64]
        status = fields.get("MessageStatus") or fields.get("SmsStatus") or ""
        code = fields.get("ErrorCode") or ""
        try:
            await self._sender.told(item, status.lower()[:20], int(code) if code.isascii() and code.isdecimal() else 0)
        except RecordsError as error:
            log.event("sms.report_lost", error=type(error).__name__)
        return Response(status_code=204)

    def start(self) -> None:
        """Begin the work behind the routes."""
        self._sweeping = asyncio.create_task(self._sweep())

    async def _sweep(self) -> None:
        while True:
            try:
                await self._inbox.sweep()
                ages = await self._rows.call(self._rows.queue.oldest)
                for name, seconds in ages.items():
                    OUTBOX_AGE.labels(f"sms_{name}").set(seconds)
            except asyncio.CancelledError:
                raise
            except Exception as error:  # whatever it is, the next sweep tries again
                log.event("sms.sweep_failed", error=type(error).__name__)
            await asyncio.sleep(SWEEP_SECONDS)

    async def close(self) -> None:
        """Let what is under way end; what is not finished stands in the records for the next start."""
        if self._sweeping:
            self._sweeping.cancel()
        await self._inbox.close(CLOSE_SECONDS)
        await self._sender.close(CLOSE_SECONDS)
        self._rows.close()


def not_set_up() -> Response:
    """503 in the shape of the outside contract."""
    error: dict[str, Any] = {
        "code": "sms_not_set_up", "message": load_wording().render("sms_not_set_up", "web"), "help": help_block(),
    }  # fmt: skip
    return JSONResponse({"error": error}, 503)
