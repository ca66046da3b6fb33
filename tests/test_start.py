"""`make run` where it cannot start: a clear sentence and a non-zero exit, never a traceback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

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
    """A file stands where the folder should be."""
    (tmp_path / "var").write_text("")
    refused(_run(tmp_path, PORT=str(free_port())), "cannot be written to")


def test_a_setting_that_cannot_be_used(tmp_path: Path) -> None:
    """Named, with what it should be."""
    refused(_run(tmp_path, PORT="many"), "PORT must be a number")


def test_facts_of_the_centre_that_cannot_be_used(tmp_path: Path) -> None:
    """Named, with what to write."""
    (tmp_path / "facility.yml").write_text("centre: Somewhere\n")
    done = _run(tmp_path, PORT=str(free_port()), FACILITY_FILE=str(tmp_path / "facility.yml"))
    refused(done, "must be filled in")
