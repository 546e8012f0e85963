"""Puts questions into groups that ask alike, by the angle between their vectors.

Whose vectors, and why this distance: ``docs/decisions/0006-unanswered-questions.md``.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]

FARTHEST = 0.45
"""The mean distance (1 - cosine) up to which two groups become one."""


def middles(texts: Sequence[str], encode: Encode) -> list[int]:
    """For each text the place of the text in the middle of its group.

    ``encode`` gives rows of length one.
    """
    if len(texts) < 2:
        return list(range(len(texts)))
    # imported here: web reads the groups and never makes them
    from sklearn.cluster import AgglomerativeClustering

    rows = encode(texts)
    distances = np.clip(1.0 - rows @ rows.T, 0.0, 2.0)
    clustering: Any = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=FARTHEST
    )
    labels = clustering.fit_predict(distances)
    found = np.zeros(len(texts), dtype=int)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        within = distances[np.ix_(members, members)].sum(axis=1)
        found[members] = members[int(within.argmin())]
    return [int(place) for place in found]
