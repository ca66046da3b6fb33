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
GRAPH = "minilm-4-6-int8.onnx"
MAX_TOKENS = 128  # the length that the model was trained on; a longer text is cut by the tokenizer
BATCH = 16


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
        # Small batches at the same time are nearly twice as fast as one batch on two threads.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.at_once = at_once
        self._session = onnxruntime.InferenceSession(_checked(graph), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)

    def _batch(self, texts: list[str]) -> np.ndarray:
        rows = [encoding.ids for encoding in self._tokenizer.encode_batch(texts)]
        ids = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
        mask = np.zeros_like(ids)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = row
            mask[number, : len(row)] = 1
        vectors: np.ndarray = self._session.run(None, {"ids": ids, "mask": mask})[0]
        return vectors

    def encode(self, texts: list[str]) -> np.ndarray:
        """Vectors (n, minilm_graph.VECTOR) float32, in the order of `texts`."""
        if not texts:
            return np.zeros((0, minilm_graph.VECTOR), dtype=np.float32)
        # Alike lengths together, so that little is computed on padding.
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        parts = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        out = np.empty((len(texts), minilm_graph.VECTOR), dtype=np.float32)

        def fill(part: list[int]) -> None:
            out[part] = self._batch([texts[at] for at in part])

        if self.at_once == 1 or len(parts) == 1:
            for part in parts:
                fill(part)
            return out
        with ThreadPoolExecutor(self.at_once) as threads:  # the session may be shared: it works outside Python's lock
            list(threads.map(fill, parts))
        return out


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
