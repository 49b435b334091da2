"""Abbreviations and chat spellings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.segment import domain_terms
from assistant.text.spelling import expand, readings, short_forms
from assistant.text.unicode import fold
from tests.text.strategies import vietnamese

# What citizens type without diacritics. None of it is a short form, whatever it looks like.
BARE = [
    "lam so do lan dau",
    "so hong",
    "em oi cho hoi",
    "chi oi",
    "do mat giay",
    "bang lai bi hong",
    "dang ky tam tru",
    "con nho",
    "cap lai so do",
    "ho so gom nhung gi",
]
shorts_and_words = st.lists(
    st.one_of(st.sampled_from(sorted(short_forms())), st.sampled_from(["giấy", "ạ", "2026", ",", "?"])), max_size=8
).map(" ".join)


class TestExpand:
    @given(st.one_of(vietnamese, shorts_and_words))
    def test_a_second_time_changes_nothing(self, text):
        assert expand(expand(text)) == expand(text)

    @pytest.mark.parametrize(
        ("text", "full"),
        [
            ("ko bit lm gplx o dau", "không biết làm giấy phép lái xe o dau"),
            ("CCCD", "căn cước"),
            ("đkkh, cần j?", "đăng ký kết hôn, cần gì?"),
            ("bao nhiêuuuu", "bao nhiêu"),
            ("alooooo", "alo"),
        ],
    )
    def test_short_forms_are_written_out(self, text, full):
        assert expand(text) == full

    @pytest.mark.parametrize(
        "text",
        [
            "cà phê",
            "cả nhà",
            "mà",
            "hồ sơ",
            "sổ đỏ",
            "sổ hồng",
            "ơi",
            "hỏng",
            "đo đạc",
            "rời",
            "đỡ",
            "đủ",
            "sao",
            "kê khai",
        ],
    )
    def test_accented_words_are_never_touched(self, text):
        assert expand(text) == text

    @pytest.mark.parametrize("text", BARE)
    def test_words_typed_without_diacritics_are_never_touched(self, text):
        assert expand(text) == text

    def test_terms_typed_without_diacritics_are_never_touched(self):
        changed = {term: expand(fold(term)) for term in domain_terms() if expand(fold(term)) != fold(term)}
        assert changed == {}

    @pytest.mark.parametrize("text", ["nhà ở riêng lẻ cấp III", "công trình cấp III, IV", "www.dichvucong.gov.vn"])
    def test_roman_numerals_and_addresses_are_not_stretched_words(self, text):
        assert expand(text) == text

    @pytest.mark.parametrize("text", ["đk", "cc", "tt", "hs", "đi ca đêm"])
    def test_ambiguous_short_forms_stay(self, text):
        assert expand(text) == text

    @given(st.text("0123456789 .,-", max_size=30))
    def test_numbers_stay(self, text):
        assert expand(text) == text

    def test_words_glued_to_digits_or_marks(self):
        assert expand("(cccd)") == "(căn cước)"
        assert expand("cccd12") == "cccd12"


class TestReadings:
    def test_all_in_order(self):
        assert readings("đổi cc ở tp") == ["căn cước", "công chứng", "thành phố"]

    def test_bare_form_is_known_too(self):
        assert {"đăng ký", "điều kiện"} <= set(readings("dk")) == set(readings("DK"))

    @pytest.mark.parametrize("text", ["", "cà phê", "giấy khai sinh", "?!", "123"])
    def test_none_for_other_words(self, text):
        assert readings(text) == []


class TestShortForms:
    def test_a_form_with_several_meanings_is_not_among_those_with_one(self):
        assert [form for form in short_forms() if readings(form)] == []

    def test_changing_the_answer_changes_nothing_for_others(self):
        short_forms().clear()
        assert short_forms()
