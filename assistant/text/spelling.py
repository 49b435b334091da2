"""Abbreviations and chat spellings, from ``data/spelling.yml``."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml

_DATA = Path(__file__).parent / "data" / "spelling.yml"
_WORD = re.compile(r"[^\W_]+")
# Lower-case vowels only: "III" is a numeral, "www" an address, "cccd" a short form.
_STRETCHED = re.compile(r"([aăâeêioôơuưyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ])\1{2,}")


def expand(text: str) -> str:
    """``text`` with the short forms that have one meaning written out.

    Words stretched for feeling are shortened first. A word keeps its place; nothing else changes.

    >>> expand("ko bit lm gplx o dau")
    'không biết làm giấy phép lái xe o dau'
    """
    sure, _ = _tables()
    text = _STRETCHED.sub(r"\1", text)
    return _WORD.sub(lambda found: sure.get(found.group().lower(), found.group()), text)


def readings(text: str) -> list[str]:
    """All readings of the ambiguous short forms in ``text``, in the order they stand there.

    >>> readings("đổi cc")
    ['căn cước', 'công chứng']
    """
    _, either = _tables()
    return [r for word in _WORD.findall(text) for r in either.get(word.lower(), ())]


def short_forms() -> dict[str, str]:
    """The short forms with one meaning, and what each stands for.

    >>> short_forms()["gplx"]
    'giấy phép lái xe'
    """
    return dict(_tables()[0])


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    data = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    # "đ" is often typed "d". Other diacritics are never left off or added: "ca" may be short for
    # "công an" where "cà" is a word, and "hong" is "hồng" more often than "hông".
    sure = {form: full for short, full in data["sure"].items() for form in (short, short.replace("đ", "d"))}
    either = {form: tuple(full) for short, full in data["either"].items() for form in (short, short.replace("đ", "d"))}
    return sure, either
