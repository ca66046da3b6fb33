"""Sentence vectors from all-MiniLM-L6-v2, run by ONNX Runtime; never by PyTorch, never from a hub."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import numpy as np

from bot.nlu import minilm_graph
from bot.settings import PROJECT

# 8-bit weights: a third of the size and half the time of the 32-bit graph; what it costs in accuracy is in benchmarks/.
GRAPH = "minilm-4-6-fused-int8.onnx"
MAX_TOKENS = 128  # the length that the model was trained on; a longer text is cut by the tokenizer


def _checked(path: Path) -> bytes:
    content = path.read_bytes()
    wanted = path.with_suffix(".sha256").read_text(encoding="ascii").strip()
    if hashlib.sha256(content).hexdigest() != wanted:
        raise minilm_graph.BadWeights(f"{path.name} is damaged (its sha256 differs). Delete it and run `make train`.")
    return content


class MiniLm:
    """Turns texts into vectors: one unit vector of 384 numbers for each layer of minilm_graph.POOLED."""

    def __init__(self, graph: Path, folder: Path, at_once: int = 1) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        # For one short text more threads cost more than they give.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.at_once = at_once
        self._session = onnxruntime.InferenceSession(_checked(graph), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)

    def _vector(self, text: str) -> np.ndarray:
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        vector: np.ndarray = self._session.run(None, {"ids": ids})[0][0]
        return vector

    def encode(self, texts: list[str]) -> np.ndarray:
        """Vectors (n, minilm_graph.VECTOR) float32, in the order of `texts`.

        Each by itself: 8-bit numbers are scaled by the largest in the batch, so that company would change a text's vector
        (cosine 0.99), and on a processor a batch is no faster.
        """
        if not texts:
            return np.zeros((0, minilm_graph.VECTOR), dtype=np.float32)
        if self.at_once == 1 or len(texts) == 1:
            return np.stack([self._vector(text) for text in texts])
        with ThreadPoolExecutor(self.at_once) as threads:  # the session may be shared: it works outside Python's lock
            return np.stack(list(threads.map(self._vector, texts)))


def graph_file(models: Path | None = None) -> Path:
    """Where the graph lies; it is written at first use (some seconds), then only read.

    Raises minilm_graph.BadWeights when the weights or the graph are not what they should be.
    """
    graph = (models or PROJECT / "models") / GRAPH
    if not graph.is_file() or not graph.with_suffix(".sha256").is_file():
        minilm_graph.write(graph)
    return graph


@lru_cache(maxsize=2)
def load_minilm(models: Path | None = None) -> MiniLm:
    """The encoder."""
    return MiniLm(graph_file(models), minilm_graph.weights_folder())
