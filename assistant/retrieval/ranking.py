"""Ranking entries for a question: four signals, fused with learned weights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import faiss
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from assistant.retrieval.encoder import Encoder, Vectors
from assistant.retrieval.lexical import Bm25, CharNgrams, Scores, folded
from assistant.retrieval.restore import Restorer
from assistant.retrieval.views import Kind, View
from assistant.text.spelling import expand
from assistant.text.unicode import clean

SIGNALS = ("bm25", "char", "dense", "phrase")
_NEIGHBOURS = 200
_LONGEST_PHRASE = 8
_VIEWS_PER_ENTRY = 3
# A cosine below this says nothing: e5 puts any two Vietnamese sentences above it.
_DENSE_FLOOR = 0.75

Signals = NDArray[np.float32]
Weights = NDArray[np.float64]


@dataclass(frozen=True)
class Candidate:
    """One entry with its fused score, its share of belief, and the signals behind them.

    ``is_entry`` is false for a procedure that is known by name only.
    """

    code: str
    is_entry: bool
    score: float
    probability: float
    signals: dict[str, float]


class Ranker:
    """All entries of an index, ready to be ranked for a question."""

    def __init__(
        self,
        views: Sequence[View],
        vectors: Vectors,
        encoder: Encoder,
        restorer: Restorer,
        others: frozenset[str] = frozenset(),
    ) -> None:
        """Build the in-memory indexes.

        Args:
            views: texts of all entries.
            vectors: their unit vectors, shape (views, width), in the same order.
            encoder: the encoder that made ``vectors``.
            restorer: puts diacritics back before encoding.
            others: codes that are known by name only.
        """
        self.codes = list(dict.fromkeys(view.code for view in views))
        position = {code: i for i, code in enumerate(self.codes)}
        self._owner = np.array([position[view.code] for view in views])
        self._capacity = np.minimum(np.bincount(self._owner), _VIEWS_PER_ENTRY)
        self._encoder = encoder
        self._restorer = restorer
        self._others = others
        self._faiss = faiss.IndexFlatIP(vectors.shape[1])
        self._faiss.add(vectors)
        self._bm25 = Bm25(views, self.codes)
        self._char = CharNgrams(views, self.codes)
        self._phrases = _phrases(views, position)

    def signals(self, text: str) -> Signals:
        """The signals of every entry for ``text``, shape (entries, 4), each about 0 to 1."""
        text = clean(text)
        return np.stack(
            [self._bm25.scores(text), self._char.scores(text), self._dense(text), self._phrase(text)],
            axis=1,
        )

    def is_phrase(self, text: str) -> bool:
        """Whether ``text`` is nothing but a name, or a word citizens use, of something in the index."""
        return folded(text).strip(" ?.!,") in self._phrases

    def names_something(self, text: str) -> bool:
        """Whether a name, or a word citizens use, of something in the index stands in ``text``."""
        return bool(self._phrase(clean(text)).any())

    def bm25(self, text: str) -> list[str]:
        """Codes by BM25 alone: the rival that every evaluation reports."""
        return [self.codes[i] for i in np.argsort(-self._bm25.scores(clean(text)), kind="stable")]

    def rank(self, text: str, weights: Weights, most: int = 10) -> list[Candidate]:
        """The ``most`` likeliest entries, best first."""
        return self.ranked(self.signals(text), weights, most)

    def ranked(self, signals: Signals, weights: Weights, most: int = 10) -> list[Candidate]:
        """Candidates from signals that are known already; see :meth:`signals`."""
        fused = standardised(signals) @ weights
        shares = softmax(fused)
        return [
            Candidate(
                self.codes[i],
                self.codes[i] not in self._others,
                float(fused[i]),
                float(shares[i]),
                {name: float(value) for name, value in zip(SIGNALS, signals[i], strict=True)},
            )
            for i in np.argsort(-fused, kind="stable")[:most]
        ]

    def _dense(self, text: str) -> Scores:
        restored = self._restorer.restore(expand(text))
        vector = self._encoder.queries([restored])
        cosines, found = self._faiss.search(vector, min(_NEIGHBOURS, self._faiss.ntotal))
        usable = np.clip((cosines[0] - _DENSE_FLOOR) / (1 - _DENSE_FLOOR), 0, None)
        return self._mean_of_best(usable, found[0])

    def _mean_of_best(self, cosines: NDArray[np.float32], found: NDArray[np.int64]) -> Scores:
        """Per entry the mean of its three best views: one lucky view should not decide."""
        floor = float(cosines[-1])
        totals = np.full(len(self.codes), _VIEWS_PER_ENTRY * floor, np.float32)
        counts = np.zeros(len(self.codes), np.int64)
        for cosine, view in zip(cosines, found, strict=True):
            owner = self._owner[view]
            if counts[owner] < self._capacity[owner]:
                counts[owner] += 1
                totals[owner] += (cosine - floor) * _VIEWS_PER_ENTRY / self._capacity[owner]
        return np.asarray(totals / _VIEWS_PER_ENTRY, np.float32)

    def _phrase(self, text: str) -> Scores:
        words = folded(text).split()
        words = [word.strip(".,;:!?()\"'") for word in words]
        scores = np.zeros(len(self.codes), np.float32)
        for start in range(len(words)):
            for length in range(2, _LONGEST_PHRASE + 1):
                owners = self._phrases.get(" ".join(words[start : start + length]), ())
                if start + length > len(words):
                    break
                for owner in owners:
                    scores[owner] = max(scores[owner], length / _LONGEST_PHRASE)
        return scores


def learn_weights(rows: Iterable[tuple[Signals, NDArray[np.bool_]]], pull: float = 0.05) -> Weights:
    """Weights that make right entries likely, by listwise cross-entropy.

    Args:
        rows: per question the signals (entries, 4) and which entries are right.
        pull: how strongly weights are drawn towards one, where every signal counts alike; labelled
            questions avoid official words, so that they say little about the signals that need them.
    """
    kept = [(standardised(signals), right) for signals, right in rows if right.any()]

    def loss(weights: Weights) -> tuple[float, Weights]:
        total, slope = 0.0, np.zeros(len(SIGNALS))
        for signals, right in kept:
            shares = softmax(signals @ weights)
            mass = max(float(shares[right].sum()), 1e-12)
            total -= np.log(mass)
            target = np.where(right, shares / mass, 0.0)
            slope -= signals.T @ (target - shares)
        away = weights - 1
        return total / len(kept) + pull * float(away @ away), slope / len(kept) + 2 * pull * away

    start = np.ones(len(SIGNALS))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(SIGNALS))
    return np.asarray(found.x, np.float64)


def standardised(signals: Signals) -> NDArray[np.float64]:
    """Each signal as standard deviations above its mean over the entries.

    How far a signal sets its favourite apart says how much it knows about this question.
    """
    spread = signals.std(axis=0)
    return np.asarray((signals - signals.mean(axis=0)) / np.where(spread > 0, spread, 1.0), np.float64)


def softmax(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Shares of belief that add up to one."""
    powers = np.exp(values - values.max())
    return np.asarray(powers / powers.sum(), np.float64)


def _phrases(views: Sequence[View], position: dict[str, int]) -> dict[str, list[int]]:
    phrases: dict[str, list[int]] = defaultdict(list)
    for view in views:
        if view.kind in (Kind.NAME, Kind.WORD):
            phrases[folded(view.text)].append(position[view.code])
    return dict(phrases)
