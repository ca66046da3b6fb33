"""How much one sender, and all together, may ask for; an emergency is never counted."""

from __future__ import annotations

import asyncio

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter
from redis.exceptions import RedisError

from bot import log
from bot.settings import Settings

PER_SENDER = ("30/minute", "400/hour")
NEW_PER_ADDRESS = ("30/minute",)  # new conversations from one network address
ALL = ("3000/minute",)
REDIS_SECONDS = 0.2


class Limits:
    """Counts in Redis where there is one; in this process where Redis does not answer."""

    def __init__(self, settings: Settings) -> None:
        self._on = settings.rate_limit
        self._here = MemoryStorage()  # a limiter holds its storage by a weak reference only
        self._own = MovingWindowRateLimiter(self._here)
        self._shared = None
        if settings.redis_url:
            self._there = RedisStorage(
                settings.redis_url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
            )
            self._shared = FixedWindowRateLimiter(self._there)

    async def _hit(self, item: RateLimitItem, *names: str) -> bool:
        if self._shared:
            try:
                return await asyncio.wait_for(asyncio.to_thread(self._shared.hit, item, *names), REDIS_SECONDS)
            except (RedisError, asyncio.TimeoutError, OSError) as error:
                log.event("limits.redis_down", error=type(error).__name__)
        return self._own.hit(item, *names)

    async def _within(self, rules: tuple[str, ...], *names: str) -> bool:
        for rule in rules:
            if not await self._hit(parse(rule), *names):
                return False
        return True

    async def allows_message(self, conversation: str) -> bool:
        """Whether this conversation, and all together, may send one more message now."""
        if not self._on:
            return True
        return await self._within(PER_SENDER, "message", conversation) and await self._within(ALL, "all")

    async def allows_start(self, address: str) -> bool:
        """Whether one more conversation may begin from this network address (kept in the counter only)."""
        return not self._on or await self._within(NEW_PER_ADDRESS, "start", address)
