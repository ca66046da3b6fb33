"""Measures any file of labelled messages with the model and the net that are served: `python -m bot.evaluate FILE...`

Reads the shapes of the development sets (see README, "How good is it?") and prints one JSON object. `--each` prints a
line per message before it; those lines hold what was understood, by number, and no text.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.safety.told import is_answer
from bot.settings import PROJECT, read

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")

OUTSIDE_NAME = {"start_over": "restart"}  # Rasa keeps the name `restart` for itself
OWN_LABELS = frozenset(("more", "next_topic", "which_source", "nlu_fallback", "answer"))
SHAPE = "a list of messages with their meanings, such as: - {text: how much is it, label: cost}"
ADVICE = ("medical_advice", "harm_info")
TURNED_AWAY = ("out_of_scope", "chitchat")
QUESTIONS = {
    "a": "home_support", "b": "use_at_home", "c": "outside_stress", "d": "group_comfort",
    "e": "background_1", "f": "background_3", "g": "background_2", "h": "withdrawal",
}  # fmt: skip


@dataclass
class Understood:
    """What the service makes of one message."""

    ranking: list[str]  # labels of taxonomy.md, best first
    intent: str
    offered: tuple[str, ...] = ()
    crisis: str | None = None
    reading: str | None = None  # of an answer to the check
    rule: str = ""
    confidence: float = 0.0

    @property
    def advice(self) -> bool:
        """Read as a question only a doctor may answer, or as one nobody should."""
        return self.intent in ADVICE


@dataclass
class Tally:
    """Right and counted, for one figure."""

    right: int = 0
    of: int = 0

    def add(self, right: bool) -> None:
        """Count one."""
        self.right += right
        self.of += 1

    def share(self) -> float | None:
        """The share, None where nothing was counted."""
        return round(self.right / self.of, 4) if self.of else None


FIGURES = ("top1", "top3", "right_or_clarified", "refused", "crisis_recall", "false_alarms", "kind_right", "advice_recognised",
           "answers_right")  # fmt: skip


@dataclass
class Figures:
    """The figures of one file."""

    n: int = 0
    tallies: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in FIGURES})

    def add(self, item: dict[str, Any], understood: Understood) -> None:
        """Count one message."""
        self.n += 1
        if "question" in item:
            self.tallies["answers_right"].add(answer_right(item, understood))
            return
        label, wanted = item.get("label"), {item.get("label"), *(item.get("acceptable") or ())}
        crisis = item.get("kind") == "crisis" or (item.get("kind") is None and str(label).startswith("crisis_"))
        if crisis:
            self.tallies["crisis_recall"].add(understood.crisis is not None)
            if understood.crisis:
                self.tallies["kind_right"].add(understood.crisis in wanted)
        elif not any(str(one).startswith("crisis_") for one in wanted):
            self.tallies["false_alarms"].add(understood.crisis is not None)
        if item.get("kind") == "advice" or label in ADVICE:
            self.tallies["advice_recognised"].add(understood.advice or understood.crisis in wanted)
        self.tallies["refused"].add(turned_away(understood))
        if label:
            self._labels(wanted, understood)

    def _labels(self, wanted: set[Any], understood: Understood) -> None:
        self.tallies["top1"].add(understood.ranking[:1] != [] and understood.ranking[0] in wanted)
        self.tallies["top3"].add(any(one in wanted for one in understood.ranking[:3]))
        self.tallies["right_or_clarified"].add(understood.intent in wanted or any(o in wanted for o in understood.offered))

    def shown(self) -> dict[str, Any]:
        """As the contract prints them."""
        return {"n": self.n, **{name: tally.share() for name, tally in self.tallies.items()}}


def turned_away(understood: Understood) -> bool:
    """Whether the person is told that this is not understood, or not ours to answer."""
    return understood.intent in TURNED_AWAY or (understood.intent == "nlu_fallback" and not understood.offered)


def answer_right(item: dict[str, Any], understood: Understood) -> bool:
    """Whether the reading of an answer to the check is the meaning, or one that is as good."""
    wanted = {str(item["meaning"]), *map(str, item.get("also") or ())}
    given = "crisis" if understood.crisis else {"not_sure": "unsure"}.get(understood.reading or "", understood.reading)
    return given in wanted


class Service:
    """The served parts, loaded once."""

    def __init__(self) -> None:
        from rasa.core.agent import Agent

        from bot.assistant.models import newest_model
        from bot.safety import load

        settings = read()
        model = newest_model(settings.models)
        if model is None:
            raise SystemExit("There is no trained model yet. Run `make train` first.")
        self.net, self.agent = load(), Agent.load(str(model))

    async def understand(self, item: dict[str, Any]) -> Understood:
        """One message, as the front door and then Rasa would read it."""
        text = str(item["text"])
        verdict = self.net.read(text)
        parsed: dict[str, Any] = dict(await self.agent.parse_message(text))
        names = [one["name"] for one in parsed.get("intent_ranking") or []]
        intent = str((parsed.get("intent") or {}).get("name"))
        sure = verdict.is_crisis and not verdict.is_doubtful  # a doubt is read again inside, as in bot/gateway/desk.py
        crisis = verdict.kind if sure else intent if intent.startswith("crisis_") else None
        if "question" in item and not sure and is_answer(parsed, QUESTIONS.get(item["question"])):
            crisis = None
        ranking = [outside(one) for one in [*([crisis] if crisis else []), *names] if one and one not in OWN_LABELS]
        return Understood(
            ranking=list(dict.fromkeys(ranking)), intent=outside(crisis or intent), crisis=crisis, rule=verdict.rule,
            confidence=float((parsed.get("intent_ranking") or [{"confidence": 0.0}])[0]["confidence"]),
            offered=tuple(outside(one) for one in parsed.get("offered_meanings") or ()), reading=self._reading(item, parsed),
        )  # fmt: skip

    @staticmethod
    def _reading(item: dict[str, Any], parsed: dict[str, Any]) -> str | None:
        if "question" not in item:
            return None
        from actions.placement_answers import reading_of

        return reading_of(QUESTIONS.get(item["question"], item["question"]), parsed).meaning


def outside(label: str) -> str:
    """A label as taxonomy.md spells it."""
    return OUTSIDE_NAME.get(label, label)


def items_of(path: Path) -> list[dict[str, Any]]:
    """The labelled messages of a file; SystemExit with a sentence for one that cannot be read."""
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except FileNotFoundError:
        raise SystemExit(f"There is no file {path}. Check its name, and the folder you are in.") from None
    except OSError:
        raise SystemExit(f"{path} cannot be opened. Check that it is a file, and who may read it.") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise SystemExit(f"{path} cannot be read as YAML. It must be {SHAPE}") from None
    if not isinstance(found, list) or not found or not all(isinstance(one, dict) and "text" in one for one in found):
        raise SystemExit(f"{path} must be {SHAPE}")
    return found


def quiet() -> None:
    """None of the warnings that packages of Rasa's age give each other; Sanic, which turns them on, is imported first."""
    import warnings

    import sanic.app  # noqa: F401

    from bot.assistant.__main__ import quiet_logs

    quiet_logs()
    warnings.filterwarnings("ignore")


