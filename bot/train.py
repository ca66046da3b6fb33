"""Trains what is served, when and only when its inputs changed: `python -m bot.train`."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import shutil
import sys
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


def _progress(step: int, what: str) -> None:
    print(f"training {step} of {STEPS}: {what}", flush=True)


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
    _progress(1, "sentence model")
    from bot.nlu.minilm import load_minilm

    load_minilm(models)
    _progress(2, "safety net")
    from bot.safety.train import train_net

    train_net(models)
    _progress(3, "understanding (about a minute)")
    _train_rasa(scratch, wanted.name.removesuffix(".tar.gz"))
    (scratch / wanted.name).replace(wanted)
    shutil.rmtree(scratch, ignore_errors=True)
    _clear_old(models)
    print(f"training done in {time.monotonic() - started:.0f} s", flush=True)
    return wanted


def main() -> int:
    """Train if needed; 1 with a sentence when that is not possible."""
    sys.path.insert(0, str(PROJECT))
    os.chdir(PROJECT)
    try:
        train_if_changed(read().models)
    except (RuntimeError, OSError, ValueError) as error:
        print(f"training stopped: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
