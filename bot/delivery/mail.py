"""Sends the notice by e-mail: always over TLS with the certificate checked, and never anything about the person."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from bot.delivery.failure import NotSent
from bot.records.access import OutboxItem
from bot.settings import Settings

NOTICE = Path(__file__).parent / "notice.txt"
SECONDS = 15.0
PORTS = {"smtps": 465, "smtp": 587}  # TLS from the first byte, or STARTTLS before anything is said


class MailSender:
    """Sends to HANDOFF_EMAIL through SMTP_URL (`smtps://user:password@host` or `smtp://...` with STARTTLS)."""

    def __init__(self, settings: Settings) -> None:
        self._to = settings.handoff_email or ""
        self._server = urlsplit(settings.smtp_url or "")
        self._console = f"{settings.public_url}/staff/"
        self._here = urlsplit(settings.public_url).hostname or "localhost"

    async def send(self, item: OutboxItem) -> None:
        """Send one notice; raises NotSent."""
        await asyncio.to_thread(self._send, item)

    def message(self, item: OutboxItem) -> EmailMessage:
        """The e-mail: the same for everybody; a second try carries the same Message-ID."""
        subject, body = NOTICE.read_text(encoding="utf-8").split("\n", 1)
        message = EmailMessage()
        message["Subject"] = subject
        message["From"] = self._sender()
        message["To"] = self._to
        message["Date"] = format_datetime(item.created_at)
        message["Message-ID"] = f"<{item.idempotency_key}@{self._here}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(body.format(console=self._console))
        return message

    def _sender(self) -> str:
        user = unquote(self._server.username or "")
        return user if "@" in user else self._to

    def _send(self, item: OutboxItem) -> None:
        try:
            with _connected(self._server) as server:
                if self._server.username:
                    server.login(unquote(self._server.username), unquote(self._server.password or ""))
                server.send_message(self.message(item))
        except smtplib.SMTPResponseException as error:
            raise NotSent(f"smtp_{error.smtp_code}") from None
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise NotSent(type(error).__name__) from None


def _connected(server: SplitResult) -> smtplib.SMTP:
    if server.scheme not in PORTS or not server.hostname:
        raise NotSent("bad_setting")
    port, context = server.port or PORTS[server.scheme], ssl.create_default_context()
    if server.scheme == "smtps":
        return smtplib.SMTP_SSL(server.hostname, port, timeout=SECONDS, context=context)
    plain = smtplib.SMTP(server.hostname, port, timeout=SECONDS)
    try:
        plain.starttls(context=context)
    except BaseException:
        plain.close()
        raise
    return plain
