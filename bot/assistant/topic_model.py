"""The classifier itself, apart from Rasa: sentence vector and words in, probabilities out.

A logistic regression for each label over the sentence encoder's vector and TF-IDF of words, word
pairs and runs of letters (which survive typing errors), trained by averaged stochastic gradient
descent (Bottou 2010), the scores made one by softmax. Stored as plain arrays and JSON; nothing is
pickled. Figures: docs/decisions/0002-understanding.md.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Vectors = NDArray[np.float32]
_WORDS: dict[str, Any] = {"analyzer": "word", "ngram_range": (1, 2)}
_FIT_THREADS = 2
_LETTERS: dict[str, Any] = {"analyzer": "char_wb", "ngram_range": (3, 4)}


@dataclass(frozen=True)
class TopicModel:
    """A trained classifier. ``weights``: a column a label; rows are vector, words, letters."""

    labels: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    words: Any
    letters: Any

    def probabilities(self, vectors: Vectors, texts: Sequence[str]) -> NDArray[np.float64]:
        """One row a text, one column a label, rows sum to one. Texts are normalized."""
        first_word = vectors.shape[1]
        first_letters = first_word + len(self.words.vocabulary_)
        scores = (vectors @ self.weights[:first_word]).astype(np.float64) + self.bias
        for row, text in zip(scores, texts, strict=True):
            for vectorizer, first in ((self.words, first_word), (self.letters, first_letters)):
                places, values = _terms(vectorizer, text)
                row += values @ self.weights[first + places]
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        result: NDArray[np.float64] = scores / scores.sum(axis=1, keepdims=True)
        return result

    def knows_a_word(self, text: str) -> bool:
        """Whether any word of the normalized text stood in more than one example."""
        return len(_terms(self.words, text)[0]) > 0


def _terms(vectorizer: Any, text: str) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Places and weights of a text's known terms: what the vectorizer's ``transform`` gives,
    without the checks and the sparse matrix that cost ten times as much for one short text."""
    known = vectorizer.vocabulary_
    counts = Counter(known[term] for term in vectorizer.build_analyzer()(text) if term in known)
    places = np.fromiter(counts, dtype=np.intp, count=len(counts))
    values = 1.0 + np.log(np.fromiter(counts.values(), dtype=np.float64, count=len(counts)))
    values *= vectorizer.idf_[places]
    return places, values / max(float(np.linalg.norm(values)), 1e-12)


def _vectorizer(**settings: Any) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(sublinear_tf=True, strip_accents="unicode", dtype=np.float32, **settings)


def train(
    vectors: Vectors, texts: Sequence[str], labels: Sequence[str], *, alpha: float, epochs: int
) -> TopicModel:
    """Fit the model; the same input gives the same model on the same machine.

    ``texts`` are normalized (:func:`bot.assistant.normalize.normalize`); ``alpha`` is the strength
    of the regularisation.

    Raises:
        ValueError: fewer than two labels.
    """
    from sklearn.linear_model import SGDClassifier

    words = _vectorizer(min_df=2, **_WORDS)
    letters = _vectorizer(min_df=4, max_features=15_000, **_LETTERS)
    table = [words.fit_transform(texts), letters.fit_transform(texts)]
    fitted = SGDClassifier(
        loss="log_loss",
        alpha=alpha,
        max_iter=epochs,
        tol=None,
        # the first two epochs are far from the end and would only blur the mean
        average=2 * len(texts),
        random_state=7,
        n_jobs=_FIT_THREADS,
    ).fit(sparse.hstack([sparse.csr_matrix(vectors), *table]).tocsr(), list(labels))
    return TopicModel(
        tuple(str(label) for label in fitted.classes_),
        np.ascontiguousarray(fitted.coef_.T, dtype=np.float32),
        fitted.intercept_.astype(np.float32),
        words,
        letters,
    )


def save(model: TopicModel, folder: Path) -> None:
    """Write the model to two files in ``folder``."""
    np.savez_compressed(
        folder / "topic_model.npz",
        weights=model.weights,
        bias=model.bias,
        words_idf=model.words.idf_,
        letters_idf=model.letters.idf_,
    )
    content = {
        "labels": model.labels,
        "words": _in_order(model.words.vocabulary_),
        "letters": _in_order(model.letters.vocabulary_),
    }
    (folder / "topic_model.json").write_text(json.dumps(content), encoding="utf-8")


def _in_order(vocabulary: dict[str, int]) -> list[str]:
    return sorted(vocabulary, key=vocabulary.__getitem__)


def load(folder: Path) -> TopicModel:
    """Read what :func:`save` wrote."""
    content = json.loads((folder / "topic_model.json").read_text(encoding="utf-8"))
    words = _vectorizer(vocabulary=content["words"], **_WORDS)
    letters = _vectorizer(vocabulary=content["letters"], **_LETTERS)
    with np.load(folder / "topic_model.npz", allow_pickle=False) as arrays:
        words.idf_, letters.idf_ = arrays["words_idf"], arrays["letters_idf"]
        return TopicModel(
            tuple(content["labels"]), arrays["weights"], arrays["bias"], words, letters
        )
