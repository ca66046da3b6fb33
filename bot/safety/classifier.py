"""A small convolutional classifier over word vectors beside the patterns, for danger said in words no pattern has."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.safety.verdict import KINDS
from bot.settings import PROJECT

MODEL = PROJECT / "models" / "safety.npz"
CLASSES = ("none", *KINDS)
CRISES = slice(1, 6)  # the classes of CLASSES that are crises
WINDOW = 42  # words read at once; a long text is read in overlapping windows, the most dangerous one decides
KERNELS = (1, 2, 3, 4)  # how many neighbouring words a filter sees
EDGE = 3  # empty places before and after the words, so that filters see where a text begins and ends
SCALE = 127.0

Mark = tuple[int, str]  # where a pattern group was found, and "<group> danger" or "<group> soft"


@dataclass(frozen=True)
class Weights:
    """What training wrote, as arrays: vectors (words, width), filters by kernel, and the last layer."""

    words: dict[str, int]
    vectors: np.ndarray
    filters: tuple[tuple[np.ndarray, np.ndarray], ...]  # ((kernel * width, filters), (filters,)) for each kernel
    columns: dict[str, int]  # mark -> row of `marked`
    seen: np.ndarray  # (kernels * filters, classes)
    marked: np.ndarray  # (marks, classes)
    bias: np.ndarray  # (classes,)


class Classifier:
    """Gives the chance of each class; pure, numpy alone."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._rest = np.concatenate([np.maximum(bias, 0) for _, bias in weights.filters])

    def chances(self, tokens: Sequence[str], marks: Iterable[Mark] = ()) -> np.ndarray:
        """The chances (classes,) of the window in which a crisis is likeliest."""
        weights = self._weights
        ids = [weights.words.get(token, 0) for token in tokens]
        responses = self._responses(np.array([0] * EDGE + ids + [0] * EDGE))
        found = [(at, weights.columns[name]) for at, name in marks if name in weights.columns]
        best: np.ndarray | None = None
        for start in range(0, max(1, len(ids) - WINDOW // 2), WINDOW // 2):
            raw = self._last_layer(responses, start, found)
            chances = np.exp(raw - raw.max())
            chances = chances / chances.sum()
            if best is None or chances[CRISES].sum() > best[CRISES].sum():
                best = chances
        assert best is not None
        return best

    def _responses(self, ids: np.ndarray) -> list[np.ndarray]:
        """What each filter answers at each place, by kernel."""
        rows = self._weights.vectors[ids]
        out = []
        for kernel, (filters, bias) in zip(KERNELS, self._weights.filters, strict=True):
            places = len(ids) - kernel + 1
            spans = np.concatenate([rows[shift : shift + places] for shift in range(kernel)], axis=1)
            out.append(spans @ filters + bias)
        return out

    def _last_layer(self, responses: list[np.ndarray], start: int, found: list[tuple[int, int]]) -> np.ndarray:
        stop = start + WINDOW + EDGE
        pooled = np.concatenate([part[start:stop].max(axis=0) for part in responses])
        raw = np.maximum(pooled, self._rest) @ self._weights.seen + self._weights.bias
        columns = sorted({column for at, column in found if start <= at < start + WINDOW})
        return raw + self._weights.marked[columns].sum(axis=0) if columns else raw


def _weights(data: np.lib.npyio.NpzFile) -> Weights:
    words = str(data["words"]).split()
    vectors = np.vstack([np.zeros((1, data["vectors"].shape[1])), data["vectors"] * data["scale"]]).astype(np.float32)
    filters = tuple(
        (data[f"filters_{kernel}"].astype(np.float32), data[f"bias_{kernel}"].astype(np.float32)) for kernel in KERNELS
    )
    columns = {name: at for at, name in enumerate(str(data["columns"]).split("\n"))}
    seen, marked, bias = (data[name].astype(np.float32) for name in ("seen", "marked", "bias"))
    return Weights({word: at for at, word in enumerate(words, start=1)}, vectors, filters, columns, seen, marked, bias)


def load_classifier(path: Path | None = None) -> Classifier | None:
    """The trained weights, or None where there are none or the file is not what training wrote. Never raises."""
    path = path or MODEL
    try:
        stamp = path.with_suffix(".sha256").read_text(encoding="ascii").strip()
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != stamp:
            return None
        with np.load(io.BytesIO(content)) as data:
            return Classifier(_weights(data))
    except (OSError, ValueError, KeyError):
        return None
