"""`make run` where it cannot start: a clear sentence and a non-zero exit, never a traceback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.settings import PROJECT
from tests.services.postgres import free_port
from tests.test_set_up import refused


def _run(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "VAR_DIR": str(tmp_path / "var"), **environment}
    command = [sys.executable, "-W", "ignore", "-m", "bot.run"]
    return subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True, timeout=60)


def test_a_taken_port(tmp_path: Path) -> None:
    """Names the port and the way out."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = _run(tmp_path, PORT=str(taken.getsockname()[1]))
    refused(done, "is taken")


def test_a_folder_for_the_records_that_cannot_be_written_to(tmp_path: Path) -> None:
    """A file stands where the folder should be; the sentence names the whole path."""
    (tmp_path / "var").write_text("")
    refused(_run(tmp_path, PORT=str(free_port())), f"{tmp_path / 'var'}/ cannot be written to")


@pytest.mark.parametrize("host", ["192.0.2.7", "0.0.0.1", "nowhere.invalid"])
def test_an_address_that_is_not_this_machine_s(tmp_path: Path, host: str) -> None:
    """The port is not to blame."""
    refused(_run(tmp_path, HOST=host, PORT=str(free_port())), "HOST is no address of this machine")


def test_a_setting_that_cannot_be_used(tmp_path: Path) -> None:
    """Named, with what it should be."""
    refused(_run(tmp_path, PORT="many"), "PORT must be a number")


def test_facts_of_the_centre_that_cannot_be_used(tmp_path: Path) -> None:
    """Named, with what to write."""
    (tmp_path / "facility.yml").write_text("centre: Somewhere\n")
    done = _run(tmp_path, PORT=str(free_port()), FACILITY_FILE=str(tmp_path / "facility.yml"))
    refused(done, "must be filled in")


BESIDE = "import sys\nfrom bot import run\nstart = run.Process.start\n"
ASLEEP = "def asleep(self):\n    self.module = 'tests.faults.sleeper'\n    start(self)\nrun.Process.start = asleep\n"
TRAINING = "run.prepare = lambda: run.to_the_end('tests.faults.sleeper')\n"
READY = "run.prepare = lambda: None\nrun.ready = lambda settings: True\n"


@contextmanager
def _started(tmp_path: Path, changes: str) -> Iterator[subprocess.Popen[str]]:
    """bot.run with processes that sleep, from a terminal of its own."""
    env = {**os.environ, "VAR_DIR": str(tmp_path / "var"), "PORT": str(free_port())}
    command = [sys.executable, "-W", "ignore", "-c", BESIDE + ASLEEP + changes + "sys.exit(run.main())"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command,
        cwd=PROJECT,
        env=env,
        stdout=pipe,
        stderr=pipe,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(
            signal.SIGINT, signal.SIG_DFL
        ),  # the tests may run in the background, where it is ignored
    ) as started:
        yield started


def test_ctrl_c_while_it_trains_ends_it_all_with_one_line(tmp_path: Path) -> None:
    with _started(tmp_path, TRAINING) as started:
        assert started.stdout is not None
        training = int(started.stdout.readline())
        os.killpg(started.pid, signal.SIGINT)
        _, said = started.communicate(timeout=20)
    assert (started.returncode, said.splitlines()) == (130, ["Stopped before it was ready."])
    assert not Path(f"/proc/{training}").exists()


def test_it_says_where_the_logs_are_and_leaves_no_socket_behind(tmp_path: Path) -> None:
    with _started(tmp_path, READY) as started:
        assert started.stdout is not None
        assert f"(logs: {tmp_path / 'var' / 'logs'}/)" in started.stdout.readline()
        (tmp_path / "var" / "assistant.sock").touch()
        os.killpg(started.pid, signal.SIGINT)
        _, said = started.communicate(timeout=20)
    assert (started.returncode, said) == (0, "")
    assert not (tmp_path / "var" / "assistant.sock").exists()


def test_one_that_cannot_start_leaves_the_other_s_socket_alone(tmp_path: Path) -> None:
    """Two on one folder: the second finds the port taken."""
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "assistant.sock").touch()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        _run(tmp_path, PORT=str(taken.getsockname()[1]))
    assert (tmp_path / "var" / "assistant.sock").exists()


@pytest.mark.parametrize("mode", [None, 0o644])
def test_nobody_else_reads_the_records(tmp_path: Path, mode: int | None) -> None:
    """A new file, and one that an earlier release left open to all."""
    records = tmp_path / "var" / "records.db"
    if mode is not None:
        records.parent.mkdir()
        records.touch(mode=mode)
        records.chmod(mode)
    env = {**os.environ, "VAR_DIR": str(tmp_path / "var")}
    subprocess.run([sys.executable, "-W", "ignore", "-m", "bot.records.migrate"], cwd=PROJECT, env=env, check=True)
    assert {path.name: path.stat().st_mode & 0o077 for path in records.parent.glob("records.db*")} == {"records.db": 0}
