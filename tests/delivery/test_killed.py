"""Killed at any step, a request is neither lost nor doubled: one row, one notice for whoever honors its key."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta, timezone

from bot.settings import PROJECT
from tests.delivery.conftest import SECRET, Sending
from tests.delivery.receivers import Hooked
from tests.records.conftest import callback

LEASE = 61  # seconds; after this what a dead worker had borrowed is due again


def run(one: Sending, receiver: Hooked, work: str, name: str, at: int, later: float = 0.0) -> int:
    """The exit code of a process that dies at a step (-9), or ends before it (0)."""
    env = {
        **os.environ,
        "VAR_DIR": str(one.settings.var),
        "HANDOFF_WEBHOOK_URL": receiver.url,
        "HANDOFF_WEBHOOK_SECRET": SECRET,
        "DATABASE_SECONDS": "10",
        "PYTHONPATH": str(PROJECT),
    }
    command = [sys.executable, "-m", "tests.delivery.dying", work, name, str(at), str(later)]
    done = subprocess.run(command, env=env, cwd=PROJECT, timeout=60, capture_output=True, check=False)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()[-500:]
    return done.returncode


async def test_a_worker_killed_at_every_step_delivers_each_notice_once(hooked: Sending, receiver: Hooked) -> None:
    hooked.clock.time = datetime.now(timezone.utc)  # the process has no other clock
    step, later, died = 0, 0.0, True
    while died:
        step, later = step + 1, later + LEASE
        receiver.got.clear()
        code = hooked.records.save_callback(callback(f"c{step}", f"+1806555{step:04d}")).reference
        died = run(hooked, receiver, "deliver", "-", step, later) != 0
        later += LEASE
        await hooked.worker.send_due(datetime.now(timezone.utc) + timedelta(seconds=later))
        assert len(set(receiver.keys)) == 1, f"step {step}"
        assert len(receiver.keys) <= 2, f"step {step}"
        [line] = [one for one in hooked.records.callbacks() if one["reference"] == code]
        assert line["delivery"] == "sent", f"step {step}"
    assert step > 5, "it died before and after borrowing, sending and writing down"


def test_asking_killed_at_every_step_and_asked_again_is_one_request_with_one_notice(
    hooked: Sending, receiver: Hooked
) -> None:
    hooked.clock.time = datetime.now(timezone.utc)
    step, died = 0, True
    while died:
        step += 1
        name = f"{step:04d}"
        died = run(hooked, receiver, "ask", name, step) != 0
        whole = hooked.records.open_callback(name) is not None
        assert len(hooked.records.callbacks()) == step - 1 + whole, f"step {step}: whole or not at all"
        hooked.records.save_callback(callback(name, "+1806555" + name))
        assert hooked.records.open_callback(name) is not None
        assert len(hooked.records.callbacks()) == step, f"step {step}"
    owed = hooked.records.due_outbox(hooked.clock.move(hours=1), limit=100)
    assert len(owed) == step
    assert len({item.idempotency_key for item in owed}) == step
    assert step > 3


async def test_a_request_asked_again_after_its_notice_went_out_is_not_told_twice(hooked: Sending, receiver: Hooked) -> None:
    """Killed between the request and the turn that made it: the turn is taken again, and the notice is gone long since."""
    asked = callback()
    first = hooked.records.save_callback(asked)
    await hooked.round(seconds=1)
    again = hooked.records.save_callback(asked)
    assert (again.reference, again.merged) == (first.reference, False), "the person hears what they would have heard"
    await hooked.round(hours=1)
    assert len(receiver.keys) == 1


async def test_a_change_asked_again_after_its_notice_went_out_is_told_once(hooked: Sending, receiver: Hooked) -> None:
    hooked.records.save_callback(callback())
    await hooked.round(seconds=1)
    for _ in range(2):
        assert hooked.records.save_callback(callback(best_time="evenings")).merged
        await hooked.round(seconds=1)
    assert len(set(receiver.keys)) == 2
