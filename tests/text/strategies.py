"""Text as citizens may type it, for hypothesis."""

import unicodedata

from hypothesis import strategies as st

_BASES = "aăâeêioôơuưy"
_TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
_LOWER = [unicodedata.normalize("NFC", base + tone) for base in _BASES for tone in _TONES] + list("bcdđghklmnpqrstvx")
VIETNAMESE = "".join(_LOWER) + "".join(letter.upper() for letter in _LOWER)

# Code points that show nothing, by the Unicode property Default_Ignorable_Code_Point, and the
# controls. Text can be smuggled past a filter in any of them.
INVISIBLE = [
    *(0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFEFF, 0xFFA0),
    *range(0x180B, 0x1810),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
    *range(0xFFF0, 0xFFF9),
    *range(0x1BCA0, 0x1BCA4),
    *range(0x1D173, 0x1D17B),
    *range(0xE0000, 0xE1000),
]
CONTROL = [*range(0x20), *range(0x7F, 0xA0)]

vietnamese = st.text(st.sampled_from(VIETNAMESE + " .,?-0123456789"), max_size=60)
vietnamese_words = st.text(st.sampled_from(VIETNAMESE), min_size=1, max_size=8)
anything = st.one_of(
    vietnamese,
    vietnamese.map(lambda text: unicodedata.normalize("NFD", text)),
    st.text(max_size=60),
    st.text(st.sampled_from([chr(c) for c in INVISIBLE[:60] + CONTROL] + list("aàđ \u0301\u0323")), max_size=30),
)