def _line(name: str, number: int, item: dict[str, Any], understood: Understood) -> str:
    wanted = item.get("label") or item.get("meaning")
    shown = {"file": name, "item": number, "wanted": wanted, "intent": understood.intent, "ranking": understood.ranking[:3],
             "offered": understood.offered, "crisis": understood.crisis, "reading": understood.reading, "rule": understood.rule}  # fmt: skip
    return json.dumps({key: value for key, value in shown.items() if value not in (None, (), "")})


async def measure(paths: Iterable[Path], each: bool) -> dict[str, Any]:
    """The figures by file name."""
    work = [(path, items_of(path)) for path in paths]
    service, files = Service(), {}
    for path, items in work:
        figures = Figures()
        for number, item in enumerate(items, 1):
            understood = await service.understand(item)
            figures.add(item, understood)
            if each:
                print(_line(path.name, number, item, understood))
        files[path.name] = figures.shown()
    return {"files": files}


def main(arguments: list[str] | None = None) -> int:
    """Measure the files that are named."""
    reader = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    reader.add_argument("files", nargs="+", type=Path)
    reader.add_argument("--each", action="store_true", help="one line per message, without its text")
    given = reader.parse_args(arguments)
    sys.path.insert(0, str(PROJECT))
    quiet()
    print(json.dumps(asyncio.run(measure(given.files, given.each)), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
