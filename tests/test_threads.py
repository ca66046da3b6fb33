"""A process that serves keeps the matrix library to one thread, however it was started."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from bot.settings import PROJECT
from bot.threads import SETTINGS

LOOK = "import {module}, json, numpy, threadpoolctl; print(json.dumps([p['num_threads'] for p in threadpoolctl.threadpool_info()]))"


def _threads(module: str, **given: str) -> list[int]:
    environment = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    command = [sys.executable, "-W", "ignore", "-c", LOOK.format(module=module)]
    done = subprocess.run(command, cwd=PROJECT, env={**environment, **given}, capture_output=True, text=True, check=True)
    return list(json.loads(done.stdout))


@pytest.mark.parametrize("module", ["bot.gateway", "bot.assistant"])
def test_a_serving_process_multiplies_on_one_thread(module: str) -> None:
    assert _threads(module) == [1]


@pytest.mark.parametrize("module", ["bot.gateway", "bot.assistant"])
def test_the_environment_may_say_otherwise(module: str) -> None:
    assert _threads(module, OPENBLAS_NUM_THREADS="2") == [min(2, os.cpu_count() or 1)]
