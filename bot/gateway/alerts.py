"""Tells the centre's own alarm that somebody was in danger or that something broke: kind and hour, never who or what."""

from __future__ import annotations

from datetime import datetime

import httpx

from bot import log
from bot.settings import Settings

SECONDS = 3.0


class Alerts:
    """Posts to ALERT_WEBHOOK_URL; does nothing where that is not set."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.alert_webhook_url

    async def _post(self, body: dict[str, object]) -> None:
        if not self._url:
            return
        try:
            async with httpx.AsyncClient(timeout=SECONDS, follow_redirects=False, trust_env=False) as client:
                answer = await client.post(self._url, json=body)
            log.event("alert.sent", status=answer.status_code)
        except httpx.HTTPError as error:
            log.event("alert.failed", error=type(error).__name__)

    async def crisis(self, kind: str, at: datetime) -> None:
        """A crisis reply of this kind was given in this hour (UTC)."""
        await self._post({"event": "crisis", "kind": kind, "hour": at.strftime("%Y-%m-%dT%H:00Z")})

    async def not_delivered(self, kind: str, attempts: int) -> None:
        """A call-back could not be delivered after this many attempts."""
        await self._post({"event": "not_delivered", "kind": kind, "attempts": attempts})
