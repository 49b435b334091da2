"""Word segmentation with terms of the field kept whole."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.text.segment import domain_terms, segment, spans
from assistant.text.unicode import clean, new_tone_style
from tests.text.strategies import vietnamese_words


def as_segmented(text):
    return new_tone_style(clean(text))


@pytest.mark.parametrize("term", domain_terms())
def test_terms_are_kept_whole(term):
    words = [word.lower() for word in segment(f"tôi hỏi {term}, cần gì")]
    assert any(new_tone_style(term) in word for word in words)


def test_terms_are_listed_longest_first():
    lengths = [len(term) for term in domain_terms()]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths


def test_own_terms_instead_of_the_listed_ones():
    assert "mang gì theo" in segment("cần mang gì theo", fixed_words=["mang gì theo"])


@pytest.mark.parametrize("term", ["a+b", "(x", "C++", "[đ]"])
def test_terms_are_text_and_not_patterns(term):
    assert segment("làm giấy khai sinh", fixed_words=[term])


@given(st.lists(vietnamese_words, min_size=1, max_size=6).map(" ".join))
@settings(max_examples=40)
def test_segmenting_loses_no_letter(text):
    joined = "".join(segment(text)).replace(" ", "")
    assert joined == as_segmented(text).replace(" ", "")


@given(
    st.lists(
        st.one_of(vietnamese_words, st.sampled_from(["giấy khai sinh", "sổ đỏ", ",", "?", "hoà giải"])), max_size=8
    )
)
@settings(max_examples=40)
def test_spans_point_at_the_words(parts):
    text = as_segmented(" ".join(parts))
    words = segment(text)
    found = spans(text, words)
    assert [text[start:end] for start, end in found] == words
    assert all(first[1] <= second[0] for first, second in pairwise(found))


def test_words_that_are_not_there_are_left_out():
    assert spans("làm giấy", ["làm", "khác", "giấy"]) == [(0, 3), (4, 8)]


def test_old_tone_style_is_read_as_new():
    assert "hòa giải" in segment("hoà giải đất đai")


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "\x00\x07"])
def test_nothing_to_segment(text):
    assert segment(text) == []


@pytest.mark.parametrize("text", ["👋👋", "?!...", "hello world", "привет", "<script>alert(1)</script>", "a" * 5_000])
def test_other_input_is_no_trouble(text):
    assert segment(text)


def test_ten_thousand_characters():
    words = segment("làm giấy khai sinh cho con " * 370)
    assert words.count("giấy khai sinh") == 370
