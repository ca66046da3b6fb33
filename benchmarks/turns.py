"""Stock Rasa and ours, the same conversations in one run, alternating: `make bench` (writes benchmarks/turns.md and .png).

Ours is measured through the front door with encryption on, SQLite for both; replicas on PostgreSQL and Redis behind HAProxy.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.load import DANGER, QUESTIONS, OursTalk, StockTalk, load, quantile
from benchmarks.replicas import replicas
from benchmarks.turns_page import write_page
from bot.settings import PROJECT
from ops.topology import Pair, end_process, free_port, resident

START_SECONDS = 120.0
CHECK = ("/affirm", "/deny", "/affirm", "/deny", "/deny", "/affirm", "/deny", "/deny", "/affirm")


class Stock:
    """`rasa run` with the stock project."""

    def __init__(self, project: Path, folder: Path) -> None:
        self.project, self.folder, self.port = project, folder, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; its tracker store is a file in our folder."""
        command = [sys.executable, "-W", "ignore", "-m", "rasa", "run", "-p", str(self.port), "-i", "127.0.0.1",
                   "-m", str(self.project / "models"), "--endpoints", str(self.project / "endpoints.yml"),
                   "--credentials", str(self.project / "credentials.yml")]  # fmt: skip
        given = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3",
                 "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}  # fmt: skip
        with (self.folder / "stock.log").open("wb") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, env=given, stdout=log, stderr=log)

    def talk(self) -> StockTalk:
        """A new client."""
        return StockTalk(self.port)

    def memory(self) -> int:
        """Bytes it holds."""
        return resident(self.process.pid) if self.process else 0

    def stop(self) -> None:
        """End it."""
        if self.process:
            end_process(self.process)


async def first_answer(talk: Any) -> float:
    """Seconds from now until a question is answered in full."""
    began = time.perf_counter()
    while time.perf_counter() - began < START_SECONDS:
        try:
            await talk.open()
            reply = await talk.say(QUESTIONS[0])
            if talk.answered(reply):
                return time.perf_counter() - began
        except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError):
            talk.connection.close()
        await asyncio.sleep(0.05)
    raise RuntimeError("no answer")


async def until_healthy(port: int) -> float:
    """Seconds from now until the floor works."""
    from benchmarks.load import Connection

    connection, began = Connection(port), time.perf_counter()
    while time.perf_counter() - began < START_SECONDS:
        try:
            if (await connection.send("GET", "/healthz")).status == 200:
                break
        except OSError:
            await asyncio.sleep(0.02)
    connection.close()
    return time.perf_counter() - began


async def one_client(stock: Stock, ours: Pair, turns: int) -> dict[str, Any]:
    """Questions by one client, one to each in turn."""
    talks, times = (stock.talk(), OursTalk(ours.port)), ([], [])  # type: tuple[Any, Any], tuple[list[float], list[float]]
    for number in range(turns):
        for talk, kept in zip(talks, times, strict=True):
            if number % 10 == 0:
                await talk.open()
            reply = await talk.say(QUESTIONS[number % len(QUESTIONS)])
            assert reply.status == 200
            kept.append(reply.seconds)
    return {
        name: {"p50": quantile(kept, 0.5), "p95": quantile(kept, 0.95)}
        for name, kept in zip(("stock", "ours"), times, strict=True)
    }


async def check_turns(ours: Pair, rounds: int) -> dict[str, float]:
    """The quick check from its consent to its end, by buttons."""
    times = []
    for _ in range(rounds):
        talk = OursTalk(ours.port)
        await talk.open()
        await talk.say(payload="/start_screen") if _offered(talk, "/start_screen") else await talk.say(
            "start the quick check"
        )
        for payload in CHECK:
            if not _offered(talk, payload):
                break
            times.append((await talk.say(payload=payload)).seconds)
        talk.connection.close()
    return {"p50": quantile(times, 0.5), "p95": quantile(times, 0.95), "turns": len(times)}


def _offered(talk: OursTalk, payload: str) -> bool:
    return any(button["payload"] == payload for message in talk.last for button in message.get("buttons", []))


async def long_talk(stock: Stock, ours: Pair, length: int) -> dict[str, Any]:
    """One conversation of so many turns with each; every turn's time."""
    talks: tuple[Any, Any] = (stock.talk(), OursTalk(ours.port))
    times: tuple[list[float], list[float]] = ([], [])
    for talk in talks:
        await talk.open()
    for number in range(length + 5):
        for talk, kept in zip(talks, times, strict=True):
            kept.append((await talk.say(QUESTIONS[number % 8])).seconds)
    result = {}
    for name, kept in zip(("stock", "ours"), times, strict=True):
        third, last = quantile(kept[1:11], 0.5), quantile(kept[-10:], 0.5)
        result[name] = {"third": third, "last": last, "ratio": last / third, "each": kept}
    return result


