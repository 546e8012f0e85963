"""The classifier itself, apart from Rasa: sentence vector and words in, probabilities out.

A logistic regression for each label over the sentence encoder's vector and TF-IDF of words and word
pairs, trained by averaged stochastic gradient descent (Bottou 2010), the scores made one by softmax.
Stored as plain arrays and JSON; nothing is pickled. Figures: docs/decisions/0002.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.assistant.normalize import normalize

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class TopicModel:
    """A trained classifier. ``weights`` has a row a label; a column a vector place, then a word."""

    labels: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    words: Any

    def probabilities(self, vectors: Vectors, texts: Sequence[str]) -> NDArray[np.float64]:
        """One row a text, one column a label, rows sum to one."""
        width = vectors.shape[1]
        words = self.words.transform([normalize(text) for text in texts])
        scores = vectors @ self.weights[:, :width].T + words @ self.weights[:, width:].T
        scores = np.asarray(scores, dtype=np.float64) + self.bias
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        result: NDArray[np.float64] = scores / scores.sum(axis=1, keepdims=True)
        return result


def _vectorizer(**more: Any) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(
        ngram_range=(1, 2),
        sublinear_tf=True,
        strip_accents="unicode",
        dtype=np.float32,
        **more,
    )


def train(
    vectors: Vectors,
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    alpha: float,
    epochs: int,
    word_weight: float,
) -> TopicModel:
    """Fit the model; the same input gives the same model on the same machine.

    ``alpha`` is the strength of the regularisation, ``word_weight`` that of words beside vectors.

    Raises:
        ValueError: fewer than two labels.
    """
    from sklearn.linear_model import SGDClassifier

    words = _vectorizer(min_df=2)
    table = words.fit_transform([normalize(text) for text in texts])
    features = sparse.hstack([sparse.csr_matrix(vectors), word_weight * table]).tocsr()
    fitted = SGDClassifier(
        loss="log_loss", alpha=alpha, max_iter=epochs, tol=None, average=True, random_state=7
    ).fit(features, list(labels))
    weights = fitted.coef_.astype(np.float32)
    weights[:, vectors.shape[1] :] *= word_weight
    return TopicModel(
        tuple(str(label) for label in fitted.classes_),
        weights,
        fitted.intercept_.astype(np.float32),
        words,
    )


def save(model: TopicModel, folder: Path) -> None:
    """Write the model to two files in ``folder``."""
    np.savez_compressed(
        folder / "topic_model.npz", weights=model.weights, bias=model.bias, idf=model.words.idf_
    )
    vocabulary = sorted(model.words.vocabulary_, key=model.words.vocabulary_.__getitem__)
    content = {"labels": model.labels, "words": vocabulary}
    (folder / "topic_model.json").write_text(json.dumps(content), encoding="utf-8")


def load(folder: Path) -> TopicModel:
    """Read what :func:`save` wrote."""
    content = json.loads((folder / "topic_model.json").read_text(encoding="utf-8"))
    with np.load(folder / "topic_model.npz", allow_pickle=False) as arrays:
        words = _vectorizer(vocabulary=content["words"])
        words.idf_ = arrays["idf"]
        return TopicModel(tuple(content["labels"]), arrays["weights"], arrays["bias"], words)
