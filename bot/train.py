"""Trains what is served, when and only when its inputs changed: `python -m bot.train`."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import logging
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from bot.settings import PROJECT, read

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")

# What the model depends on. Wording (bot/responses/) and facts (facility.yml) are not among it.
INPUTS = ("config.yml", "domain.yml", "data", "bot/nlu", "bot/policies", "bot/safety", "bot/train.py", "requirements.lock",
          "requirements-model.lock")  # fmt: skip
MOST_SAID = 4000  # characters of what Rasa printed, shown when it failed
KEPT = 2  # trained models that stay: the one served and the one before
STEPS = 3
SAY_EVERY = 20.0  # seconds between lines that say it is still going on
DISK_IS_FULL = ("no space left on device", "disk is full", "quota exceeded")  # as the system, SQLite and TensorFlow say it


def input_files() -> Iterator[Path]:
    """Every file that training reads, in a fixed order."""
    for name in INPUTS:
        path = PROJECT / name
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (one for one in found if one.is_file() and "__pycache__" not in one.parts)


def digest() -> str:
    """The fingerprint of everything that training reads."""
    total = hashlib.sha256()
    for path in input_files():
        total.update(str(path.relative_to(PROJECT)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


@contextlib.contextmanager
def _step(number: int, what: str) -> Iterator[None]:
    """Says what begins, and from time to time that it goes on; to where we print now, whatever is redirected meanwhile."""
    line, done, out, started = f"training {number} of {STEPS}: {what}", threading.Event(), sys.stdout, time.monotonic()

    def go_on() -> None:
        while not done.wait(SAY_EVERY):
            print(f"{line}: {time.monotonic() - started:.0f} s so far", file=out, flush=True)

    print(line, flush=True)
    teller = threading.Thread(target=go_on, daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()


def _train_rasa(models: Path, name: str) -> None:
    import warnings

    warnings.filterwarnings("ignore")
    from rasa.api import train
    from rasa.utils.log_utils import configure_structlog

    configure_structlog()
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
        result = train(
            domain=str(PROJECT / "domain.yml"), config=str(PROJECT / "config.yml"), training_files=str(PROJECT / "data"),
            output=str(models), fixed_model_name=name, force_training=False,
        )  # fmt: skip
    if result.code != 0 or not result.model:
        print(said.getvalue()[-MOST_SAID:], file=sys.stderr)
        raise RuntimeError("Rasa did not train a model; what it said stands above.")


def _clear_old(models: Path) -> None:
    from bot.assistant.models import NAME

    found = sorted(models.glob(NAME.format(digest="*")), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in found[KEPT:]:
        path.unlink()


def train_if_changed(models: Path) -> Path:
    """The model for the inputs as they are, trained now if it is not there; a half-finished one is never left."""
    from bot.assistant.models import model_path

    wanted = model_path(models, digest())
    if wanted.is_file():
        os.utime(wanted)  # the newest is the one that is served
        return wanted
    started, scratch = time.monotonic(), models / "unfinished"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        _train_all(models, scratch / wanted.name)
        (scratch / wanted.name).replace(wanted)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    _clear_old(models)
    print(f"training done in {time.monotonic() - started:.0f} s", flush=True)
    return wanted


def _train_all(models: Path, wanted: Path) -> None:
    logging.getLogger().setLevel(logging.ERROR)  # the quantiser gives advice that is not for the person who waits
    with _step(1, "sentence model (some seconds)"):
        from bot.nlu.minilm import load_minilm

        load_minilm(models)
    with _step(2, "safety net (at once, or about 4 minutes when its examples changed)"):
        from bot.safety.train import train_net

        train_net(models)
    with _step(3, "understanding (about 2 minutes)"):
        _train_rasa(wanted.parent, wanted.name.removesuffix(".tar.gz"))


def _disk_is_full(error: BaseException | None) -> bool:
    """Whether this error, or one that led to it, is that nothing more can be written."""
    while error is not None:
        if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
            return True
        if any(words in str(error).lower() for words in DISK_IS_FULL):
            return True
        error = error.__cause__ or error.__context__
    return False


def _fullest(models: Path) -> str:
    """Which of the folders that training writes to has the least room."""
    places = {f"{models.name}/": models, ".rasa/": PROJECT, "temporary files": Path(tempfile.gettempdir())}
    return min(places, key=lambda name: shutil.disk_usage(places[name] if places[name].exists() else PROJECT).free)


def _sentence(error: Exception, models: Path) -> str | None:
    """What is wrong and what to do; None for a fault of our own, which needs its traceback."""
    if _disk_is_full(error):
        return f"the disk of {_fullest(models)} is full. Free 1 GB there and run the same command again."
    if isinstance(error, OSError):
        return f"{error.strerror or 'a file cannot be used'}. Check who owns {models.name}/ and .rasa/, and the disk."
    return str(error) if isinstance(error, RuntimeError | ValueError) else None


def main() -> int:
    """Train if needed; 1 with a sentence when that is not possible."""
    sys.path.insert(0, str(PROJECT))
    os.chdir(PROJECT)
    models = PROJECT / "models"
    try:
        models = read().models
        train_if_changed(models)
    except KeyboardInterrupt:
        print("training stopped. The next `make train` or `make run` begins it anew.", file=sys.stderr)
        return 130
    except Exception as error:
        sentence = _sentence(error, models)
        if sentence is None:
            raise
        print(f"training stopped: {sentence}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
