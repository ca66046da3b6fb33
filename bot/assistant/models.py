"""Which trained model is served: the newest whole one, named by the hash of what it was trained on."""

from __future__ import annotations

from pathlib import Path

NAME = "front-door-{digest}.tar.gz"

Mark = tuple[str, int, int, int]


def model_path(models: Path, digest: str) -> Path:
    """Where the model trained on inputs of this digest lies."""
    return models / NAME.format(digest=digest[:16])


def models_by_age(models: Path) -> list[Path]:
    """Every trained model in the folder, the newest first."""
    found = []
    for path in models.glob(NAME.format(digest="*")):
        try:
            found.append((path.stat().st_mtime_ns, path))
        except OSError:  # cleared away between the two looks
            continue
    return [path for _, path in sorted(found, reverse=True)]


def newest_model(models: Path) -> Path | None:
    """The newest trained model in the folder; None when there is none."""
    return next(iter(models_by_age(models)), None)


def mark_of(path: Path) -> Mark | None:
    """What tells this file from another one under the same name: name, inode, size, time; None when it is gone."""
    try:
        about = path.stat()
    except OSError:
        return None
    return path.name, about.st_ino, about.st_size, about.st_mtime_ns
