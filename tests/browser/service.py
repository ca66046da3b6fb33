"""The service, or its front door alone, as processes on a free port with a folder of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from bot.settings import PROJECT

WHOLE, DOOR = "bot.run", "bot.gateway"  # the door alone answers danger, and everything else with the floor
PATIENCE = {WHOLE: 180, DOOR: 60}
READY = {WHOLE: "/readyz", DOOR: "/healthz"}
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """Starts, ends and kills one; the same port and folder after a restart."""

    def __init__(self, folder: Path, module: str = DOOR, **environment: str) -> None:
        self.module, self.port, self.folder = module, free_port(), folder
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {"PORT": str(self.port), "VAR_DIR": str(folder), "RATE_LIMIT": "off", **environment}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Service:
        """Start it and wait until it is ready."""
        environment = {**os.environ, **self._environment}
        if self.module == DOOR:
            subprocess.run([sys.executable, "-m", "bot.records.migrate"], cwd=PROJECT, env=environment, check=True)
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self.module], cwd=PROJECT, env=environment, stdout=log, stderr=log
            )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise
        return self

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE[self.module]
        while time.monotonic() < until:
            try:
                with _direct.open(self.url + READY[self.module], timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                assert self._process and self._process.poll() is None, "it ended by itself; see its log"
            time.sleep(0.1)
        raise AssertionError("it was not ready in time; see its log")

    def log(self) -> str:
        """Everything it wrote."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def stop(self, hard: bool = False) -> None:
        """End it; `hard` as a crash would."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL if hard else signal.SIGTERM)
            self._process.wait(20)
