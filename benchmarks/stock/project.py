"""Makes and trains the stock project in a folder: `python -m benchmarks.stock.project FOLDER`."""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import yaml

from bot.settings import PROJECT
from bot.wording import load_wording

EXAMPLES = 24  # a label, the first ones of data/nlu: enough to answer, and trained in minutes on two cores
HERE = PROJECT / "benchmarks" / "stock"
TRACKERS = {"tracker_store": {"type": "SQL", "dialect": "sqlite", "db": "stock.db"}}


def examples() -> dict[str, list[str]]:
    """The first EXAMPLES sentences of every label in data/nlu/."""
    found: dict[str, list[str]] = {}
    for path in sorted((PROJECT / "data" / "nlu").glob("*.yml")):
        for one in (yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}).get("nlu", []):
            if "intent" in one:
                lines = [line[2:].strip() for line in one["examples"].splitlines() if line.startswith("- ")]
                found.setdefault(one["intent"], []).extend(lines)
    return {label: sentences[:EXAMPLES] for label, sentences in found.items()}


def _write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000), encoding="utf-8")


def make(folder: Path) -> None:
    """Write domain, data and configuration: every label is answered by its sentence, as in a Rasa tutorial."""
    wording, labels = load_wording(), examples()
    answered = [label for label in labels if label in wording.names() and not wording.entry(label).fill]
    nlu = [{"intent": label, "examples": "".join(f"- {one}\n" for one in labels[label])} for label in answered]
    said = {f"utter_{label}": [{"text": wording.render(label, "web", check=False)}] for label in answered}
    rules = [{"rule": label, "steps": [{"intent": label}, {"action": f"utter_{label}"}]} for label in answered]
    rules.append({"rule": "nlu_fallback", "steps": [{"intent": "nlu_fallback"}, {"action": "utter_floor"}]})
    said["utter_floor"] = [{"text": wording.render("floor", "web", check=False)}]  # without it, stock says nothing at all
    stories = [
        {"story": f"{one} then {two}", "steps": [
            {"intent": one}, {"action": f"utter_{one}"}, {"intent": two}, {"action": f"utter_{two}"}]}
        for one, two in itertools.pairwise(answered)
    ]  # fmt: skip
    _write(folder / "domain.yml", {"version": "3.1", "intents": [*answered, "nlu_fallback"], "responses": said,
                                   "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True}})  # fmt: skip
    _write(folder / "data" / "nlu.yml", {"version": "3.1", "nlu": nlu})
    _write(folder / "data" / "rules.yml", {"version": "3.1", "rules": rules})
    _write(folder / "data" / "stories.yml", {"version": "3.1", "stories": stories})
    _write(folder / "endpoints.yml", TRACKERS)
    _write(folder / "credentials.yml", {"rest": None})
    shutil.copy(HERE / "config.yml", folder / "config.yml")


def train(folder: Path) -> float:
    """Train it there unless it is trained; seconds taken."""
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    if any((folder / "models").glob("*.tar.gz")):
        return 0.0
    from rasa.api import train as rasa_train

    began, said = time.monotonic(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        result = rasa_train(
            domain=str(folder / "domain.yml"), config=str(folder / "config.yml"), training_files=str(folder / "data"),
            output=str(folder / "models"), fixed_model_name="stock",
        )  # fmt: skip
    if result.code or not result.model:
        raise RuntimeError(said.getvalue()[-2000:])
    return time.monotonic() - began


if __name__ == "__main__":
    place = Path(sys.argv[1])
    make(place)
    print(f"trained in {train(place):.0f} s")