async def many_clients(stock: Stock, ours: Pair, clients: int, seconds: float, rounds: int) -> dict[str, Any]:
    """So many clients at once, in turn with each; the middle round counts."""
    seen: dict[str, list[Any]] = {"stock": [], "ours": []}
    for _ in range(rounds):
        seen["stock"].append(await load(stock.talk, clients, seconds))
        seen["ours"].append(await load(lambda: OursTalk(ours.port), clients, seconds))
    result = {}
    for name, runs in seen.items():
        runs.sort(key=lambda run: run.rate)
        run = runs[len(runs) // 2]
        result[name] = {
            "rate": run.rate,
            "p50": run.quantile(0.5),
            "p95": run.quantile(0.95),
            "failed": sum(r.failed for r in runs),
        }
    return result


async def emergencies(ours: Pair, clients: int, seconds: float) -> dict[str, Any]:
    """Crisis messages, each of another person, while so many clients keep the service busy."""
    times: list[float] = []
    busy = asyncio.create_task(load(lambda: OursTalk(ours.port), clients, seconds)) if clients else None
    end = time.perf_counter() + seconds
    talk = OursTalk(ours.port)
    while time.perf_counter() < end:
        await talk.open()
        reply = await talk.say(DANGER)
        assert reply.status == 200 and talk.last[0]["kind"] == "crisis", "danger was not answered right"
        times.append(reply.seconds)
        await asyncio.sleep(0.05)
    if busy:
        await busy
    talk.connection.close()
    return {"p50": quantile(times, 0.5), "p99": quantile(times, 0.99), "most": max(times), "n": len(times)}


async def measure(stock: Stock, ours: Pair, arguments: argparse.Namespace) -> dict[str, Any]:
    """Everything but replicas."""
    found: dict[str, Any] = {"start": {}}
    stock.start()
    found["start"]["stock_answer"] = await first_answer(stock.talk())
    ours.start_one("gateway")  # in the order of bot/run.py: the floor first
    found["start"]["ours_floor"] = await until_healthy(ours.port)
    ours.start_one("assistant")
    found["start"]["ours_answer"] = found["start"]["ours_floor"] + await first_answer(OursTalk(ours.port))
    await one_client(stock, ours, 20)  # both are warm before anything counts
    found["question"] = await one_client(stock, ours, arguments.turns)
    found["check"] = await check_turns(ours, arguments.turns // 10)
    found["load"] = await many_clients(stock, ours, 16, arguments.seconds, arguments.rounds)
    found["memory"] = {"stock": stock.memory(), "ours": ours.memory(),
                       "parts": {name: resident(one.pid) for name, one in ours.running.items()}}  # fmt: skip
    found["emergency_busy"] = await emergencies(ours, 16, arguments.seconds)
    found["long"] = await long_talk(stock, ours, arguments.length)
    ours.running.pop("assistant").kill()
    await asyncio.sleep(0.5)
    found["emergency_dead"] = await emergencies(ours, 0, 5)
    return found


def main() -> int:
    """Measure, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=200, help="questions by one client")
    parser.add_argument("--seconds", type=float, default=15.0, help="of each load")
    parser.add_argument("--rounds", type=int, default=3, help="of each load")
    parser.add_argument("--length", type=int, default=300, help="turns of the long conversation")
    parser.add_argument(
        "--stock", type=Path, help="a folder with the trained stock project; made and trained when not given"
    )
    parser.add_argument("--no-replicas", action="store_true")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    folder.chmod(0o755)
    project = arguments.stock or folder / "stock"
    if not (project / "models").is_dir():
        subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "benchmarks.stock.project", str(project)], cwd=PROJECT, check=True
        )
    stock, ours = Stock(project, folder), Pair(folder / "ours", {**os.environ, "RATE_LIMIT": "off"})
    try:
        found = asyncio.run(measure(stock, ours, arguments))
    finally:
        stock.stop()
        ours.stop()
    write_page(found)  # what comes next takes long and may fail
    if not arguments.no_replicas:
        found["replicas"] = replicas(folder, arguments.seconds)
    shutil.rmtree(folder, ignore_errors=True)
    write_page(found)
    print(json.dumps({**found, "long": {k: {**v, "each": None} for k, v in found["long"].items()}}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
