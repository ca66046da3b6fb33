"""`make run` on a machine where something is wrong: a clear sentence and a non-zero exit, never a traceback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import PROJECT
from tests.services.postgres import free_port


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What set-up needs of the project, in a folder of its own; nothing is installed yet."""
    (tmp_path / "tools").mkdir()
    shutil.copy(PROJECT / "tools" / "set_up.py", tmp_path / "tools")
    for lock in PROJECT.glob("requirements*.lock"):
        shutil.copy(lock, tmp_path)
    return tmp_path


def set_up(folder: Path, before: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run tools/set_up.py there; `before` changes the machine as it looks to it."""
    code = f"import sys; sys.path.insert(0, 'tools'); import set_up\n{before}\nsys.exit(set_up.main())"
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), **environment}
    return subprocess.run([sys.executable, "-c", code], cwd=folder, env=env, capture_output=True, text=True, timeout=60)


def _refused(done: subprocess.CompletedProcess[str], said: str) -> None:
    assert done.returncode == 1, done.stdout + done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_full_disk(clone: Path) -> None:
    """Said before anything is fetched."""
    _refused(set_up(clone, "set_up.LEAST_FREE_GB = 10**9"), "Free some room and try again")


def test_a_folder_that_cannot_be_written_to(clone: Path) -> None:
    """Also for root, to whom every folder is open: a file stands where the folder should be."""
    (clone / ".tools").write_text("")
    _refused(set_up(clone), "cannot be written to")


def test_no_environment_can_be_made(clone: Path) -> None:
    """Debian's python3 without venv, and no way to install it."""
    before = "set_up.subprocess.run = lambda *a, **k: set_up.subprocess.CompletedProcess(a, 1, '', '')"
    _refused(set_up(clone, before + "\nset_up.shutil.which = lambda name: None"), "python3-venv")


def test_no_python_and_no_way_to_fetch_one(clone: Path) -> None:
    """No 3.10 on PATH nor in pyenv, and uv cannot get one."""
    before = (
        "set_up.get_uv = lambda: None\nset_up.candidates = lambda: iter(())\n"
        "set_up.UV = set_up.Path('/bin/false')\nset_up.works = lambda python: False"
    )
    _refused(set_up(clone, before), "no Python 3.10 on this machine")


def test_packages_that_cannot_be_installed(clone: Path) -> None:
    """The half-finished environment does not count as ready."""
    before = "set_up.get_uv = lambda: None\nset_up.works = lambda python: True\nset_up.UV = set_up.Path('/bin/false')"
    _refused(set_up(clone, before), "Not every package could be installed")
    assert not (clone / ".venv" / "ready").exists()


def test_pythons_that_do_not_run_are_passed_over(clone: Path) -> None:
    """A broken shim in pyenv is no Python 3.10; a later one that works is."""
    for version, text in (("3.10.9", "#!/bin/sh\nexit 1\n"), ("3.10.2", f'#!/bin/sh\nexec {sys.executable} "$@"\n')):
        python = clone / "pyenv" / "versions" / version / "bin" / "python3.10"
        python.parent.mkdir(parents=True)
        python.write_text(text)
        python.chmod(0o755)
    before = "set_up.shutil.which = lambda name: None\nprint(set_up.python310()); sys.exit(0)"
    assert "3.10.2" in set_up(clone, before, PYENV_ROOT=str(clone / "pyenv")).stdout


def test_nothing_is_done_twice(clone: Path) -> None:
    """With everything in place it is over at once and says nothing."""
    before = "set_up.works = lambda python: True\nset_up.VENV.mkdir()\nset_up.READY.write_text(set_up.digest())"
    done = set_up(clone, before)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


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
    _refused(done, "is taken")


def test_a_folder_for_the_records_that_cannot_be_written_to(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "var").write_text("")
    _refused(_run(tmp_path, PORT=str(free_port())), "cannot be written to")


def test_a_setting_that_cannot_be_used(tmp_path: Path) -> None:
    """Named, with what it should be."""
    _refused(_run(tmp_path, PORT="many"), "PORT must be a number")


def test_facts_of_the_centre_that_cannot_be_used(tmp_path: Path) -> None:
    """Named, with what to write."""
    (tmp_path / "facility.yml").write_text("centre: Somewhere\n")
    done = _run(tmp_path, PORT=str(free_port()), FACILITY_FILE=str(tmp_path / "facility.yml"))
    _refused(done, "must be filled in")
