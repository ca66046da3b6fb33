"""The net with its patterns alone, and the net as it is served."""

from pathlib import Path

import pytest

from bot.safety import Net, load
from bot.safety.train import train_net
from bot.settings import read


@pytest.fixture(scope="session")
def patterns_alone(tmp_path_factory) -> Net:
    """The net as it is where no file was trained."""
    return load(tmp_path_factory.mktemp("none") / "safety.npz")


@pytest.fixture(scope="session")
def net() -> Net:
    """The net with its classifier, trained now if the inputs changed."""
    models: Path = read().models
    return load(train_net(models))
