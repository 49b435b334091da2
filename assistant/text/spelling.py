"""Abbreviations and chat spellings, from ``data/spelling.yml``."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml

from assistant.text.unicode import fold

_DATA = Path(__file__).parent / "data" / "spelling.yml"
_WORD = re.compile(r"[^\W_]+")
_LONG_VOWEL = re.compile(r"([^\W\d_])\1{2,}")


def expand(text: str) -> str:
    """``text`` with the short forms that have one meaning written out.

    Words stretched for feeling are shortened first. A word keeps its place; nothing else changes.

    >>> expand("ko bit lm gplx o dau")
    'không biết làm giấy phép lái xe o dau'
    """
    sure, _ = _tables()
    text = _LONG_VOWEL.sub(r"\1", text)
    return _WORD.sub(lambda found: sure.get(found.group().lower(), found.group()), text)


def readings(text: str) -> list[str]:
    """All readings of the ambiguous short forms in ``text``, in the order they stand there.

    >>> readings("đổi cc")
    ['căn cước', 'công chứng']
    """
    _, either = _tables()
    return [r for word in _WORD.findall(text) for r in either.get(word.lower(), ())]


def short_forms() -> dict[str, str]:
    """The short forms with one meaning, folded, and what each stands for.

    >>> short_forms()["gplx"]
    'giấy phép lái xe'
    """
    return dict(_tables()[0])


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    data = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    # A short form is known as written and without diacritics, never with other diacritics:
    # "ca" may be short for "công an", "cà" and "cả" are words.
    sure = {form: full for short, full in data["sure"].items() for form in (short, fold(short))}
    either = {form: tuple(full) for short, full in data["either"].items() for form in (short, fold(short))}
    return sure, either
