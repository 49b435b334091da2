"""Unicode form, invisible characters, case, and diacritics folding."""

from __future__ import annotations

import re
import unicodedata

# Default_Ignorable_Code_Point of Unicode: soft hyphen, zero-width and bidirectional controls, fillers,
# variation selectors, tags. They show nothing, and are the usual way to smuggle text past a filter.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_SPACES = re.compile(r"\s+")
# Old-style tone placement ("hoà") against new style ("hòa"): underthesea writes the new style,
# so we do too, before offsets are taken.
_OLD_TONES = {
    "òa": "oà",
    "óa": "oá",
    "ỏa": "oả",
    "õa": "oã",
    "ọa": "oạ",
    "òe": "oè",
    "óe": "oé",
    "ỏe": "oẻ",
    "õe": "oẽ",
    "ọe": "oẹ",
    "ùy": "uỳ",
    "úy": "uý",
    "ủy": "uỷ",
    "ũy": "uỹ",
    "ụy": "uỵ",
}
_NEW_BY_OLD = {old: new for new, old in _OLD_TONES.items()}
_OLD_AT_END = re.compile(r"(?<![qQ])(" + "|".join(_NEW_BY_OLD) + r")(?![^\W\d_])", re.IGNORECASE)


def clean(text: str) -> str:
    r"""NFC text without control or invisible characters, runs of white space made one space.

    >>> clean("xin\u200b  cha\u0300o\x07")
    'xin chào'
    """
    text = unicodedata.normalize("NFC", text)
    text = _INVISIBLE.sub("", text)
    text = "".join(" " if _is_control(char) else char for char in text)
    text = unicodedata.normalize("NFC", text)
    return _SPACES.sub(" ", text).strip()


def fold(text: str) -> str:
    """Lower case without diacritics; ``đ`` becomes ``d``. Idempotent.

    >>> fold("Đăng ký Khai Sinh")
    'dang ky khai sinh'
    """
    decomposed = unicodedata.normalize("NFD", text.lower())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", bare).replace("đ", "d")


def new_tone_style(text: str) -> str:
    """``hoà`` → ``hòa``, the placement that dictionaries and underthesea use. Keeps length.

    >>> new_tone_style("hoà giải, thuỷ")
    'hòa giải, thủy'
    """

    def replace(match: re.Match[str]) -> str:
        old = match.group(1)
        new = _NEW_BY_OLD[old.lower()]
        return "".join(n.upper() if o.isupper() else n for o, n in zip(old, new, strict=True))

    return _OLD_AT_END.sub(replace, text)


def has_diacritics(text: str) -> bool:
    """Whether anything in ``text`` would be lost by :func:`fold`, letter case aside."""
    return fold(text) != text.lower()


def _is_control(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cs", "Co", "Cn")
