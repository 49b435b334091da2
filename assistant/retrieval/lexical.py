"""Search by words: BM25 over folded syllables and their bigrams, and character n-grams."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Sequence

import bm25s
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from assistant.retrieval.views import Kind, View
from assistant.text.spelling import expand, readings
from assistant.text.unicode import clean, fold

logging.getLogger("bm25s").setLevel(logging.ERROR)  # it announces every index it builds

Scores = NDArray[np.float32]

_SYLLABLE = re.compile(r"[a-z0-9]+")
# How often a view's words count in the entry's BM25 document.
_REPEATS = {Kind.NAME: 3, Kind.WORD: 3, Kind.EXAMPLE: 1, Kind.PURPOSE: 1, Kind.CASE: 1}


def tokens(text: str) -> list[str]:
    """Folded syllables and bigrams of them, short forms written out.

    >>> tokens("Đăng ký")
    ['dang', 'ky', 'dang_ky']
    """
    syllables = _SYLLABLE.findall(fold(expand(clean(text))))
    return syllables + [f"{a}_{b}" for a, b in zip(syllables, syllables[1:], strict=False)]


def query_tokens(text: str) -> list[str]:
    """Like :func:`tokens`, with every reading of the ambiguous short forms added."""
    return tokens(text) + [token for reading in readings(text) for token in tokens(reading)]


class Bm25:
    """BM25 with one document per entry: all its views together."""

    def __init__(self, views: Sequence[View], codes: Sequence[str]) -> None:
        """Index ``views``; scores come back in the order of ``codes``."""
        documents: dict[str, list[str]] = {code: [] for code in codes}
        for view in views:
            documents[view.code] += tokens(view.text) * _REPEATS[view.kind]
        self._size = len(codes)
        self._index = bm25s.BM25(method="lucene", k1=1.2, b=0.4)
        self._index.index([documents[code] or ["∅"] for code in codes], show_progress=False)
        present = [set(documents[code]) for code in codes]
        frequency: dict[str, int] = defaultdict(int)
        for words in present:
            for word in words:
                frequency[word] += 1
        self._weight = {word: float(np.log(1 + (self._size - n + 0.5) / (n + 0.5))) for word, n in frequency.items()}
        self._unknown = float(np.log(1 + (self._size + 0.5) / 0.5))

    def scores(self, text: str) -> Scores:
        """One score per entry, as a share (0 to about 1) of what a perfect match could have."""
        words = query_tokens(text)
        known = [word for word in words if word in self._weight]
        if not known:
            return np.zeros(self._size, np.float32)
        # Words no entry has count half: stories are full of them, and so is nonsense.
        ceiling = sum(self._weight.get(word, 0.5 * self._unknown) for word in words) * 2.2
        return np.asarray(self._index.get_scores(known), np.float32) / np.float32(ceiling)


class CharNgrams:
    """Character n-grams within folded words, TF-IDF, best view of each entry."""

    def __init__(self, views: Sequence[View], codes: Sequence[str]) -> None:
        """Index ``views``; scores come back in the order of ``codes``."""
        position = {code: i for i, code in enumerate(codes)}
        self._owner = np.array([position[view.code] for view in views])
        self._size = len(codes)
        self._vectorizer = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, dtype=np.float32, min_df=1
        )
        matrix: csr_matrix = self._vectorizer.fit_transform(folded(v.text) for v in views)
        self._matrix = matrix.T.tocsr()

    def scores(self, text: str) -> Scores:
        """One cosine (0 to 1) per entry."""
        query = self._vectorizer.transform([folded(text)])
        cosines = np.asarray((query @ self._matrix).todense()).ravel()
        return best_of(cosines, self._owner, self._size)


def folded(text: str) -> str:
    """``text`` as the character index sees it."""
    return fold(expand(clean(text)))


def best_of(values: NDArray[np.float32], owner: NDArray[np.int64], size: int) -> Scores:
    """Per owner (0 to ``size`` - 1) the highest of its ``values``."""
    best = np.zeros(size, np.float32)
    np.maximum.at(best, owner, values.astype(np.float32))
    return best
