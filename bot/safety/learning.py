"""Fits the classifier: word vectors distilled from the sentence model, filters and last layer by gradient descent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bot.safety.classifier import CLASSES, EDGE, KERNELS, SCALE, WINDOW

WIDTH = 64  # numbers in a word vector; 96 gained nothing
FILTERS = 80  # of one network, for each kernel
NETWORKS = 2  # fitted from different beginnings; their mean is steadier than one of twice the size
ROUNDS = 6
LENGTH = WINDOW + 2 * EDGE
CRISIS_WEIGHT = 1.5  # a miss is worse than a false alarm
SEED = 7

Encode = Callable[[list[str]], np.ndarray]


def word_vectors(words: list[str], encode: Encode) -> tuple[np.ndarray, float]:
    """Vectors (words, WIDTH) as whole numbers of -127..127, and the number to multiply them with."""
    whole = encode(words)
    whole = whole - whole.mean(axis=0)
    chosen = np.random.default_rng(SEED).permutation(len(whole))[:6000]
    _, _, axes = np.linalg.svd(whole[chosen], full_matrices=False)
    small = whole @ axes[:WIDTH].T
    small = small / np.maximum(np.linalg.norm(small, axis=1, keepdims=True), 1e-6) * np.sqrt(WIDTH) * 0.3
    scale = float(np.abs(small).max()) / SCALE
    return np.round(small / scale).astype(np.int8), scale


def padded(ids: Sequence[int]) -> list[int]:
    """A row of LENGTH numbers with the first WINDOW words in it."""
    kept = list(ids[:WINDOW])
    return [0] * EDGE + kept + [0] * (LENGTH - EDGE - len(kept))


def _joined(left: np.ndarray, right: np.ndarray) -> list[int]:
    return padded([*left[left > 0], 0, *right[right > 0]])


def _varied(
    rows: np.ndarray, marks: np.ndarray, labels: np.ndarray, chance: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The examples with words and marks left out at random, and a third more: an example beside an ordinary sentence."""
    ordinary = np.where(labels == 0)[0]
    many = len(labels) // 3
    first, second = chance.integers(0, len(labels), many), ordinary[chance.integers(0, len(ordinary), many)]
    swapped = chance.random(many) < 0.5
    pairs = [_joined(rows[b], rows[a]) if swap else _joined(rows[a], rows[b])
             for a, b, swap in zip(first, second, swapped, strict=True)]  # fmt: skip
    thinned = np.where(chance.random(rows.shape) < 0.08, 0, rows)
    both = np.vstack([marks, np.maximum(marks[first], marks[second])])
    kept_marks = both * (chance.random(both.shape) > 0.3)
    return np.vstack([thinned, np.array(pairs)]), kept_marks, np.concatenate([labels, labels[first]])


def _network(vectors: np.ndarray, marks: int, seed: int) -> Any:
    import tensorflow as tf

    tf.keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()  # the same data, the same net
    layers = tf.keras.layers
    words, found = tf.keras.Input((LENGTH,), dtype="int32"), tf.keras.Input((marks,))
    # The vectors go on learning: what a word means here ("done", "letters", "calm") is more than what it means anywhere.
    rows = layers.Embedding(len(vectors), vectors.shape[1], weights=[vectors], name="vectors")(words)
    rows = layers.SpatialDropout1D(0.15)(rows)
    pooled = [
        layers.GlobalMaxPool1D()(layers.Conv1D(FILTERS, kernel, activation="relu", name=f"filters_{kernel}")(rows))
        for kernel in KERNELS
    ]
    seen = layers.Dropout(0.5)(layers.Concatenate()(pooled))
    out = layers.Dense(len(CLASSES), activation="softmax", name="last")(layers.Concatenate()([seen, found]))
    network = tf.keras.Model([words, found], out)
    network.compile(tf.keras.optimizers.Adam(1e-3), loss="sparse_categorical_crossentropy")
    return network


def _fit_one(
    rows: np.ndarray, marks: np.ndarray, labels: np.ndarray, vectors: np.ndarray, seed: int
) -> dict[str, np.ndarray]:
    network, chance = _network(vectors, marks.shape[1], seed), np.random.default_rng(seed)
    for _ in range(ROUNDS):
        some, found, wanted = _varied(rows, marks, labels, chance)
        weight = np.where(wanted == 0, 1.0, CRISIS_WEIGHT)
        network.fit([some, found], wanted, batch_size=128, epochs=1, verbose=0, sample_weight=weight)
    return _arrays(network)


def _arrays(network: Any) -> dict[str, np.ndarray]:
    """One fitted network as classifier.Weights takes it: vectors as whole numbers of -127..127, with a scale for each column."""
    last, bias = network.get_layer("last").get_weights()
    cut = len(KERNELS) * FILTERS
    arrays = {"seen": last[:cut], "marked": last[cut:], "bias": bias}
    vectors = network.get_layer("vectors").get_weights()[0]
    empty, vectors = (
        vectors[0],
        vectors[1:] - vectors[0],
    )  # an unknown word is nought for the reader; its share moves to the bias
    for kernel in KERNELS:
        filters, bias = network.get_layer(f"filters_{kernel}").get_weights()
        arrays[f"filters_{kernel}"] = filters.reshape(-1, FILTERS)
        arrays[f"bias_{kernel}"] = bias + empty @ filters.sum(axis=0)
    small = {name: array.astype(np.float16 if "bias" not in name else np.float32) for name, array in arrays.items()}
    scale = np.abs(vectors).max(axis=0) / SCALE
    return {**small, "vectors": np.round(vectors / scale).astype(np.int8), "scale": scale.astype(np.float32)}


def fit(rows: np.ndarray, marks: np.ndarray, labels: np.ndarray, vectors: np.ndarray) -> dict[str, np.ndarray]:
    """The trained arrays of every network, each name with the network's number at its end.

    `rows` (n, LENGTH) word numbers, `marks` (n, marks), `labels` (n,), `vectors` (words + 1, WIDTH) with an empty first row.
    """
    fitted = [_fit_one(rows, marks, labels, vectors, SEED + number) for number in range(NETWORKS)]
    named = {f"{name}_{number}": array for number, one in enumerate(fitted) for name, array in one.items()}
    return {**named, "networks": np.array(NETWORKS)}
