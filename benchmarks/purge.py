"""What chatting costs while 100,000 old rows are purged: `python -m benchmarks.purge` writes its part of benchmarks/purge.md.

The service and the purge are real processes on one database (SQLite, or DATABASE_URL). Rounds of the same conversation
take turns: idle, then beside the purge, as often as ROUNDS says.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from benchmarks.load import QUESTIONS, OursTalk, quantile
from bot.records.database import Database, utc_now
from bot.records.models import Conversation, Message
from bot.settings import PROJECT, read
from ops.topology import PYTHON, Pair, wait_for

PAGE = PROJECT / "benchmarks" / "purge.md"
ROWS, ROUNDS, BLOCK = 100_000, 3, 5_000
EACH = 50  # messages of a conversation
ALLOWED = 1.5
TITLE = """# Chatting while old rows are purged

One client that asks and waits; the machine's cores are shared by client, service, database and purge."""


def fill(database: Database, rows: int) -> None:
    """Messages of conversations that are long over."""
    old = utc_now() - timedelta(days=3650)
    talks = [
        {"id": f"old-{n}", "channel": "web", "version": 1, "last_seq": EACH, "key_id": "k", "sealed": b"x" * 300,
         "created_at": old, "updated_at": old}
        for n in range(rows // EACH)
    ]  # fmt: skip
    with database.engine.execution_options(writes=True).begin() as connection:
        connection.execute(insert(Conversation), talks)
        for start in range(0, rows, BLOCK):
            block = range(start, min(start + BLOCK, rows))
            given = [
                {
                    "conversation_id": f"old-{n // EACH}",
                    "seq": n % EACH,
                    "key_id": "k",
                    "sealed": b"x" * 300,
                    "created_at": old,
                }
                for n in block
            ]
            connection.execute(insert(Message), given)


async def chat(port: int, until: asyncio.Event) -> list[float]:
    """Seconds of each answer, one question after another until `until` is set."""
    talk, times = OursTalk(port), []
    await talk.open()
    while not until.is_set():
        for question in QUESTIONS:
            reply = await talk.say(question)
            assert talk.answered(reply)
            times.append(reply.seconds)
    return times


async def _idle(port: int, seconds: float) -> list[float]:
    until = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, until.set)
    return await chat(port, until)


async def _beside(port: int, environment: dict[str, str]) -> tuple[list[float], float]:
    until, began = asyncio.Event(), time.monotonic()
    chatting = asyncio.create_task(chat(port, until))
    command = [*PYTHON, "bot.records.retention"]
    process = await asyncio.create_subprocess_exec(*command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL)
    assert await process.wait() == 0, "the purge failed"
    seconds = time.monotonic() - began
    until.set()
    return await chatting, seconds


async def measure(pair: Pair, rows: int) -> tuple[list[float], list[float], float]:
    """Seconds of answers idle and beside the purge, and of all purges."""
    database, purging = Database(read(pair.environment)), 0.0
    idle: list[float] = []
    beside: list[float] = []
    for number in range(ROUNDS):
        fill(database, rows)
        during, seconds = await _beside(pair.port, pair.environment)
        beside, purging = beside + during, purging + seconds
        idle += await _idle(pair.port, seconds)
        print(f"round {number + 1} of {ROUNDS}: {rows} rows went in {seconds:.1f} s", flush=True)
    database.close()
    return idle, beside, purging


def part(idle: list[float], beside: list[float], purging: float, rows: int) -> tuple[str, bool]:
    """What was measured on one database, and whether the bound was kept."""
    shares = {name: [quantile(times, share) * 1000 for share in (0.5, 0.95)] for name, times in
              (("idle", idle), ("beside the purge", beside))}  # fmt: skip
    ratio = shares["beside the purge"][1] / shares["idle"][1]
    lines = [
        f"{ROUNDS} times {rows:,} rows, {purging / ROUNDS:.1f} s a purge.", "",
        "| | answers | p50, ms | p95, ms |", "|---|---|---|---|",
        f"| idle | {len(idle)} | {shares['idle'][0]:.1f} | {shares['idle'][1]:.1f} |",
        f"| beside the purge | {len(beside)} | {shares['beside the purge'][0]:.1f} | {shares['beside the purge'][1]:.1f} |", "",
        f"p95 beside the purge / idle: {ratio:.2f} (at most {ALLOWED}).",
    ]  # fmt: skip
    return "\n".join(lines), ratio <= ALLOWED


def written(before: str, kind: str, text: str) -> str:
    """The page with the part of one database put in; that of the other stays as it was measured."""
    parts = {title: body.strip() for title, _, body in (one.partition("\n") for one in before.split("\n## ")[1:])}
    parts[kind] = text
    return "\n\n".join([TITLE, *(f"## {title}\n{parts[title]}" for title in sorted(parts))]) + "\n"


def main() -> int:
    """Measure and write the page; 1 where the bound is broken."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=ROWS)
    rows = parser.parse_args().rows
    folder = Path(tempfile.mkdtemp(prefix="purge-"))
    pair = Pair(folder, {**os.environ, "RATE_LIMIT": "off"})
    try:
        pair.start()
        wait_for(f"{pair.url}/readyz")
        idle, beside, purging = asyncio.run(measure(pair, rows))
    finally:
        pair.stop()
        shutil.rmtree(folder, ignore_errors=True)
    kind = "PostgreSQL" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "SQLite"
    text, kept = part(idle, beside, purging, rows)
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), kind, text), encoding="utf-8")
    print(text)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
