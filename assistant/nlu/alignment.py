"""Where each visible character of a cleaned text came from in the text as it was typed.

Segmentation works on cleaned text (NFC, nothing invisible), but Rasa and spaCy need offsets into
the text they were given. The bridge is a list with one origin per character that is no space.
"""

from __future__ import annotations

import unicodedata

from assistant.text.unicode import clean

Origin = tuple[int, int]


def align(text: str) -> tuple[str, list[Origin]]:
    r"""The cleaned ``text``, and for each of its characters but spaces the slice it came from.

    A character and the marks that follow it share one origin. Where composition crosses such
    groups (Hangul jamo, some Indic vowels) a whole run between spaces is one origin: coarse, but
    never wrong.

    >>> align("a\u0300 \u200bb")
    ('à b', [(0, 2), (4, 5)])
    """
    cleaned = clean(text)
    if cleaned == text:
        return cleaned, [(i, i + 1) for i, char in enumerate(text) if char != " "]
    origins = _origins(text, _clusters(text))
    if len(origins) != len(cleaned.replace(" ", "")):
        origins = _origins(text, _runs(text))
    return cleaned, origins


def _origins(text: str, groups: list[Origin]) -> list[Origin]:
    return [(start, end) for start, end in groups for char in clean(text[start:end]) if char != " "]


def _clusters(text: str) -> list[Origin]:
    """Slices of one character each, with the marks and invisible characters that follow it."""
    starts: list[int] = []
    for position, char in enumerate(text):
        if not starts or not _continues(char):
            starts.append(position)
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


def _continues(char: str) -> bool:
    return unicodedata.combining(char) != 0 or clean(f"a{char}a") == "aa"


def _runs(text: str) -> list[Origin]:
    """Slices between white space."""
    runs: list[Origin] = []
    start = None
    for position, char in enumerate(text + " "):
        blank = char.isspace() or not clean(char)
        if blank and start is not None:
            runs.append((start, position))
            start = None
        elif not blank and start is None:
            start = position
    return runs
