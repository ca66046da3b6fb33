"""The assistant with actions that fail as a file says: started by the tests in place of `python -m bot.assistant`.

The file named by FAILING_ACTIONS holds "crash", "hang", "rubbish" or nothing.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from bot.assistant.light import without_tensorflow

HOW = Path(os.environ["FAILING_ACTIONS"])


def _how() -> str:
    return HOW.read_text().strip() if HOW.exists() else ""


def _failing(run: Any) -> Any:
    async def failing(self: Any, dispatcher: Any, tracker: Any, domain: Any) -> Any:
        how = _how()
        if how == "crash":
            raise RuntimeError(tracker.latest_message["text"])  # as carelessly as an action can
        if how == "hang":
            await asyncio.sleep(600)
        if how == "rubbish":
            return [{"nonsense": 1}, 7, None]
        return await run(self, dispatcher, tracker, domain)

    return failing


if __name__ == "__main__":
    without_tensorflow()
    from actions.answers import ActionAnswer
    from actions.placement import ActionPlacement
    from bot.assistant.__main__ import main

    for action in (ActionAnswer, ActionPlacement):
        action.run = _failing(action.run)
    sys.exit(main())
