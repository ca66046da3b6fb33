"""The whole service as real processes on free ports, in a folder of its own, ended with the test."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.settings import PROJECT
from tests.services.postgres import free_port

READY_SECONDS = 150.0
# Where time is not the subject, a busy machine must not turn an answer into the floor.
PATIENT = {"TURN_SECONDS": "15", "ACTION_SECONDS": "10", "DATABASE_SECONDS": "10"}


class Talk:
    """One web conversation, as any client of the contract has it."""

    def __init__(self, door: FrontDoor) -> None:
        self.door = door
        opened = door.http.post("/api/conversations")
        assert opened.status_code == 201, opened.text
        self.token, self.greeting = opened.json()["token"], opened.json()["messages"]
        self.last: list[dict[str, Any]] = self.greeting

    @property
    def headers(self) -> dict[str, str]:
        """What opens this conversation."""
        return {"Authorization": f"Bearer {self.token}"}

    def send(self, message_id: str | None = None, **body: Any) -> httpx.Response:
        """One POST, whatever comes of it."""
        return self.door.http.post(
            "/api/messages", headers=self.headers, json={"id": message_id or str(uuid.uuid4()), **body}
        )

    def say(self, text: str) -> list[dict[str, Any]]:
        """Type something; the reply's messages."""
        return self._taken(self.send(text=text))

    def press(self, title: str) -> list[dict[str, Any]]:
        """Press the button of this title in the last reply."""
        buttons = [button for message in self.last for button in message["buttons"]]
        chosen = next((button for button in buttons if button["title"] == title), None)
        assert chosen, f"no button {title!r} among {[button['title'] for button in buttons]}"
        return self._taken(self.send(payload=chosen["payload"]))

    def _taken(self, answer: httpx.Response) -> list[dict[str, Any]]:
        assert answer.status_code == 200, answer.text
        self.last = answer.json()["messages"]
        assert self.last, "silence"
        return self.last

    def history(self, after: int = 0) -> list[dict[str, Any]]:
        """What was said after a sequence number."""
        answer = self.door.http.get("/api/messages", params={"after": after}, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["messages"])


class FrontDoor:
    """Both processes; each can be killed and started again by itself."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ, "VAR_DIR": str(folder / "var"), "PORT": str(self.port), "RATE_LIMIT": "off",
            "PUBLIC_URL": self.url, **environment,
        }  # fmt: skip
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.http = httpx.Client(base_url=self.url, timeout=20, trust_env=False)

    def module(self, name: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one of the project's commands with this service's settings."""
        command = [sys.executable, "-W", "ignore", "-m", name, *words]
        return subprocess.run(command, cwd=PROJECT, env=self.environment, capture_output=True, text=True, timeout=120)

    def start(self, name: str) -> None:
        """Start `assistant` or `gateway`; what it prints goes to a file in the folder."""
        with (self.folder / f"{name}.log").open("ab") as log:
            command = [sys.executable, "-W", "ignore", "-m", f"bot.{name}"]
            self.running[name] = subprocess.Popen(command, cwd=PROJECT, env=self.environment, stdout=log, stderr=log)

    def kill(self, name: str) -> None:
        """kill -9."""
        self.running[name].send_signal(signal.SIGKILL)
        self.running.pop(name).wait()

    def wait(self, path: str = "/readyz", seconds: float = READY_SECONDS) -> None:
        """Wait until a path answers 200."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if self.http.get(path).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"{path} was not ready: {self.logs()[-2000:]}")

    def open(self) -> FrontDoor:
        """Tables, both processes, ready."""
        migrated = self.module("bot.records.migrate")
        assert migrated.returncode == 0, migrated.stderr
        self.start("gateway")
        self.start("assistant")
        self.wait()
        return self

    def close(self) -> None:
        """End both, gently at first."""
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.http.close()

    def talk(self) -> Talk:
        """A new web conversation."""
        return Talk(self)

    def logs(self) -> str:
        """Everything that both processes printed."""
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))

    def events(self) -> list[dict[str, Any]]:
        """The structured log lines."""
        return [json.loads(line) for line in self.logs().splitlines() if line.startswith("{")]


@pytest.fixture(scope="session")
def door() -> Iterator[FrontDoor]:
    """One service on SQLite for all tests that do not break it."""
    with tempfile.TemporaryDirectory() as folder:
        service = FrontDoor(Path(folder), **PATIENT)
        try:
            yield service.open()
        finally:
            service.close()


@pytest.fixture
def talk(door: FrontDoor) -> Talk:
    """A new conversation with the shared service."""
    return door.talk()
