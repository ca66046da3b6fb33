"""Runs Rasa's own test stories with the flag without which a wrong prediction passes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bot.assistant.models import newest_model
from bot.settings import PROJECT, read

STORIES = PROJECT / "tests" / "rasa"


def rasa_test(stories: Path, out: Path) -> subprocess.CompletedProcess[str]:
    """`rasa test core` as a Rasa developer runs it, on the model that is served."""
    model = newest_model(read().models)
    assert model is not None, "train first: make train"
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "rasa",
        "test",
        "core",
        "--stories",
        str(stories),
        "--model",
        str(model),
    ]
    env = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
    options = ["--out", str(out), "--no-plot", "--fail-on-prediction-errors"]
    return subprocess.run([*command, *options], cwd=PROJECT, env=env, capture_output=True, text=True, timeout=400)


def test_every_story_is_predicted_right(tmp_path: Path) -> None:
    """Intent and action of each."""
    done = rasa_test(STORIES, tmp_path)
    failed = tmp_path / "failed_test_stories.yml"
    assert done.returncode == 0, failed.read_text() if failed.exists() else done.stderr[-2000:]


def test_a_wrong_story_would_be_seen(tmp_path: Path) -> None:
    """A story that expects another action makes the command fail."""
    story = "- story: Wrong\n  steps:\n  - user: what is IOP\n    intent: what_is_iop\n  - action: action_person\n"
    (tmp_path / "test_wrong.yml").write_text('version: "3.1"\nstories:\n' + story)
    assert rasa_test(tmp_path, tmp_path / "out").returncode != 0
