"""Fits parts of a model side by side, each in a process of its own; the same parts give the same model on every run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

WORKERS = 2  # a fixed number: how the work is split must not depend on the machine


def side_by_side(work: Callable[..., Any], parts: Iterable[tuple[Any, ...]]) -> list[Any]:
    """`work(*part)` of each part, in their order; arrays are shared, not copied."""
    from joblib import Parallel, delayed

    results: list[Any] = Parallel(n_jobs=WORKERS)(delayed(work)(*part) for part in parts)
    return results
