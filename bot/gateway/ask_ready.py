"""Asks the assistant beside us whether it is ready, for a container's probe: `python -m bot.gateway.ask_ready [--alive]`.

Ends with 0 when it is. `--alive` is content with any answer: a model that is still being loaded is no reason to kill.
"""

from __future__ import annotations

import asyncio
import sys

from bot.gateway.assistant_client import AssistantClient, AssistantDown, AssistantRefused
from bot.settings import BadSetting, read

SECONDS = 4.0


async def ask(alive: bool) -> int:
    """0 or 1, as a process ends."""
    client = AssistantClient(read().socket, SECONDS)
    try:
        await client.ask({"op": "ready"})
    except AssistantRefused:
        return 0 if alive else 1
    except AssistantDown:
        return 1
    finally:
        await client.close()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(asyncio.run(ask("--alive" in sys.argv[1:])))
    except BadSetting as error:
        print(error, file=sys.stderr)
        sys.exit(2)
