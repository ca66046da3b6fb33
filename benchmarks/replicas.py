"""One pair and two pairs behind the proxy, on PostgreSQL and Redis: answers a second, and what a kill in mid-run costs."""

from __future__ import annotations

import asyncio
import time
import uuid
from pathlib import Path
from typing import Any

from benchmarks.load import QUESTIONS, OursTalk, load
from ops.topology import Topology
from tests.services.postgres import PostgresServer

CLIENTS, TALKS, TURNS, RETRY_SECONDS = 16, 16, 12, 0.1


async def _stubborn(talk: OursTalk, text: str) -> float:
    """One turn, asked again with the same id until it is answered and written down; seconds taken."""
    began, message_id = time.perf_counter(), str(uuid.uuid4())
    while time.perf_counter() - began < 60:
        try:
            await talk.say(text, message_id=message_id)
            if talk.last and all(message["seq"] for message in talk.last):
                return time.perf_counter() - began
        except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError, ValueError):
            talk.connection.close()
        await asyncio.sleep(RETRY_SECONDS)
    raise RuntimeError("no answer")


async def _killed(topology: Topology) -> dict[str, Any]:
    """Kill one pair under load; messages that are missing or doubled in the records afterwards."""
    talks = [OursTalk(topology.proxy.port) for _ in range(TALKS)]
    for talk in talks:
        await talk.open()
    waits: list[float] = []

    async def one(talk: OursTalk) -> None:
        for number in range(TURNS):
            waits.append(await _stubborn(talk, QUESTIONS[number % len(QUESTIONS)]))

    working = asyncio.gather(*(one(talk) for talk in talks))
    await asyncio.sleep(1.0)
    await asyncio.to_thread(topology.pairs[0].kill)
    await working
    lost = doubled = 0
    for talk in talks:
        person = [message["text"] for message in await talk.history() if message["from"] == "person"]
        wanted = [QUESTIONS[number % len(QUESTIONS)] for number in range(TURNS)]
        lost += sum(text not in person for text in wanted)
        doubled += len(person) - len(set(person)) - (len(wanted) - len(set(wanted)))
    return {"messages": TALKS * TURNS, "lost": lost, "doubled": doubled, "longest_wait": max(waits)}


def _measured(folder: Path, url: str, pairs: int, seconds: float) -> dict[str, Any]:
    topology = Topology(folder / f"pairs{pairs}", url, pairs)
    topology.folder.mkdir(exist_ok=True)
    try:
        topology.start()
        asyncio.run(load(lambda: OursTalk(topology.proxy.port), CLIENTS, 3.0))
        run = asyncio.run(load(lambda: OursTalk(topology.proxy.port), CLIENTS, seconds))
        found = {"rate": run.rate, "p95": run.quantile(0.95), "failed": run.failed}
        if pairs > 1:
            found["killed"] = asyncio.run(_killed(topology))
        return found
    finally:
        topology.stop()


def replicas(folder: Path, seconds: float) -> dict[str, Any]:
    """{"one", "two", "ratio"}; two carries what the kill did."""
    place = folder / "postgres"
    place.mkdir(mode=0o755)
    server = PostgresServer(place)
    server.start()
    try:
        one = _measured(folder, server.new_database(), 1, seconds)
        two = _measured(folder, server.new_database(), 2, seconds)
    finally:
        server.stop()
    return {"one": one, "two": two, "ratio": two["rate"] / one["rate"]}
