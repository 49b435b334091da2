"""Words and syllables of a message, with offsets into the text as typed and one spelling each.

Two things are wanted of a token and they pull apart: its *place* in the text as typed, and a
*lemma* that is the same however the person spells ("KO", "ko", "không", "khong" NFC or NFD). So
the text is cleaned and segmented as a whole, places are carried back through
:mod:`assistant.nlu.alignment`, and lemmas are made per token, with three corrections that keep
them equal to ``fold(expand(mask(clean(text))))`` of the whole text:

- a number that points at a person is one token, though segmentation cuts it in pieces, and its
  lemma is its kind ("so_dien_thoai"), the same for the number itself and for the label that
  masking left in its place;
- nothing is cut inside a run of letters and digits, or "50k" would read "50 không";
- an abbreviation stays one token, its lemma holds all the words it stands for.

Lemmas are syllables between spaces, never "khai_sinh": without diacritics segmentation finds few
words, and features over words would then differ between the spellings of one sentence.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from assistant.nlu.alignment import align
from assistant.text.mask import find
from assistant.text.segment import segment
from assistant.text.spelling import expand
from assistant.text.unicode import fold

_PIECE = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True)
class Word:
    """One token: ``text[start:end]`` of what was typed, and its one spelling."""

    start: int
    end: int
    lemma: str


def words(text: str) -> tuple[Word, ...]:
    """The words of ``text`` by underthesea, domain terms whole; at least one for any text but "".

    >>> [word.lemma for word in words("Ko bít lm giấy khai sinh")]
    ['khong', 'biet', 'lam', 'giay khai sinh']
    """
    return _cut(text, at_spaces=False)


def syllables(text: str) -> tuple[Word, ...]:
    """Like :func:`words`, cut at every space: what a term is made of, however it is segmented.

    >>> [word.lemma for word in syllables("giấy khai sinh")]
    ['giay', 'khai', 'sinh']
    """
    return _cut(text, at_spaces=True)


def _cut(text: str, at_spaces: bool) -> tuple[Word, ...]:
    cleaned, origins = align(text)
    if not origins:
        return (Word(0, len(text), text),) if text else ()
    visible = _visible(cleaned)
    cuts = set(_word_cuts(cleaned))
    if at_spaces:
        cuts |= {k for k in range(1, len(visible)) if visible[k] - visible[k - 1] > 1}
    labels: dict[int, str] = {}
    for start, end, label in find(cleaned):
        first, after = bisect_left(visible, start), bisect_left(visible, end)
        labels[first] = label
        cuts = {k for k in cuts if not first < k < after} | {first, after}
    cuts = {k for k in cuts if not 0 < k < len(visible) or origins[k] != origins[k - 1]}
    ordered = sorted(cuts | {0, len(visible)})
    return tuple(
        Word(
            origins[first][0],
            origins[end - 1][1],
            _lemma(cleaned[visible[first] : visible[end - 1] + 1], labels.get(first)),
        )
        for first, end in zip(ordered, ordered[1:], strict=False)
    )


@lru_cache(maxsize=64)
def _word_cuts(cleaned: str) -> frozenset[int]:
    """After how many visible characters a word ends, runs of letters and digits left whole.

    Cached because Rasa's tokenizer and spaCy ask for the same message one after the other, and
    underthesea takes most of the time.
    """
    visible = _visible(cleaned)
    cuts = _ends(segment(cleaned))
    if len(visible) not in cuts:  # underthesea rewrote the text: no use counting along it
        cuts = _ends(_PIECE.findall(cleaned))
    return frozenset(
        k
        for k in cuts
        if k < len(visible)
        and not (visible[k] - visible[k - 1] == 1 and _joins(cleaned[visible[k] - 1]) and _joins(cleaned[visible[k]]))
    )


def _visible(cleaned: str) -> list[int]:
    """Positions of the characters that are no space."""
    return [i for i, char in enumerate(cleaned) if char != " "]


def _ends(pieces: Iterable[str]) -> set[int]:
    ends: set[int] = set()
    count = 0
    for piece in pieces:
        count += sum(not char.isspace() for char in piece)
        ends.add(count)
    return ends


def _joins(char: str) -> bool:
    return char == "_" or char.isalnum() or unicodedata.category(char).startswith("M")


def _lemma(surface: str, label: str | None) -> str:
    if label is not None:
        return re.sub(r"\W+", "_", fold(label)).strip("_")
    return fold(expand(surface)) or surface
