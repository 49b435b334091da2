"""Masking of numbers that point at a person, before anything is stored or logged.

Shapes: personal identification number, 12 digits (Law on Identification 26/2023/QH15), old
identity card, 9 digits; Vietnamese phone numbers; dossier codes of both generations (Circulars
01/2018/TT-VPCP and 03/2025/TT-VPCP); number plates; e-mail addresses. Procedure codes, dates and
amounts of money stay: answers are made of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_DASH = r"\s*[-–—−]\s*"
ID, PHONE, DOSSIER, PLATE, EMAIL, DIGITS = (
    "[số giấy tờ]",
    "[số điện thoại]",
    "[mã hồ sơ]",
    "[biển số]",
    "[email]",
    "[dãy số]",
)
LABELS = (ID, PHONE, DOSSIER, PLATE, EMAIL, DIGITS)

_LABEL = re.compile("|".join(re.escape(label) for label in LABELS))
_SHAPES = (
    (EMAIL, re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    (
        DOSSIER,
        re.compile(
            r"(?<![\w.])(?:[0-9A-Z]{1,4}\s*\.\s*){0,5}[GH]\d\d(?:\s*\.\s*[0-9A-Z]{1,4}){0,5}"
            + _DASH
            + r"\d{6}(?:\d\d)?"
            + _DASH
            + r"\d{4,8}(?!\d)",
            re.IGNORECASE,
        ),
    ),
    (ID, re.compile(r"(?<!\w)[A-Z]\d{7,8}(?!\w)")),
    (PLATE, re.compile(r"(?<!\w)\d{2}\s?-?\s?[A-Z]{1,2}\d?\s?-?\s?(?:\d{3}\.\d{2}|\d{4,5})(?!\d)", re.IGNORECASE)),
)
# Digits with single marks or brackets between: a number as people write it.
_NUMBER = re.compile(r"(?:\(\+?\d{2,4}\)|\+?\d)(?:[ .-]?(?:\d|\(\d{1,4}\)))*")
_HARMLESS = re.compile(
    r"""
      \d\.\d{6}(?:\.[0-9]{2,3})*(?!\d)                                   # procedure code, with agency suffix
    | (?:0?[1-9]|[12]\d|3[01])[-.](?:0?[1-9]|1[0-2])[-.](?:19|20)\d\d(?!\d)  # day-month-year
    | (?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)       # year-month-day
    | (?:19|20)\d\d[ ]?-[ ]?(?:19|20)\d\d(?!\d)                           # a span of years
    | [1-9]\d{0,2}(?:\.\d{3})+(?=\s*(?:đồng|đ|vnđ|vnd|d)(?!\w))             # money, with its unit
    """,
    re.VERBOSE | re.IGNORECASE,
)
# From this many digits on, a number that is no known shape is masked all the same.
_SUSPICIOUS = 8


def mask(text: str) -> str:
    """``text`` with every personal number replaced by what kind of number it was. Idempotent.

    >>> mask("sđt 0912 345 678, hồ sơ H24.15-261008-0975")
    'sđt [số điện thoại], hồ sơ [mã hồ sơ]'
    """
    parts: list[str] = []
    position = 0
    for start, end, label in find(text):
        parts += [text[position:start], label]
        position = end
    return "".join([*parts, text[position:]])


def find(text: str) -> list[tuple[int, int, str]]:
    """Where :func:`mask` puts a label, and where one stands already: (start, end, label), in order.

    >>> find("gọi 0912345678 hoặc [email]")
    [(4, 14, '[số điện thoại]'), (20, 27, '[email]')]
    """
    found = [(m.start(), m.end(), m.group()) for m in _LABEL.finditer(text)]
    rest = _blanked(text, found)
    for label, shape in _SHAPES:
        hits = [(m.start(), m.end(), label) for m in shape.finditer(rest)]
        found += hits
        rest = _blanked(rest, hits)
    found += _numbers(rest)
    return sorted(found)


def _numbers(text: str) -> Iterator[tuple[int, int, str]]:
    position = 0
    while number := _NUMBER.search(text, position):
        digits = next(i for i in range(number.start(), number.end()) if text[i].isdigit())
        harmless = _HARMLESS.match(text, digits)
        if harmless:
            position = harmless.end()
            continue
        end = _before_harmless(text, number)
        label = _label(text[number.start() : end])
        if label:
            yield number.start(), end, label
        position = end


def _before_harmless(text: str, number: re.Match[str]) -> int:
    """Where a number ends: before a date or amount that follows after a space."""
    for gap in re.finditer(r"[ ]", number.group()):
        if _HARMLESS.match(text, number.start() + gap.end()):
            return number.start() + gap.start()
    return number.end()


def _label(number: str) -> str | None:
    digits = "".join(char for char in number if char.isdigit())
    national = digits.removeprefix("84") if len(digits) in (11, 12) or number.startswith(("+", "(+")) else digits
    if len(digits) == 12 and not number.startswith(("+", "(+")):
        return ID
    if (national != digits or digits.startswith("0")) and 9 <= len(national.lstrip("0")) <= 10:
        return PHONE
    if len(digits) == 9:
        return ID
    return DIGITS if len(digits) >= _SUSPICIOUS else None


def _blanked(text: str, spans: list[tuple[int, int, str]]) -> str:
    """``text`` with ``spans`` made blank and not cut out, so that offsets stay."""
    for start, end, _ in spans:
        text = text[:start] + "\0" * (end - start) + text[end:]
    return text
