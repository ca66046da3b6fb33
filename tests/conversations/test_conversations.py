"""Plays every scripted conversation over the outside contract, with real processes and the trained model."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conversations.scripts import Step, faults, read_script, script_files
from tests.services.front_door import FrontDoor, Talk

SCRIPTS = script_files()


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem.removeprefix('test_')}"


def _do(talk: Talk, step: Step) -> list[dict[str, object]]:
    return talk.say(step.words) if step.way == "person" else talk.press(step.words)


def play(talk: Talk, path: Path) -> None:
    """Play a script to its end; the first reply that is not as expected ends it."""
    for step in read_script(path):
        wrong = faults(step, _do(talk, step))
        said = " / ".join(str(message["text"]) for message in talk.last)
        assert not wrong, f"{step.where}: {'; '.join(wrong)}. The reply: {said}"


@pytest.mark.parametrize("path", SCRIPTS, ids=_name)
def test_conversation(door: FrontDoor, path: Path) -> None:
    """One conversation, as a client has it."""
    play(door.talk(), path)
