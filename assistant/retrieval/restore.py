"""Putting diacritics back: a Viterbi walk over syllable candidates.

A question without diacritics is nothing to the sentence encoder; restored, it is nearly as good
as typed. Candidates and bigrams come from the knowledge and from underthesea's word list,
unigram scores from the encoder's own vocabulary where it has them.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from importlib import resources

from assistant.text.unicode import fold, has_diacritics

_SYLLABLE = re.compile(r"[^\W\d_]+")
_MAX_CANDIDATES = 12
_BIGRAM_WEIGHT = 1.0
_UNSEEN = -16.0
_LEAST_ACCENTED = 1 / 3


class Restorer:
    """Restores the diacritics of syllables that have none; leaves the others as they are."""

    def __init__(self, unigrams: Mapping[str, float], bigrams: Mapping[tuple[str, str], float]) -> None:
        """Take log-probabilities of accented syllables and bonus scores of pairs of them."""
        by_bare: dict[str, list[str]] = defaultdict(list)
        for syllable in unigrams:
            by_bare[fold(syllable)].append(syllable)
        self._candidates = {
            bare: sorted(forms, key=lambda form: -unigrams[form])[:_MAX_CANDIDATES] for bare, forms in by_bare.items()
        }
        self._unigrams = unigrams
        self._bigrams = bigrams

    def restore(self, text: str) -> str:
        """``text`` with the likeliest diacritics on syllables typed without any.

        >>> Restorer({"khai": -5, "sinh": -5, "sính": -9}, {("khai", "sinh"): 3}).restore("Khai sinh")
        'khai sinh'
        """
        text = text.lower()
        syllables = _SYLLABLE.findall(text)
        best: dict[str, tuple[float, list[str]]] = {"": (0.0, [])}
        for syllable in syllables:
            best = self._step(best, syllable)
        chosen = iter(max(best.values(), key=lambda scored: scored[0])[1])
        return _SYLLABLE.sub(lambda _: next(chosen), text)

    def _step(self, best: dict[str, tuple[float, list[str]]], syllable: str) -> dict[str, tuple[float, list[str]]]:
        options = [syllable]
        if not has_diacritics(syllable):
            options = self._candidates.get(syllable, options)
        following: dict[str, tuple[float, list[str]]] = {}
        for option in options:
            own = self._unigrams.get(option, _UNSEEN)
            score, path = max(
                (
                    (total + own + _BIGRAM_WEIGHT * self._bigrams.get((previous, option), 0.0), path)
                    for previous, (total, path) in best.items()
                ),
                key=lambda scored: scored[0],
            )
            following[option] = (score, [*path, option])
        return following


def train(
    sentences: Iterable[str], dictionary: Iterable[str] = (), scores: Mapping[str, float] | None = None
) -> Restorer:
    """Learn a restorer.

    Args:
        sentences: accented running text.
        dictionary: words; each counts once, for its inner bigrams.
        scores: log-probabilities of single syllables, if known from elsewhere.
    """
    unigrams: Counter[str] = Counter()
    bigrams: Counter[tuple[str, str]] = Counter()
    for weight, texts in ((3, sentences), (1, dictionary)):
        for text in texts:
            syllables = _SYLLABLE.findall(text.lower())
            if not _is_accented(syllables):  # half the example questions are typed without diacritics
                continue
            unigrams.update(dict.fromkeys(syllables, weight))
            for pair in zip(syllables, syllables[1:], strict=False):
                bigrams[pair] += weight
    total = sum(unigrams.values()) + 1
    known = scores or {}
    # Only syllables of the texts or the dictionary: web vocabularies know "muon" and "nguoi" too.
    logs = {s: _blend(math.log(n / total), known.get(s)) for s, n in unigrams.items()}
    left: Counter[str] = Counter()
    for (first, _), n in bigrams.items():
        left[first] += n
    # Pointwise gain of a seen pair over independence, damped for rare first syllables.
    gains = {(a, b): math.log(1 + 50 * n / (left[a] + 5)) for (a, b), n in bigrams.items()}
    return Restorer(logs, gains)


def dictionary() -> list[str]:
    """The words of underthesea's own list, a file inside its package."""
    path = resources.files("underthesea") / "corpus" / "data" / "Viet74K.txt"
    return path.read_text(encoding="utf-8").splitlines()


def _is_accented(syllables: list[str]) -> bool:
    """Whether a text is typed with diacritics: about two syllables in three of such a text have some."""
    return sum(has_diacritics(s) for s in syllables) >= _LEAST_ACCENTED * len(syllables)


def _blend(own: float, given: float | None) -> float:
    return own if given is None else 0.5 * own + 0.5 * given
