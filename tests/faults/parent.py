"""Starts a sleeper as bot/run.py starts its processes, prints its number, and waits to be killed."""

from __future__ import annotations

import signal

from bot.run import Process

if __name__ == "__main__":
    process = Process("sleeper", "tests.faults.sleeper")
    process.look()
    assert process.popen is not None
    print(process.popen.pid, flush=True)
    signal.pause()
