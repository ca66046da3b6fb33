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

REVIEWED = Path(__file__).with_name("net.npz")  # the weights whose figures stand in docs/safety.md
MODEL = PROJECT / "models" / "safety.npz"  # those of a machine on which an example or a pattern was changed since
CLASSES = ("none", *KINDS)
CRISES = slice(1, 6)  # the classes of CLASSES that are crises
WINDOW = 42  # words read at once; a long text is read in overlapping windows, the most dangerous one decides
KERNELS = (1, 2, 3, 4)  # how many neighbouring words a filter sees
STEP = WINDOW // 2  # from one window to the next
EDGE = 3  # empty places before and after the words, so that filters see where a text begins and ends
SCALE = 127.0
LONG = 400  # words from which on it pays to multiply each different word once

Mark = tuple[int, str]  # where a pattern group was found, and "<group> danger" or "<group> soft"


@dataclass(frozen=True)
class Weights:
    """One network as training wrote it: vectors (words, width), filters by kernel, and the last layer."""

    words: dict[str, int]
    vectors: np.ndarray
    filters: tuple[tuple[np.ndarray, np.ndarray], ...]  # ((kernel * width, filters), (filters,)) for each kernel
    columns: dict[str, int]  # mark -> row of `marked`
    seen: np.ndarray  # (kernels * filters, classes)
    marked: np.ndarray  # (marks, classes)
    bias: np.ndarray  # (classes,)


class Classifier:
    """Gives the chance of each class, the mean of its networks; pure, numpy alone."""

    def __init__(self, *networks: Weights) -> None:
        self._networks = networks
        self._rests = [np.concatenate([np.maximum(bias, 0) for _, bias in one.filters]) for one in networks]

    def chances(self, tokens: Sequence[str], marks: Iterable[Mark] = ()) -> np.ndarray:
        """The chances (classes,) of the window in which a crisis is likeliest."""
        first = self._networks[0]
        ids = [first.words.get(token, 0) for token in tokens]
        padded = np.array([0] * EDGE + ids + [0] * EDGE)
        windows = len(range(0, max(1, len(ids) - STEP), STEP))
        found = _columns([(at, first.columns[name]) for at, name in marks if name in first.columns], windows)
        every = np.mean(
            [_chances(one, rest, padded, found) for one, rest in zip(self._networks, self._rests, strict=True)], axis=0
        )
        best: np.ndarray = every[every[:, CRISES].sum(axis=1).argmax()]
        return best


def _columns(found: Iterable[tuple[int, int]], windows: int) -> list[list[int]]:
    """The marks of each window, as rows of `marked`; windows overlap by half, so that a mark stands in up to two."""
    columns: list[set[int]] = [set() for _ in range(windows)]
    for at, column in found:
        for window in (at // STEP, at // STEP - 1):
            if 0 <= window < windows:
                columns[window].add(column)
    return [sorted(one) for one in columns]


def _chances(weights: Weights, rest: np.ndarray, ids: np.ndarray, found: list[list[int]]) -> np.ndarray:
    """The chances (windows, classes) that one network gives."""
    responses = _long_responses(weights, ids) if len(ids) > LONG else _responses(weights, ids)
    pooled = np.concatenate([_pooled(part, len(found)) for part in responses], axis=1)
    raw = np.maximum(pooled, rest) @ weights.seen + weights.bias
    for row, columns in enumerate(found):
        if columns:
            raw[row] += weights.marked[columns].sum(axis=0)
    odds = np.exp(raw - raw.max(axis=1, keepdims=True))
    result: np.ndarray = odds / odds.sum(axis=1, keepdims=True)
    return result


def _pooled(part: np.ndarray, windows: int) -> np.ndarray:
    """The highest answer of each filter in each window: two whole steps, and the edge that reaches into a third."""
    steps = np.full(((windows + 2) * STEP, part.shape[1]), -np.inf, np.float32)
    steps[: len(part)] = part[: len(steps)]
    blocks = steps.reshape(windows + 2, STEP, -1)
    whole, edge = blocks.max(axis=1), blocks[:, :EDGE].max(axis=1)
    result: np.ndarray = np.maximum(np.maximum(whole[:-2], whole[1:-1]), edge[2:])
    return result


def _responses(weights: Weights, ids: np.ndarray) -> list[np.ndarray]:
    """What each filter answers at each place, by kernel."""
    rows, out = weights.vectors[ids], []
    for kernel, (filters, bias) in zip(KERNELS, weights.filters, strict=True):
        places = len(ids) - kernel + 1
        spans = np.concatenate([rows[shift : shift + places] for shift in range(kernel)], axis=1)
        out.append(spans @ filters + bias)
    return out


def _long_responses(weights: Weights, ids: np.ndarray) -> list[np.ndarray]:
    """The same for a long text, in which most words come again: each word is multiplied once, then looked up."""
    different, where = np.unique(ids, return_inverse=True)
    rows, width, out = weights.vectors[different], weights.vectors.shape[1], []
    for kernel, (filters, bias) in zip(KERNELS, weights.filters, strict=True):
        places = len(ids) - kernel + 1
        total = (rows @ filters[:width] + bias).take(where[:places], axis=0)
        for shift in range(1, kernel):
            total += (rows @ filters[shift * width : (shift + 1) * width]).take(where[shift : shift + places], axis=0)
        out.append(total)
    return out


def _networks(data: np.lib.npyio.NpzFile) -> list[Weights]:
    """Every network of a file; all of them know the same words and marks."""
    words = {word: at for at, word in enumerate(str(data["words"]).split(), start=1)}
    columns = {name: at for at, name in enumerate(str(data["columns"]).split("\n"))}
    return [_weights(data, words, columns, f"_{number}") for number in range(int(data["networks"]))]


def _weights(data: np.lib.npyio.NpzFile, words: dict[str, int], columns: dict[str, int], which: str) -> Weights:
    rows = data[f"vectors{which}"] * data[f"scale{which}"]
    vectors = np.vstack([np.zeros((1, rows.shape[1])), rows]).astype(np.float32)
    filters = tuple(
        (data[f"filters_{kernel}{which}"].astype(np.float32), data[f"bias_{kernel}{which}"].astype(np.float32))
        for kernel in KERNELS
    )
    seen, marked, bias = (data[f"{name}{which}"].astype(np.float32) for name in ("seen", "marked", "bias"))
    return Weights(words, vectors, filters, columns, seen, marked, bias)


def load_classifier(path: Path | None = None) -> Classifier | None:
    """The weights trained here, else the reviewed ones; None where no file is what training wrote. Never raises."""
    if path is None:
        return load_classifier(MODEL) or load_classifier(REVIEWED)
    try:
        stamp = path.with_suffix(".sha256").read_text(encoding="ascii").strip()
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != stamp:
            return None
        with np.load(io.BytesIO(content)) as data:
            return Classifier(*_networks(data))
    except (OSError, ValueError, KeyError):
        return None
