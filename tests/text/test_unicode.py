"""Unicode form, invisible characters and folding."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.text.unicode import clean, fold, has_diacritics, new_tone_style
from tests.text.strategies import CONTROL, INVISIBLE, VIETNAMESE, anything, vietnamese

OLD_AND_NEW = [
    ("hoà", "hòa"),
    ("hoá", "hóa"),
    ("hoả", "hỏa"),
    ("hoạ", "họa"),
    ("khoẻ", "khỏe"),
    ("thuỷ", "thủy"),
    ("tuỳ", "tùy"),
    ("huỷ", "hủy"),
    ("ĐỒNG HOÀ", "ĐỒNG HÒA"),
    ("Uỷ ban", "Ủy ban"),
]


class TestClean:
    @given(anything)
    def test_is_idempotent(self, text):
        assert clean(clean(text)) == clean(text)

    @given(anything)
    def test_gives_nfc(self, text):
        assert unicodedata.is_normalized("NFC", clean(text))

    @given(anything)
    def test_leaves_no_control_characters(self, text):
        assert not {unicodedata.category(char) for char in clean(text)} & {"Cc", "Cs", "Co", "Cn"}

    @given(anything)
    def test_leaves_single_spaces_between_words_only(self, text):
        assert clean(text) == " ".join(clean(text).split())

    @pytest.mark.parametrize("code", CONTROL)
    def test_controls_become_spaces(self, code):
        assert clean(f"khai{chr(code)}sinh") == "khai sinh"

    def test_no_invisible_character_is_left(self):
        left = [f"U+{code:04X}" for code in INVISIBLE if clean(f"khai{chr(code)}sinh") not in ("khaisinh", "khai sinh")]
        assert left == []

    @given(vietnamese)
    def test_decomposed_text_is_the_same_text(self, text):
        assert clean(unicodedata.normalize("NFD", text)) == clean(text)

    @given(vietnamese)
    def test_takes_nothing_but_spaces_from_vietnamese(self, text):
        assert clean(text).replace(" ", "") == text.replace(" ", "")

    @pytest.mark.parametrize("text", ["", " ", "\n\t", "\u200b", "\u202e\u2066", "\x00"])
    def test_nothing_stays_nothing(self, text):
        assert clean(text) == ""

    def test_emoji_stay(self):
        assert clean("chào 👋") == "chào 👋"

    def test_a_lone_half_of_a_pair_goes(self):
        assert clean("a\ud800b") == "a b"

    def test_ten_thousand_letters_are_no_trouble(self):
        assert clean("ạ" * 10_000) == "ạ" * 10_000


class TestFold:
    @given(anything)
    def test_is_idempotent(self, text):
        assert fold(fold(text)) == fold(text)

    @given(vietnamese)
    def test_vietnamese_becomes_ascii_of_the_same_length(self, text):
        assert fold(text).isascii()
        assert len(fold(text)) == len(text)

    @given(vietnamese)
    def test_does_not_depend_on_form_or_case(self, text):
        assert fold(unicodedata.normalize("NFD", text)) == fold(text)
        assert fold(text.upper()) == fold(text.lower())

    def test_every_vietnamese_letter_has_its_bare_letter(self):
        assert set(fold(VIETNAMESE)) == set("abcdeghiklmnopqrstuvxy")

    @pytest.mark.parametrize(
        ("text", "bare"), [("Đ", "d"), ("đ", "d"), ("Ữ", "u"), ("Nguyễn Thị Hường", "nguyen thi huong")]
    )
    def test_known_words(self, text, bare):
        assert fold(text) == bare


class TestHasDiacritics:
    @given(vietnamese)
    def test_folded_text_has_none(self, text):
        assert not has_diacritics(fold(text))

    @pytest.mark.parametrize(("text", "has"), [("khai sinh", False), ("KHAI SINH", False), ("đi", True), ("sổ", True)])
    def test_known_words(self, text, has):
        assert has_diacritics(text) is has


class TestNewToneStyle:
    @given(anything)
    @settings(max_examples=200)
    def test_keeps_length_and_fold(self, text):
        text = clean(text)
        assert len(new_tone_style(text)) == len(text)
        assert fold(new_tone_style(text)) == fold(text)

    @given(st.text(st.sampled_from("hqtkoueyaàáảãạòóỏõọùúủũụỳýỷỹỵèéẻẽẹ HQOUÀÁÒ"), max_size=20))
    def test_is_idempotent(self, text):
        assert new_tone_style(new_tone_style(text)) == new_tone_style(text)

    @pytest.mark.parametrize(("old", "new"), OLD_AND_NEW)
    def test_old_becomes_new(self, old, new):
        assert new_tone_style(old) == new

    @pytest.mark.parametrize(
        "text", [*(new for _, new in OLD_AND_NEW), "quý", "quỳ", "hoàn", "toán", "thuý kiều".upper()[-4:]]
    )
    def test_others_stay(self, text):
        assert new_tone_style(text) == text
