"""The assistant under a clock that the tests move: started by them in place of `python -m bot.assistant`."""

from __future__ import annotations

import functools
import sys
import time

from bot.assistant.light import without_tensorflow

if __name__ == "__main__":
    without_tensorflow()
    from bot.records import access
    from bot.settings import read
    from tests.sms.moved import MovedClock

    clock = MovedClock(read().var)
    time.time = clock.time  # by which Rasa stamps events and lets sessions end
    access.open_records = functools.partial(access.open_records, clock=clock)
    from bot.assistant.__main__ import main

    sys.exit(main())
