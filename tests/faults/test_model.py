"""The model is missing, corrupt, swapped, or worse than the one before (row 6)."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.assistant import swap
from bot.assistant.models import newest_model
from bot.assistant.smoke import BadModel
from bot.settings import PROJECT
from tests.faults.conftest import danger_is_answered, honest, is_floor
from tests.services.front_door import FrontDoor

FIRST, CORRUPT, SECOND = (f"front-door-{letter * 16}.tar.gz" for letter in "123")
SWAP_SECONDS = 120.0


@pytest.fixture(scope="module")
def bare() -> Iterator[FrontDoor]:
    """A service whose models' folder holds all but the trained model."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "models").mkdir()
        for path in (PROJECT / "models").iterdir():
            if path.is_file() and not path.name.startswith("front-door-"):
                (folder / "models" / path.name).symlink_to(path)
        made = FrontDoor(folder, MODELS_DIR=str(folder / "models"))
        migrated = made.module("bot.records.migrate")
        assert migrated.returncode == 0, migrated.stderr
        try:
            yield made
        finally:
            made.close()


def _put(door: FrontDoor, name: str, content: bytes | None = None) -> None:
    """Place a model there whole, as training does."""
    models, beside = door.folder / "models", door.folder / "beside"
    if content is None:
        trained = newest_model(PROJECT / "models")
        assert trained, "make train comes first"
        shutil.copy(trained, beside)
    else:
        beside.write_bytes(content)
    beside.replace(models / name)


def _event(door: FrontDoor, event: str, model: str) -> dict[str, Any]:
    end = time.monotonic() + SWAP_SECONDS
    while time.monotonic() < end:
        for line in door.events():
            if line["event"] == event and line.get("model") == model:
                return line
        time.sleep(0.1)
    raise AssertionError(f"no {event} of {model}: {door.logs()[-1500:]}")


def test_without_a_model_danger_and_the_phone_are_there(bare: FrontDoor) -> None:
    bare.start("gateway")
    bare.start("assistant")
    bare.wait("/healthz")
    talk = bare.talk()
    answer = bare.http.get("/readyz")
    assert answer.status_code == 503 and answer.json()["missing"]
    danger_is_answered(talk)
    assert is_floor(honest(talk, "what is iop"))


def test_a_corrupt_model_is_an_event_and_no_crash(bare: FrontDoor) -> None:
    _put(bare, CORRUPT, b"this is no archive" * 1000)
    assert _event(bare, "model.refused", CORRUPT)["error"]
    assert bare.running["assistant"].poll() is None
    assert bare.http.get("/readyz").json()["missing"] == ["model"]
    danger_is_answered(bare.talk())


def test_a_model_that_appears_is_taken_up_without_a_restart(bare: FrontDoor) -> None:
    _put(bare, FIRST)
    bare.wait()
    assert bare.talk().say("what is iop")[0]["topic"] == "what_is_iop"


def test_the_old_one_serves_while_and_after_a_bad_one_comes(bare: FrontDoor) -> None:
    whole = (bare.folder / "models" / FIRST).read_bytes()
    half = "front-door-4444444444444444.tar.gz"
    _put(bare, half, whole[: len(whole) // 2])
    assert _event(bare, "model.refused", half)
    assert bare.talk().say("how much does it cost")[0]["topic"] == "cost"


def test_a_newer_model_is_swapped_in_and_nobody_notices(bare: FrontDoor) -> None:
    talk, topics, done = bare.talk(), [], threading.Event()

    def keep_asking() -> None:
        while not done.is_set():
            topics.append(honest(talk, "what is iop")[0]["topic"])

    asking = threading.Thread(target=keep_asking)
    asking.start()
    try:
        _put(bare, SECOND)
        _event(bare, "model.serves", SECOND)
    finally:
        done.set()
        asking.join()
    assert topics and set(topics) == {"what_is_iop"}
    assert talk.say("and how much does it cost")[0]["topic"] == "cost"


class _Assistant:
    """Stands for the assistant; a model is its own name."""

    def __init__(self) -> None:
        self.agent: Any = None
        self.model = ""

    def loaded(self, path: Path) -> str:
        return path.name

    def serve(self, agent: str, model: str) -> None:
        self.agent, self.model = agent, model


async def test_a_model_that_understands_wrongly_does_not_serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def only_the_first(agent: str) -> None:
        if agent != FIRST:
            raise BadModel("meaning 5")

    monkeypatch.setattr(swap, "smoke_test", only_the_first)
    assistant: Any = _Assistant()
    keeper = swap.ModelKeeper(assistant, tmp_path)
    await keeper.look()
    assert assistant.agent is None
    for number, name in enumerate((FIRST, CORRUPT, SECOND)):
        (tmp_path / name).write_bytes(b"x")
        import os

        os.utime(tmp_path / name, (number, number))
        await keeper.look()
        assert assistant.model == FIRST
    monkeypatch.setattr(swap, "smoke_test", lambda agent: None)
    await keeper.look()
    assert assistant.model == FIRST, "what failed is not tried again by itself"
    keeper.look_now()
    await keeper.look()
    assert assistant.model == SECOND, "but on SIGHUP it is"
