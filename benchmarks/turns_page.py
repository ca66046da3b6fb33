"""Writes what was measured: benchmarks/turns.md with a verdict a line, and benchmarks/turns.png."""

from __future__ import annotations

import os
import platform
from datetime import datetime, timezone
from typing import Any

from benchmarks.stock.project import EXAMPLES
from bot.settings import PROJECT

PAGE, PICTURE = PROJECT / "benchmarks" / "turns.md", PROJECT / "benchmarks" / "turns.png"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _row(
    name: str, stock: str, ours: str, ratio: float | None, target: float | None, bound: str = ""
) -> tuple[bool | None, str]:
    met = None if ratio is None or target is None else (ratio >= target if bound == ">=" else ratio <= target)
    shown = "" if ratio is None else f"{ratio:.2f}"
    wanted = "" if target is None else f"{bound or '<='} {target:g}"
    return met, f"| {name} | {stock} | {ours} | {shown} | {wanted} | {'' if met is None else 'yes' if met else '**no**'} |"


def rows(found: dict[str, Any]) -> list[tuple[bool | None, str]]:
    """One row a measure: whether its target is met, and its line."""
    stock, ours = found["question"]["stock"], found["question"]["ours"]
    busy, dead, load, long = found["emergency_busy"], found["emergency_dead"], found["load"], found["long"]
    start, memory, check = found["start"], found["memory"], found["check"]
    made = [
        _row("answer to a question, p50, one client", _ms(stock["p50"]), _ms(ours["p50"]), ours["p50"] / stock["p50"], 0.6),
        _row("answer to a question, p95, one client", _ms(stock["p95"]), _ms(ours["p95"]), ours["p95"] / stock["p95"], 0.7),
        _row("turn of the check, p50 (ratio to a question)", "", _ms(check["p50"]), check["p50"] / ours["p50"], 1.5),
        _row("300th turn / 3rd turn", f"{long['stock']['ratio']:.2f}", f"{long['ours']['ratio']:.2f}", long["ours"]["ratio"], 1.2),
        _row("answers a second, 16 clients", f"{load['stock']['rate']:.0f}", f"{load['ours']['rate']:.0f}",
             load["ours"]["rate"] / load["stock"]["rate"], 2.0, ">="),
        _row("p95 at 16 clients", _ms(load["stock"]["p95"]), _ms(load["ours"]["p95"]), load["ours"]["p95"] / load["stock"]["p95"], 0.4),
        _row("floor after start, seconds", "none", f"{start['ours_floor']:.1f} s", start["ours_floor"], 2.0),
        _row("first full answer after start", f"{start['stock_answer']:.1f} s", f"{start['ours_answer']:.1f} s",
             start["ours_answer"] / start["stock_answer"], 0.5),
        _row("memory, all processes", f"{memory['stock'] / 1e6:.0f} MB", f"{memory['ours'] / 1e6:.0f} MB",
             memory["ours"] / memory["stock"], 0.9),
        _row("emergency reply, p99 while saturated, ms", "none", _ms(busy["p99"]), busy["p99"] * 1000, 200),
        _row("emergency reply, p99 while the assistant is dead, ms", "none", _ms(dead["p99"]), dead["p99"] * 1000, 50),
    ]  # fmt: skip
    if "replicas" in found:
        two, one = found["replicas"]["two"], found["replicas"]["one"]
        killed = two["killed"]
        made += [
            _row("two replicas / one, answers a second", "unsafe", f"{two['rate']:.0f} / {one['rate']:.0f}",
                 found["replicas"]["ratio"], 1.3, ">="),
            _row("lost + doubled with one killed in mid-run", "unsafe",
                 f"{killed['lost']} + {killed['doubled']} of {killed['messages']}", killed["lost"] + killed["doubled"], 0),
        ]  # fmt: skip
    return made


def _plots(found: dict[str, Any]) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4))
    for name, colour in (("stock", "#b0662f"), ("ours", "#2f6fb0")):
        each = [seconds * 1000 for seconds in found["long"][name]["each"]]
        left.plot(range(1, len(each) + 1), each, color=colour, linewidth=1, label=f"{name}")
    left.set(title="One conversation, turn by turn", xlabel="turn", ylabel="ms", yscale="log")
    left.legend()
    names = ["question p50", "question p95", "16 clients p95"]
    values = {
        who: [found["question"][who]["p50"], found["question"][who]["p95"], found["load"][who]["p95"]]
        for who in ("stock", "ours")
    }
    for place, (who, colour) in enumerate((("stock", "#b0662f"), ("ours", "#2f6fb0"))):
        right.bar([n + 0.4 * place for n in range(3)], [v * 1000 for v in values[who]], 0.38, color=colour, label=who)
    right.set(title="Time to an answer", ylabel="ms", yscale="log", xticks=[n + 0.2 for n in range(3)], xticklabels=names)
    right.legend()
    figure.tight_layout()
    figure.savefig(PICTURE, dpi=90)


def write_page(found: dict[str, Any]) -> None:
    """Write page and picture."""
    made = rows(found)
    missed = sum(met is False for met, _ in made)
    busiest = os.getloadavg()[0]
    lines = [
        "# Turns: stock Rasa and ours", "",
        f"Measured {datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC by `make bench` on {os.cpu_count()} cores ({platform.machine()}), load"
        f" average at the end {busiest:.1f}. {missed} of {len(made)} targets missed.", "",
        "Ours goes through the front door with encryption on; both write to SQLite. The same questions go to both in one run, one to"
        f" each in turn. Stock is `rasa run` with the default pipeline and policies, plain REST, trained on {EXAMPLES} sentences a label",
        "with fewer epochs (benchmarks/stock/config.yml says why that does not change the time of an answer). Loads are the middle one of"
        " their rounds. The client runs on the same cores.", "",
        "| Measure | Stock | Ours | Ours / stock, or value | Target | Met |", "|---|---|---|---|---|---|",
        *(line for _, line in made), "", "![turns](turns.png)", "",
        f"Failed answers under load: stock {found['load']['stock']['failed']}, ours {found['load']['ours']['failed']}."
        f" Memory of ours by process: {', '.join(f'{name} {size / 1e6:.0f} MB' for name, size in found['memory']['parts'].items())}.",
    ]  # fmt: skip
    if "replicas" in found:
        lines.append(
            f"Longest wait of a client that met the kill: {found['replicas']['two']['killed']['longest_wait']:.1f} s."
        )
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    _plots(found)
