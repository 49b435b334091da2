"""Masking of numbers that point at a person, before anything is stored or logged.

Shapes: personal identification number, 12 digits (Law on Identification 26/2023/QH15), old
identity card, 9 digits; Vietnamese phone numbers; dossier codes of both generations (Circulars
01/2018/TT-VPCP and 03/2025/TT-VPCP); number plates; e-mail addresses.
"""

from __future__ import annotations

import re

_DASH = r"\s*[-–—−]\s*"
_PATTERNS = (
    ("[email]", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    (
        "[mã hồ sơ]",
        re.compile(
            r"(?<![\w.])(?:[0-9A-Z]{1,4}\s*\.\s*){0,5}[GH]\d\d(?:\s*\.\s*[0-9A-Z]{1,4}){0,5}"
            + _DASH
            + r"\d{6}(?:\d\d)?"
            + _DASH
            + r"\d{4,8}(?!\d)",
            re.IGNORECASE,
        ),
    ),
    ("[số điện thoại]", re.compile(r"(?<![\w.])(?:\+?84|0)(?:[ .-]?\d){8,9}(?![ .-]?\d)")),
    ("[số giấy tờ]", re.compile(r"(?<![\w.])\d(?:[ .-]?\d){11}(?![ .-]?\d)")),
    ("[số giấy tờ]", re.compile(r"(?<![\w.])\d(?:[ .-]?\d){8}(?![ .-]?\d)")),
    (
        "[biển số]",
        re.compile(r"(?<!\w)\d{2}\s?-?\s?[A-Z]{1,2}\d?\s?-?\s?(?:\d{3}\.\d{2}|\d{4,5})(?!\d)", re.IGNORECASE),
    ),
    ("[số giấy tờ]", re.compile(r"(?<!\w)[A-Z]\d{7,8}(?!\w)")),
    ("[dãy số]", re.compile(r"(?<![\w.])(?!\d\.\d{6}\b)\d(?:[ .-]?\d){7,}(?![ .-]?\d)(?!\s*(?:đ|đồng|vnd)\b)")),
)
LABELS = tuple(dict.fromkeys(label for label, _ in _PATTERNS))


def mask(text: str) -> str:
    """``text`` with every personal number replaced by what kind of number it was. Idempotent.

    >>> mask("sđt 0912 345 678, hồ sơ H24.15-261008-0975")
    'sđt [số điện thoại], hồ sơ [mã hồ sơ]'
    """
    for label, pattern in _PATTERNS:
        text = pattern.sub(label, text)
    return text


def find(text: str) -> list[tuple[int, int, str]]:
    """Where :func:`mask` would put a label, and where one stands already: (start, end, label).

    >>> find("gọi 0912345678 hoặc [email]")
    [(4, 14, '[số điện thoại]'), (20, 27, '[email]')]
    """
    found: list[tuple[int, int, str]] = []
    for label in LABELS:
        found += [(m.start(), m.end(), label) for m in re.finditer(re.escape(label), text)]
    for label, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            found.append((match.start(), match.end(), label))
            # Blanked like a label and not cut out, so that offsets stay and no later pattern looks inside.
            blank = "[" + "\0" * (match.end() - match.start() - 2) + "]"
            text = text[: match.start()] + blank + text[match.end() :]
    return sorted(found)
