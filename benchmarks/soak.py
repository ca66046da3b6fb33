"""Talks to the service for a long time and draws its memory and open files: `make soak` (`SECONDS=3600` for an hour)."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.load import DANGER, OursTalk, load
from bot.settings import PROJECT
from ops.topology import Pair, resident, wait_for

PAGE, PICTURE = PROJECT / "benchmarks" / "soak.md", PROJECT / "benchmarks" / "soak.png"
CLIENTS, LOOK_SECONDS, WARM_SHARE = 4, 2.0, 0.3
MOST_GROWTH_MB, MOST_MORE_FILES = 60.0, 10


def _files(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


async def _look(pair: Pair, end: float, seen: list[dict[str, Any]]) -> None:
    began, danger = time.monotonic(), OursTalk(pair.port)
    while time.monotonic() < end:
        await danger.open()
        reply = await danger.say(DANGER)
        row: dict[str, Any] = {"at": time.monotonic() - began, "danger": reply.seconds}
        for name, process in pair.running.items():
            row[name] = resident(process.pid) / 1e6
            row[f"{name} files"] = _files(process.pid)
        row["records"] = sum(path.stat().st_size for path in pair.folder.glob("records.db*")) / 1e6
        seen.append(row)
        await asyncio.sleep(LOOK_SECONDS)


async def soak(pair: Pair, seconds: float) -> tuple[list[dict[str, Any]], Any]:
    """Rows of what was seen every other second, and the load's result."""
    seen: list[dict[str, Any]] = []
    looking = asyncio.create_task(_look(pair, time.monotonic() + seconds, seen))
    result = await load(lambda: OursTalk(pair.port), CLIENTS, seconds, turns=40)
    await looking
    return seen, result


def _draw(seen: list[dict[str, Any]]) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 3, figsize=(14, 4))
    times = [row["at"] for row in seen]
    for axis, names, title in (
        (axes[0], ("assistant", "gateway"), "memory, MB"),
        (axes[1], ("assistant files", "gateway files"), "open files"),
        (axes[2], ("danger",), "emergency reply, s"),
    ):
        for name in names:
            axis.plot(times, [row[name] for row in seen], label=name)
        axis.set(title=title, xlabel="seconds", ylim=(0, None))
        axis.legend()
    figure.tight_layout()
    figure.savefig(PICTURE, dpi=90)


def _written(seen: list[dict[str, Any]], result: Any) -> bool:
    warm = seen[int(len(seen) * WARM_SHARE) :]
    growth = {name: warm[-1][name] - warm[0][name] for name in ("assistant", "gateway")}
    files = {name: warm[-1][f"{name} files"] - warm[0][f"{name} files"] for name in ("assistant", "gateway")}
    good = max(growth.values()) <= MOST_GROWTH_MB and max(files.values()) <= MOST_MORE_FILES and not result.failed
    dangers = sorted(row["danger"] for row in seen)
    lines = [
        "# Soak", "",
        f"{result.seconds:.0f} s, {CLIENTS} clients, {len(result.times)} turns, {result.failed} of them without an answer,"
        f" p95 {result.quantile(0.95) * 1000:.0f} ms; an emergency every other second, slowest {dangers[-1] * 1000:.0f} ms.", "",
        "| Process | memory after warming, MB | at the end, MB | more, MB | more open files |", "|---|---|---|---|---|",
        *(f"| {name} | {warm[0][name]:.0f} | {warm[-1][name]:.0f} | {growth[name]:+.0f} | {files[name]:+d} |" for name in growth), "",
        f"Records on disk: {seen[-1]['records']:.1f} MB. {'Nothing grows.' if good else '**Something grows or failed.**'}", "",
        "![soak](soak.png)",
    ]  # fmt: skip
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))
    return good


def main() -> int:
    """Soak; 1 when something grows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300.0)
    seconds = parser.parse_args().seconds
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    pair = Pair(folder, {**os.environ, "RATE_LIMIT": "off"})
    try:
        pair.start()
        wait_for(f"{pair.url}/readyz")
        seen, result = asyncio.run(soak(pair, seconds))
    finally:
        pair.stop()
        shutil.rmtree(folder, ignore_errors=True)
    _draw(seen)
    return 0 if _written(seen, result) else 1


if __name__ == "__main__":
    sys.exit(main())
