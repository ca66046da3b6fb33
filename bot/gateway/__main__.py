"""Starts the front door: `python -m bot.gateway`."""

from __future__ import annotations

import sys

import uvicorn

from bot.errors import FrontDoorError
from bot.gateway.app import create_app
from bot.gateway.patience import PatientProtocol
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
        http=PatientProtocol, backlog=2048,
        ws="wsproto",  # the websockets package is pinned by Rasa's server to an age that uvicorn no longer speaks
        timeout_keep_alive=IDLE_SECONDS, timeout_graceful_shutdown=5, limit_concurrency=2000,
        proxy_headers=settings.production,  # believed from the addresses in FORWARDED_ALLOW_IPS, by default our own only
    )  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
