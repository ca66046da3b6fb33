"""Which trained model is served: the newest whole one, named by the hash of what it was trained on."""

from __future__ import annotations

from pathlib import Path

NAME = "front-door-{digest}.tar.gz"


def model_path(models: Path, digest: str) -> Path:
    """Where the model trained on inputs of this digest lies."""
    return models / NAME.format(digest=digest[:16])


def newest_model(models: Path) -> Path | None:
    """The newest trained model in the folder; None when there is none."""
    found = sorted(models.glob(NAME.format(digest="*")), key=lambda path: path.stat().st_mtime)
    return found[-1] if found else None
