"""Word segmentation by underthesea, with terms of our field kept whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from assistant.text.unicode import clean, new_tone_style

_TERMS = Path(__file__).parent / "data" / "terms.txt"


def segment(text: str, fixed_words: Sequence[str] | None = None) -> list[str]:
    """Words of ``text`` in order; a word may hold spaces ("khai sinh").

    Args:
        text: any text; it is cleaned first.
        fixed_words: terms to keep whole; those of ``data/terms.txt`` by default.

    >>> segment("làm giấy khai sinh")
    ['làm', 'giấy khai sinh']
    """
    from underthesea import word_tokenize

    text = new_tone_style(clean(text))
    if not text:
        return []
    terms = list(domain_terms()) if fixed_words is None else list(fixed_words)
    words: list[str] = word_tokenize(text, fixed_words=[_as_pattern(term) for term in terms])
    return words


def _as_pattern(term: str) -> str:
    """A term as underthesea takes it: a pattern, whose spaces it escapes itself."""
    return re.escape(term).replace("\\ ", " ")


def spans(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where each of ``words`` stands in ``text``; words that cannot be found are left out.

    ``text`` must be what was segmented; spaces inside a word may differ.
    """
    found: list[tuple[int, int]] = []
    position = 0
    for word in words:
        start = text.find(word, position)
        if start < 0:
            continue
        position = start + len(word)
        found.append((start, position))
    return found


@lru_cache(maxsize=1)
def domain_terms() -> tuple[str, ...]:
    """Terms kept whole, longest first."""
    lines = (line.strip() for line in _TERMS.read_text(encoding="utf-8").splitlines())
    terms = {line for line in lines if line and not line.startswith("#")}
    return tuple(sorted(terms, key=lambda term: (-len(term), term)))
