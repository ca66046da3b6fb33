"""Sends the notice to another system of the centre: signed, stamped with the time, the same key at every try."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx

from bot.delivery.failure import NotSent
from bot.records.access import OutboxItem
from bot.settings import Settings

SECONDS = 10.0
TIMESTAMP, SIGNATURE, KEY = "X-Front-Door-Timestamp", "X-Front-Door-Signature", "Idempotency-Key"


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """`v1=` and the HMAC-SHA256 (hex) of "<timestamp>.<body>": what a receiver computes to trust a notice."""
    return "v1=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


class WebhookSender:
    """Posts to HANDOFF_WEBHOOK_URL, signed with HANDOFF_WEBHOOK_SECRET; only over https, or within this machine."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self._url, self._secret, self._clock = settings.handoff_webhook_url or "", settings.handoff_webhook_secret, clock

    async def send(self, item: OutboxItem) -> None:
        """Send one notice: its event and its reference code, nothing else; raises NotSent."""
        if not self._secret:
            raise NotSent("no_secret")
        if not _private(self._url):
            raise NotSent("not_https")
        body = json.dumps(item.payload, separators=(",", ":")).encode()
        timestamp = str(int(self._clock()))
        headers = {
            "Content-Type": "application/json",
            KEY: item.idempotency_key,
            TIMESTAMP: timestamp,
            SIGNATURE: signature(self._secret, timestamp, body),
        }
        try:
            # No redirects: a signed notice goes where the setting says and nowhere else.
            async with httpx.AsyncClient(timeout=SECONDS, follow_redirects=False, trust_env=False) as client:
                answer = await client.post(self._url, content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise NotSent(type(error).__name__) from None
        if not answer.is_success:
            raise NotSent(f"http_{answer.status_code}")


def _private(url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme == "https":
        return True
    try:
        return parts.scheme == "http" and ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.hostname == "localhost"
