"""Takes up a newer model while the old one serves: loaded beside it, tried, then put in its place; or left alone."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from bot import log
from bot.assistant.models import Mark, mark_of, models_by_age
from bot.assistant.service import Assistant
from bot.assistant.smoke import BadModel, smoke_test

LOOK_SECONDS = 2.0
LOADING_SWITCH_SECONDS = 0.0005  # turns get their share of the interpreter while a model is loaded


class ModelKeeper:
    """Looks into the models' folder every other second, at once on SIGHUP; a model that failed is not tried again."""

    def __init__(self, assistant: Assistant, models: Path) -> None:
        self.assistant, self.models = assistant, models
        self._refused: set[Mark] = set()
        self._serving: Mark | None = None
        self._asked = asyncio.Event()
        self._said_missing = False

    def look_now(self) -> None:
        """Look at once; also at what failed before."""
        self._refused.clear()
        self._asked.set()

    async def run(self) -> None:
        """Keep looking until cancelled."""
        while True:
            await self.look()
            try:
                await asyncio.wait_for(self._asked.wait(), LOOK_SECONDS)
            except asyncio.TimeoutError:
                pass
            self._asked.clear()

    async def look(self) -> None:
        """Take up the newest model that is not refused; older ones only while none serves."""
        candidates = [(path, mark) for path in models_by_age(self.models) if (mark := mark_of(path))]
        self._refused &= {mark for _, mark in candidates}
        for path, mark in candidates:
            if self._serves(mark):
                return
            if mark not in self._refused and await self._take_up(path, mark):
                return
        if not candidates and self.assistant.agent is None and not self._said_missing:
            self._said_missing = True
            log.event("model.missing", what="run make train")

    def _serves(self, mark: Mark) -> bool:
        # A touched file (`make train` with nothing to train) is still the same model.
        return self._serving is not None and mark[:3] == self._serving[:3]

    async def _take_up(self, path: Path, mark: Mark) -> bool:
        started, usual = time.monotonic(), sys.getswitchinterval()
        sys.setswitchinterval(LOADING_SWITCH_SECONDS)
        try:
            agent = await asyncio.to_thread(self.assistant.loaded, path)
            await asyncio.to_thread(smoke_test, agent)
        except Exception as error:  # whatever is wrong with a file, the model that serves goes on
            what = error.what if isinstance(error, BadModel) else None
            log.event("model.refused", model=path.name, error=type(error).__name__, what=what)
            self._refused.add(mark)
            return False
        finally:
            sys.setswitchinterval(usual)
        self.assistant.serve(agent, path.name)
        self._serving, self._said_missing = mark, False
        log.event("model.serves", model=path.name, seconds=round(time.monotonic() - started, 1))
        return True
