"""Starts the assistant process: `python -m bot.assistant`."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")


def quiet_logs() -> None:
    """Warnings and worse only: below that, Rasa prints what people type and what slots hold."""
    import rasa.utils.log_utils

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", force=True)
    rasa.utils.log_utils.configure_structlog(logging.CRITICAL)
    for name in ("rasa", "rasa_sdk", "asyncio", "matplotlib"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


async def serve() -> None:
    """Listen, load the newest model, answer until told to stop; a newer model is taken up as it appears."""
    from bot.assistant.server import TurnServer
    from bot.assistant.service import Assistant
    from bot.assistant.swap import ModelKeeper
    from bot.assistant.watchdog import Watchdog
    from bot.records.access import open_records
    from bot.settings import read

    settings, loop = read(), asyncio.get_running_loop()
    assistant = Assistant(settings, open_records(settings))
    keeper = ModelKeeper(assistant, settings.models)
    listener = await TurnServer(assistant, settings.socket, settings.database_seconds).start()
    stop = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop.set)
    loop.add_signal_handler(signal.SIGHUP, keeper.look_now)
    behind = [asyncio.create_task(keeper.run()), asyncio.create_task(Watchdog().tell())]
    await stop.wait()
    for task in behind:
        task.cancel()
    listener.close()


def main() -> None:
    """Run until a signal."""
    import warnings

    from bot.assistant.light import without_tensorflow

    warnings.filterwarnings("ignore")
    without_tensorflow()
    quiet_logs()
    sys.path.insert(0, os.getcwd())
    asyncio.run(serve())


if __name__ == "__main__":
    main()
