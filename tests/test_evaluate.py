"""Measuring from the command line: what is wrong with the files is said in one sentence, before any model is loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import PROJECT


def _measured(module: str, *files: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", module, *files]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("module", ["bot.evaluate", "benchmarks.report"])
def test_a_file_that_is_not_there_is_named_whole_and_nothing_else_is_printed(tmp_path: Path, module: str) -> None:
    """No page of warnings either, which packages of Rasa's age give each other."""
    done = _measured(module, str(tmp_path / "mine.yaml"))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        f"There is no file {tmp_path / 'mine.yaml'}. Check its name, and the folder you are in."
    ]


@pytest.mark.parametrize("text", ["", "a: [", "text: how much is it", "- how much is it", "- {label: cost}", "\x00"])
def test_a_file_of_another_shape_is_answered_with_the_shape(tmp_path: Path, text: str) -> None:
    from bot.evaluate import items_of

    (tmp_path / "mine.yaml").write_text(text)
    with pytest.raises(SystemExit, match="a list of messages with their meanings, such as"):
        items_of(tmp_path / "mine.yaml")


def test_no_file_at_all_is_answered_with_an_example() -> None:
    done = _measured("benchmarks.report")
    assert done.returncode == 2
    assert 'make eval FILES="' in done.stderr
    assert "- {text: " in done.stderr
    assert "usage" not in done.stderr
