"""Starts the front door: `python -m bot.gateway`."""

from __future__ import annotations

import sys

import uvicorn

from bot.errors import FrontDoorError
from bot.gateway.app import create_app
from bot.settings import BadSetting, read

IDLE_SECONDS = 20


def main() -> int:
    """Serve until a signal; 2 for a setting or file that cannot be used."""
    try:
        settings = read()
        app = create_app(settings)
    except (BadSetting, FrontDoorError) as error:
        print(error, file=sys.stderr)
        return 2
    uvicorn.run(
        app, host=settings.host, port=settings.port, log_config=None, access_log=False, server_header=False,
        ws="wsproto",  # the websockets package is pinned by Rasa's server to an age that uvicorn no longer speaks
        timeout_keep_alive=IDLE_SECONDS, timeout_graceful_shutdown=5, limit_concurrency=2000, h11_max_incomplete_event_size=32768,
        proxy_headers=settings.production, forwarded_allow_ips="127.0.0.1",
    )  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
