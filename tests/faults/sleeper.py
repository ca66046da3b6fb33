"""A process that does nothing until it is ended; stands in for a real one where only its life is the subject."""

from __future__ import annotations

import signal

if __name__ == "__main__":
    signal.pause()
