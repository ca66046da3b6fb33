"""How much one sender, and all together, may ask for; an emergency is never counted."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter
from redis.exceptions import RedisError

from bot import log
from bot.gateway.metrics import FAULTS
from bot.records.breaker import Breaker
from bot.settings import Settings

PER_SENDER = ("30/minute", "400/hour")
NEW_PER_ADDRESS = ("30/minute",)  # new conversations from one network address
ALL = ("3000/minute",)
REDIS_SECONDS = 0.2
THREADS = 4  # of their own, so that a Redis that hangs keeps nobody from the database

_parsed = lru_cache(maxsize=32)(parse)


class Limits:
    """Counts in Redis where there is one; in this process while Redis does not answer."""

    def __init__(self, settings: Settings) -> None:
        self._on = settings.rate_limit
        self._here = MemoryStorage()  # a limiter holds its storage by a weak reference only
        self._own = MovingWindowRateLimiter(self._here)
        self._shared, self._breaker = None, Breaker()
        if settings.redis_url:
            self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="limits")
            self._there = RedisStorage(
                settings.redis_url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
            )
            self._shared = FixedWindowRateLimiter(self._there)

    def _hit_all(self, hits: list[tuple[RateLimitItem, tuple[str, ...]]]) -> bool:
        assert self._shared
        return all(self._shared.hit(item, *names) for item, names in hits)

    async def _there_allows(self, hits: list[tuple[RateLimitItem, tuple[str, ...]]]) -> bool | None:
        """What Redis says; None where there is none or it does not answer."""
        if self._shared is None or not self._breaker.allows():
            return None
        try:
            work = asyncio.get_running_loop().run_in_executor(self._threads, self._hit_all, hits)
            allowed = await asyncio.wait_for(work, REDIS_SECONDS)
        except (RedisError, asyncio.TimeoutError, OSError) as error:
            self._breaker.failed()
            FAULTS.labels("redis").inc()
            log.event("limits.redis_down", error=type(error).__name__)
            return None
        self._breaker.succeeded()
        return allowed

    async def _within(self, *rules: tuple[str, tuple[str, ...]]) -> bool:
        hits = [(_parsed(rule), names) for rule, names in rules]
        shared = await self._there_allows(hits)
        if shared is not None:
            return shared
        return all(self._own.hit(item, *names) for item, names in hits)

    async def allows_message(self, conversation: str) -> bool:
        """Whether this conversation, and all together, may send one more message now."""
        if not self._on:
            return True
        own = [(rule, ("message", conversation)) for rule in PER_SENDER]
        return await self._within(*own, *((rule, ("all",)) for rule in ALL))

    async def allows_start(self, address: str) -> bool:
        """Whether one more conversation may begin from this network address (kept in the counter only)."""
        return not self._on or await self._within(*((rule, ("start", address)) for rule in NEW_PER_ADDRESS))
