"""Reads scripted conversations: steps, expectations, named ways in; refuses a script that would test nothing.

A script is a list of steps. A step says something (`person`), presses a button by its title (`press`) or comes in by a named way
(`opening`), and may expect of the reply:

    topic       the label of the first message
    topics      labels that messages carry, in any order
    kind        the kind of one of the messages
    says        words that stand somewhere in the reply
    says_not    words that stand nowhere in it
    buttons     titles on offer
    no_buttons  titles not on offer
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parent
OPENINGS = FOLDER / "openings"
WAYS = ("person", "press")
EXPECTED = ("topic", "topics", "kind", "says", "says_not", "buttons", "no_buttons")


class BadScript(ValueError):
    """A script that cannot be played; the message says which file and what to change."""


@dataclass(frozen=True)
class Step:
    """One turn: what the person does, and what the reply must be like."""

    where: str
    way: str
    words: str
    expected: dict[str, Any] = field(default_factory=dict)


def script_files() -> list[Path]:
    """Every conversation; BadScript for a file that would be passed over."""
    found = sorted(path for path in FOLDER.rglob("*.yml") if path.parent != OPENINGS)
    for path in found:
        if not path.name.startswith("test_") or path.parent == FOLDER:
            raise BadScript(f"{path.name}: a conversation is named <subject>/test_<what_happens>.yml.")
    return found


def _steps_of(path: Path) -> list[Step]:
    given = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(given, list) or not given:
        raise BadScript(f"{path.name}: a script is a list of steps.")
    return [step for number, one in enumerate(given, 1) for step in _steps(f"{path.name}, step {number}", one)]


def _steps(where: str, given: Any) -> list[Step]:
    if not isinstance(given, dict):
        raise BadScript(f"{where}: a step holds person, press or opening.")
    if "opening" in given:
        if set(given) != {"opening"}:
            raise BadScript(f"{where}: an opening stands alone.")
        return _steps_of(OPENINGS / f"{given['opening']}.yml")
    ways = [way for way in WAYS if way in given]
    unknown = set(given) - set(WAYS) - set(EXPECTED)
    if len(ways) != 1 or unknown:
        raise BadScript(f"{where}: one of person and press, and known expectations only; unknown: {sorted(unknown)}.")
    expected = {key: given[key] for key in EXPECTED if key in given}
    return [Step(where, ways[0], str(given[ways[0]]), expected)]


def read_script(path: Path) -> list[Step]:
    """The steps of a conversation, its openings put in; the last one must expect something."""
    steps = _steps_of(path)
    if not steps[-1].expected:
        raise BadScript(f"{path.name}: the last step expects nothing.")
    return steps


def _listed(given: Any) -> list[str]:
    return [str(one) for one in (given if isinstance(given, list) else [given])]


def faults(step: Step, messages: list[dict[str, Any]]) -> list[str]:
    """What is wrong with a reply, in words; [] when all is as expected."""
    text = "\n".join(message["text"] for message in messages)
    titles = [button["title"] for message in messages for button in message["buttons"]]
    expected, low, found = step.expected, text.lower(), []
    if "topic" in expected and messages[0]["topic"] != expected["topic"]:
        found.append(f"topic is {messages[0]['topic']}, not {expected['topic']}")
    topics = {message["topic"] for message in messages}
    found += [f"no message on {one}" for one in _listed(expected.get("topics", [])) if one not in topics]
    kinds = {message["kind"] for message in messages}
    if "kind" in expected and expected["kind"] not in kinds:
        found.append(f"kinds are {sorted(kinds)}, not {expected['kind']}")
    found += [f"does not say {one!r}" for one in _listed(expected.get("says", [])) if one.lower() not in low]
    found += [f"says {one!r}" for one in _listed(expected.get("says_not", [])) if one.lower() in low]
    found += [f"no button {one!r}" for one in _listed(expected.get("buttons", [])) if one not in titles]
    found += [f"a button {one!r}" for one in _listed(expected.get("no_buttons", [])) if one in titles]
    return [*found, *_always_wrong(messages)]


def _always_wrong(messages: list[dict[str, Any]]) -> list[str]:
    """What no reply may be like, whatever the script expects."""
    found = []
    for message in messages:
        if not message["text"].strip() or "{" in message["text"]:
            found.append("an empty text or an open gap")
        found += [f"says {one!r}" for one in NEVER if one in message["text"].lower()]
    return found


# A forbidden phrase of the quick check stands in no reply at all.
NEVER = ("you need inpatient", "you qualify", "you are eligible", "you are safe", "addict ", "abuser", "junkie")
