"""The front door with short loans: what it had borrowed when it was killed is due again in seconds, not in a minute."""

from __future__ import annotations

import os
import sys
from datetime import timedelta

from bot.delivery import worker
from bot.gateway.__main__ import main
from bot.gateway.sms import sender
from bot.records import sms_queue

if __name__ == "__main__":
    seconds = float(os.environ["LEASE_SECONDS"])
    worker.LEASE_SECONDS, worker.TRY_SECONDS = seconds, seconds / 2
    sms_queue.LEASE, sender.HELD = timedelta(seconds=seconds), timedelta(seconds=seconds / 3)
    sys.exit(main())
