"""Stand-ins on the loopback: Twilio's API, the assistant behind its socket, and a telephone that texts the line."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator

from bot.settings import PROJECT

ACCOUNT, TOKEN, OURS = "AC" + "0a" * 16, "token-of-the-test", "+18065550111"
PUBLIC_URL = "https://chat.example.org"
WAIT, LOADING = 15.0, 120.0


class Served:
    """An ASGI application on a free port, in a thread of its own."""

    def __init__(self, app: Any) -> None:
        config = uvicorn.Config(
            app, host="127.0.0.1", port=0, log_config=None, access_log=False, ws="none", timeout_graceful_shutdown=5
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        until = time.monotonic() + WAIT
        while not self._server.started and time.monotonic() < until:
            time.sleep(0.01)
        self.url = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def end(self) -> None:
        """End it and wait for that."""
        self._server.should_exit = True
        self._thread.join(WAIT)


class TwilioApi:
    """Takes POST .../Messages.json as Twilio does: credentials, fields, order and time are kept in `texts`."""

    def __init__(self) -> None:
        self.texts: list[dict[str, Any]] = []
        self.refused: list[str] = []
        self.failures: deque[Any] = deque()  # (status, code), "silent" or "taken silently", one for each call to come
        self.delay = 0.0
        self._news = threading.Condition()
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        self._served = Served(Starlette(routes=[Route(path, self._messages, methods=["POST"])]))
        self.url = self._served.url

    async def _messages(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        await asyncio.sleep(self.delay)
        wanted = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if request.headers.get("authorization") != wanted:
            self.refused.append("credentials")
            return JSONResponse({"code": 20003, "message": "Authenticate", "status": 401}, 401)
        if not form.get("To") or not form.get("Body") or bool(form.get("From")) == bool(form.get("MessagingServiceSid")):
            self.refused.append("fields")
            return JSONResponse({"code": 21602, "message": "Bad request", "status": 400}, 400)
        failure = self.failures.popleft() if self.failures else None
        if isinstance(failure, tuple):
            with self._news:
                self.refused.append(str(failure[1]))
                self._news.notify_all()
            return JSONResponse({"code": failure[1], "message": "canary of an error", "status": failure[0]}, failure[0])
        with self._news:
            self.texts.append({**form, "at": time.monotonic(), "key": request.headers.get("idempotency-key")})
            self._news.notify_all()
        if failure == "taken silently":
            await asyncio.sleep(60)
        return JSONResponse({"sid": "SM" + secrets.token_hex(16), "status": "queued"}, 201)

    def to(self, number: str) -> list[str]:
        """The bodies sent to a number, in order."""
        return [text["Body"] for text in self.texts if text["To"] == number]

    def wait(self, enough: Callable[[], Any], seconds: float = WAIT) -> bool:
        """Wait until `enough()`."""
        with self._news:
            return bool(self._news.wait_for(enough, seconds))

    def sent(self, number: str, count: int = 1) -> list[str]:
        """The bodies sent to a number once there are `count`; fails where they do not come."""
        assert self.wait(lambda: len(self.to(number)) >= count), f"{len(self.to(number))} of {count} texts came"
        return self.to(number)

    def end(self) -> None:
        """End it."""
        self._served.end()


def says(text: str, *titles: str, kind: str = "answer", **more: Any) -> dict[str, Any]:
    """A message of the assistant."""
    buttons = [{"title": title, "payload": f"/{title.lower()}"} for title in titles]
    return {"text": text, "buttons": buttons, "kind": kind, "topic": None, "source": None, "from": "bot", "seq": 1, **more}


class FakeAssistant:
    """Speaks the lines of bot/gateway/assistant_client.py over a Unix socket; `answer` makes the messages of a turn."""

    def __init__(self, path: Path) -> None:
        self.asked: list[dict[str, Any]] = []
        self.answer: Callable[[dict[str, Any]], Any] = lambda request: [says(f"Heard: {request['text']}")]
        self.delay = 0.0
        self._path, self._loop = path, asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(WAIT)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _listen(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, str(self._path))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            self._loop.create_task(self._one(json.loads(line), writer))

    async def _one(self, request: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        reply: dict[str, Any] = {"id": request["id"], "ok": True, "records": True}
        if request["op"] == "turn":
            self.asked.append(request)
            await asyncio.sleep(self.delay)
            reply["messages"] = self.answer(request)
        writer.write(json.dumps(reply).encode() + b"\n")

    def texts(self) -> list[str]:
        """What was asked, in order."""
        return [request["text"] for request in self.asked]

    def end(self) -> None:
        """End it."""

        async def stop() -> None:
            self._server.close()
            rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(stop(), self._loop).result(WAIT)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(WAIT)
        self._loop.close()


class RealAssistant:
    """The assistant's own process with the trained model; not a stand-in at all."""

    module = "bot.assistant"

    def __init__(self, path: Path) -> None:
        self.asked: list[dict[str, Any]] = []
        environment = {**os.environ, "VAR_DIR": str(path.parent), "DATABASE_SECONDS": "5", "TURN_SECONDS": "10"}
        self._process = subprocess.Popen([sys.executable, "-W", "ignore", "-m", self.module], cwd=PROJECT, env=environment)
        until = time.monotonic() + LOADING
        while not path.exists() or not self._ready(path):
            assert self._process.poll() is None, "the assistant ended"
            assert time.monotonic() < until, "the assistant did not load its model"
            time.sleep(0.2)

    @staticmethod
    def _ready(path: Path) -> bool:
        with socket.socket(socket.AF_UNIX) as line:
            try:
                line.settimeout(5)
                line.connect(str(path))
                line.sendall(b'{"id": 1, "op": "ready"}\n')
                return bool(json.loads(line.makefile().readline())["ok"])
            except (OSError, ValueError, KeyError):
                return False

    def end(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(WAIT)


class MovedAssistant(RealAssistant):
    """The same, with a clock that the file `clock-ahead` beside its socket moves."""

    module = "tests.sms.moved_assistant"


def webhook_fields(number: str, body: str, sid: str | None = None, **more: str) -> dict[str, str]:
    """A body as Twilio sends it for a text to a US long code, blank fields and all."""
    sid = sid or "SM" + secrets.token_hex(16)
    return {
        "ToCountry": "US", "ToState": "TX", "SmsMessageSid": sid, "NumMedia": "0", "ToCity": "", "FromZip": "",
        "SmsSid": sid, "FromState": "TX", "SmsStatus": "received", "FromCity": "", "Body": body, "FromCountry": "US",
        "To": OURS, "ToZip": "",
        "NumSegments": "1", "MessageSid": sid, "AccountSid": ACCOUNT, "From": number, "ApiVersion": "2010-04-01", **more,
    }  # fmt: skip


class Phone:
    """Posts to the line as Twilio would for one telephone, signed with Twilio's own code."""

    def __init__(self, line_url: str, number: str) -> None:
        self.number, self._client = number, httpx.Client(base_url=line_url, timeout=WAIT, trust_env=False)

    def post(
        self, fields: dict[str, str], path: str = "/sms/twilio", signature: str | None = None, mark: bool = True
    ) -> httpx.Response:
        """Post a form; `signature` None signs it rightly, `mark` is Twilio's own, the same at each delivery of a text."""
        if signature is None:
            signature = RequestValidator(TOKEN).compute_signature(PUBLIC_URL + path, fields)
        headers = {"x-twilio-signature": signature, "content-type": "application/x-www-form-urlencoded; charset=UTF-8"}
        if mark:
            headers["i-twilio-idempotency-token"] = fields.get("MessageSid", "none")
        return self._client.post(path, content=urlencode(fields), headers=headers if signature else {})

    def text(self, body: str, sid: str | None = None, **more: str) -> str:
        """Text the line; the id of the text."""
        fields = webhook_fields(self.number, body, sid, **more)
        answer = self.post(fields)
        assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/xml"), answer.text
        assert answer.text.endswith("<Response/>")
        return fields["MessageSid"]

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()
