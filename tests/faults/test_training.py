"""Training that cannot go on: one sentence that says what to do, an exit that is not zero, nothing half-made left behind."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import PROJECT

SQLITE = "sqlite3.OperationalError('database or disk is full')"


def _train(models: Path, before: str) -> subprocess.CompletedProcess[str]:
    """Run bot.train after `before` has changed a part of it; the parts that take minutes are left out."""
    code = (
        "import sys, sqlite3, time; from bot import train; from bot.nlu import minilm; from bot.safety import train as net\n"
        "minilm.load_minilm = net.train_net = lambda models: None\n"
        f"train._train_rasa = lambda folder, name: (folder / f'{{name}}.tar.gz').write_bytes(b'x')\n{before}\n"
        "sys.exit(train.main())"
    )
    command = [sys.executable, "-W", "ignore", "-c", code]
    env = {"PATH": "", "MODELS_DIR": str(models)}
    return subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True, timeout=120)


def _raises(*, error: str, cause: str = "None") -> str:
    return f"def fail(*given): raise {error} from {cause}\n"


@pytest.mark.parametrize(
    "error",
    [
        _raises(error=f"OSError({errno.ENOSPC}, 'No space left on device')"),
        _raises(error="LookupError('the cache')", cause=SQLITE),
        _raises(error="RuntimeError('it ended')", cause=f"OSError({errno.EDQUOT}, 'Disk quota exceeded')"),
    ],
)
@pytest.mark.parametrize("step", ["minilm.load_minilm", "net.train_net", "train._train_rasa"])
def test_a_full_disk_at_any_step(tmp_path: Path, step: str, error: str) -> None:
    done = _train(tmp_path, f"{error}{step} = fail")
    assert done.returncode == 1
    assert "is full. Free 1 GB" in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_belongs_to_somebody_else(tmp_path: Path) -> None:
    done = _train(
        tmp_path, _raises(error=f"PermissionError({errno.EACCES}, 'Permission denied', 'x')") + "train._train_rasa = fail"
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert "Check who owns" in done.stderr


def test_an_end_from_the_keyboard(tmp_path: Path) -> None:
    done = _train(tmp_path, _raises(error="KeyboardInterrupt") + "train._train_rasa = fail")
    assert done.returncode == 130
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_fault_of_our_own_keeps_its_traceback(tmp_path: Path) -> None:
    done = _train(tmp_path, _raises(error="KeyError('a bug')") + "train._train_rasa = fail")
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_a_long_step_says_that_it_goes_on(tmp_path: Path) -> None:
    """Also where Rasa's own output is held back."""
    slow = (
        "import contextlib, io\ntrain.SAY_EVERY = 0.01\nquick = train._train_rasa\n"
        "def slow(folder, name):\n"
        "    with contextlib.redirect_stdout(io.StringIO()):\n        time.sleep(0.2)\n    quick(folder, name)\n"
        "train._train_rasa = slow"
    )
    done = _train(tmp_path, slow)
    assert done.returncode == 0, done.stderr
    assert "training 3 of 3" in done.stdout
    assert "s so far" in done.stdout
    assert len(list(tmp_path.glob("front-door-*.tar.gz"))) == 1
