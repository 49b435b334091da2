"""Putting diacritics back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval import restore
from assistant.text.unicode import fold
from tests.text.strategies import vietnamese

SENTENCES = [
    "làm giấy khai sinh cho con cần giấy tờ gì",
    "đăng ký khai sinh ở đâu",
    "đổi giấy phép lái xe hết hạn",
    "cấp lại sổ đỏ bị mất",
    "đăng ký tạm trú mất bao nhiêu tiền",
]


@pytest.fixture(scope="module")
def restorer():
    return restore.train(SENTENCES)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_known_sentences_come_back(restorer, sentence):
    assert restorer.restore(fold(sentence)) == sentence


def test_neighbours_decide_between_two_forms():
    restorer = restore.train(["con bò ăn cỏ", "con bò ăn cỏ", "bố mẹ đi làm"])
    assert restorer.restore("con bo an co") == "con bò ăn cỏ"
    assert restorer.restore("bo me di lam") == "bố mẹ đi làm"


@given(vietnamese)
def test_only_diacritics_and_case_change(text):
    restored = _trained().restore(text)
    assert fold(restored) == fold(text)
    assert len(restored) == len(text)


@given(st.text("àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệ ,.?!123", max_size=30))
def test_syllables_with_diacritics_stay(text):
    assert _trained().restore(text) == text


@given(vietnamese)
def test_a_second_time_changes_nothing_that_was_restored(text):
    restored = _trained().restore(text)
    once_more = _trained().restore(restored)
    assert fold(once_more) == fold(restored)


@pytest.mark.parametrize("text", ["", "123", "?!", "👋", "hello world", "<b>"])
def test_other_text_is_left(restorer, text):
    assert restorer.restore(text) == text


def test_given_scores_help_only_known_syllables():
    restorer = restore.train(SENTENCES, scores={"giây": -1.0, "zzz": -0.1})
    assert restorer.restore("giay to") == "giấy tờ"


def test_ten_thousand_letters_are_no_trouble(restorer):
    text = "dang ky khai sinh o dau " * 420
    assert restorer.restore(text).startswith("đăng ký khai sinh ở đâu")


def test_the_dictionary_is_there():
    words = restore.dictionary()
    assert len(words) > 50_000
    assert "giấy khai sinh" in words


def _trained(made=[]):  # noqa: B006 - trained once for all examples
    if not made:
        made.append(restore.train(SENTENCES))
    return made[0]
