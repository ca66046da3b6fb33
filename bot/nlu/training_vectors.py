"""Sentence vectors of training examples, made once for all components that train in one process."""

from __future__ import annotations

import numpy as np

from bot.nlu import minilm_graph
from bot.nlu.minilm import MiniLm, graph_file
from bot.nlu.plain import plain

_made: dict[str, np.ndarray] = {}


def training_vectors(texts: list[str]) -> np.ndarray:
    """Vectors (n, minilm_graph.VECTOR) of `texts`, in their order."""
    plain_texts = [plain(text) for text in texts]
    if new := list(dict.fromkeys(text for text in plain_texts if text not in _made)):
        encoder = MiniLm(graph_file(), minilm_graph.weights_folder(), at_once=2)
        _made.update(zip(new, encoder.encode(new), strict=True))
    return np.stack([_made[text] for text in plain_texts])
