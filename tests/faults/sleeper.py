"""A process that says its number and does nothing until it is ended; stands in where only a process's life is the subject."""

from __future__ import annotations

import os
import signal

if __name__ == "__main__":
    print(os.getpid(), flush=True)
    signal.pause()
