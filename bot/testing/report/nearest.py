"""The training examples that are nearest to a question: where a confusion comes from."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.assistant.encoder import shared_encoder
from bot.assistant.normalize import normalize
from bot.testing.data_files import read_data_files

_MARK = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")  # an entity in an example
_SHORTLIST = 40
Example = tuple[str, str]
"""Intent and text."""


def read_examples(data_dir: Path) -> list[Example]:
    """All training examples under ``data_dir``, without marks of entities.

    Raises:
        DataFileError: a file there is no YAML.
    """
    found: list[Example] = []
    for _, content in read_data_files(data_dir):
        for entry in content.get("nlu") or ():
            if isinstance(entry.get("examples"), str) and entry.get("intent"):
                lines = (line.strip() for line in entry["examples"].splitlines())
                found += [
                    (str(entry["intent"]), _MARK.sub(r"\1", line.removeprefix("- ")))
                    for line in lines
                    if line.startswith("- ")
                ]
    return found


def nearest(
    texts: Sequence[str], examples: Sequence[Example], count: int = 3
) -> list[list[tuple[float, Example]]]:
    """For each text the ``count`` nearest examples with their cosine similarity by the sentence
    encoder, among those that share most letters and words with it."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    if not texts or not examples:
        return [[] for _ in texts]
    encoder = shared_encoder()
    clean = [normalize(text) for _, text in examples]
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), sublinear_tf=True)
    table = letters.fit_transform(clean)
    alike = (letters.transform(map(normalize, texts)) @ table.T).toarray()
    vectors = encoder.encode([normalize(text) for text in texts])
    result = []
    for row, vector in zip(alike, vectors, strict=True):
        shortlist = np.argsort(-row)[:_SHORTLIST]
        scores = encoder.encode([clean[i] for i in shortlist]) @ vector
        best = np.argsort(-scores)[:count]
        result.append([(float(scores[i]), examples[shortlist[i]]) for i in best])
    return result
