import unicodedata

import pytest
from hypothesis import given

from assistant.nlu.alignment import align
from assistant.nlu.words import syllables, words
from assistant.text.mask import mask
from assistant.text.spelling import expand
from assistant.text.unicode import clean, fold
from tests.text.strategies import anything, vietnamese


def lemmas(text):
    return [word.lemma for word in words(text)]


def surfaces(text):
    return [text[word.start : word.end] for word in words(text)]


def test_domain_terms_stay_whole():
    assert surfaces("làm giấy khai sinh cho con") == ["làm", "giấy khai sinh", "cho", "con"]


def test_places_hold_where_underthesea_rewrites_the_text():
    assert surfaces("tổ hoà giải  ở\nxã") == ["tổ", "hoà giải", "ở", "xã"]


@pytest.mark.parametrize(
    "spelling",
    [
        "Không biết đăng ký khai sinh",
        "khong biet dang ky khai sinh",
        "KO BÍT ĐKY khai sinh",
        unicodedata.normalize("NFD", "Không biết đăng ký khai sinh"),
        "Không​ biết\t đăng ký khai sinh",
    ],
)
def test_every_spelling_has_the_same_lemmas(spelling):
    assert " ".join(lemmas(spelling)) == "khong biet dang ky khai sinh"


def test_a_personal_number_is_one_token_of_its_kind():
    assert surfaces("sđt 0912 345 678 nha") == ["sđt", "0912 345 678", "nha"]
    assert lemmas("0912 345 678") == ["so_dien_thoai"]
    assert lemmas("H24.15.03-261008-0975") == lemmas("[mã hồ sơ]") == ["ma_ho_so"]


def test_an_abbreviation_is_one_token_with_all_its_words():
    assert surfaces("làm gcnqsdđ") == ["làm", "gcnqsdđ"]
    assert lemmas("làm gcnqsdđ")[1] == "giay chung nhan quyen su dung dat"


def test_runs_of_letters_and_digits_are_not_cut():
    assert lemmas("mất 50k hả") == ["mat", "50k", "ha"]


def test_syllables_are_what_phrases_are_matched_by():
    assert [s.lemma for s in syllables("Giấy khai sinh, GPLX")] == ["giay", "khai", "sinh", ",", "giay phep lai xe"]


@pytest.mark.parametrize("text", ["   ", "​", "\x07", "\n", "️"])
def test_a_text_with_nothing_in_it_is_still_one_token(text):
    assert surfaces(text) == [text]


def test_no_text_no_token():
    assert words("") == ()


@pytest.mark.parametrize("unit", ["xin chào ", "a", "👍", "👍🏽", ".-", "1 ", "H24.", "à", "[", "​"])
def test_ten_thousand_characters(unit):
    text = (unit * 10_000)[:10_000]
    found = words(text)
    assert found
    assert found[-1].end <= len(text)


@given(anything)
def test_tokens_stand_in_order_and_do_not_overlap(text):
    for cut in (words, syllables):
        found = cut(text)
        assert bool(found) == bool(text)
        assert all(0 <= word.start < word.end <= len(text) for word in found)
        assert all(left.end <= right.start for left, right in zip(found, found[1:], strict=False))
        assert all(word.lemma for word in found)


@given(anything)
def test_nothing_visible_is_lost(text):
    if clean(text):
        kept = clean("".join(text[word.start : word.end] for word in words(text)))
        assert kept.replace(" ", "") == clean(text).replace(" ", "")


@given(vietnamese)
def test_lemmas_are_the_one_spelling_of_the_whole_text(text):
    if clean(text) and mask(text) == text:
        whole = fold(expand(clean(text)))
        assert "".join(lemmas(text)).replace(" ", "") == whole.replace(" ", "")


@given(vietnamese)
def test_decomposed_text_has_the_same_lemmas(text):
    if clean(text):
        assert lemmas(unicodedata.normalize("NFD", text)) == lemmas(unicodedata.normalize("NFC", text))


@given(anything)
def test_every_visible_character_has_an_origin(text):
    cleaned, origins = align(text)
    visible = cleaned.replace(" ", "")
    assert len(origins) == len(visible)
    for char, (start, end) in zip(visible, origins, strict=True):
        assert char in clean(text[start:end])


def test_composition_across_characters_is_aligned_by_runs():
    text = "a \u1112\u1161\u11ab b"
    cleaned, origins = align(text)
    assert cleaned == "a \ud55c b"
    assert [text[start:end] for start, end in origins] == ["a", "\u1112\u1161\u11ab", "b"]
