"""Search by words."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.lexical import Bm25, CharNgrams, best_of, folded, query_tokens, tokens
from assistant.retrieval.views import Kind, View
from assistant.text.unicode import fold
from tests.text.strategies import anything, vietnamese, vietnamese_words

VIEWS = [
    View("a", Kind.NAME, "Đăng ký khai sinh"),
    View("a", Kind.EXAMPLE, "làm giấy khai sinh cho bé"),
    View("b", Kind.NAME, "Đăng ký khai tử"),
    View("c", Kind.NAME, "Đổi giấy phép lái xe"),
    View("c", Kind.WORD, "đổi bằng lái"),
]
CODES = ["a", "b", "c"]


class TestTokens:
    @given(anything)
    def test_are_bare_letters_and_digits(self, text):
        assert all(token.replace("_", "").isalnum() and token.isascii() for token in tokens(text))

    @given(st.lists(vietnamese_words, max_size=6))
    def test_n_syllables_give_n_minus_one_pairs(self, words):
        found = tokens(" ".join(words))
        pairs = [token for token in found if "_" in token]
        singles = [token for token in found if "_" not in token]
        assert len(pairs) == max(0, len(singles) - 1)
        assert pairs == [f"{a}_{b}" for a, b in zip(singles, singles[1:], strict=False)]

    @given(vietnamese)
    def test_diacritics_and_case_make_no_difference_to_words_in_full(self, text):
        text = " ".join(word for word in text.split() if len(word) > 5 and not re.search(r"(.)\1", fold(word)))
        assert tokens(text) == tokens(fold(text)) == tokens(text.upper())

    @given(anything)
    def test_a_query_has_them_and_maybe_more(self, text):
        assert query_tokens(text)[: len(tokens(text))] == tokens(text)

    def test_a_query_has_every_reading_of_a_short_form(self):
        assert {"can_cuoc", "cong_chung"} <= set(query_tokens("đổi cc"))

    @pytest.mark.parametrize("text", ["", "?!", "👋", "\u200b"])
    def test_nothing_to_search_for(self, text):
        assert tokens(text) == []


@pytest.mark.parametrize("search", [Bm25, CharNgrams])
class TestScores:
    @given(text=st.one_of(anything, st.sampled_from(["khai sinh", "đổi bằng lái xe", "doi bang lai"])))
    def test_one_number_each_and_none_below_zero(self, search, text):
        scores = _built(search).scores(text)
        assert scores.shape == (3,)
        assert np.isfinite(scores).all()
        assert (scores >= 0).all()

    @pytest.mark.parametrize(("text", "code"), [("khai sinh", "a"), ("khai tử ở đâu", "b"), ("đổi bằng lái", "c")])
    def test_the_entry_with_the_words_is_first(self, search, text, code):
        assert CODES[int(np.argmax(_built(search).scores(text)))] == code

    @pytest.mark.parametrize("text", ["giấy khai sinh", "Đổi giấy phép lái xe", "khai tử"])
    def test_bare_letters_score_the_same(self, search, text):
        np.testing.assert_allclose(_built(search).scores(text), _built(search).scores(fold(text)))

    def test_nothing_scores_nothing(self, search):
        assert not _built(search).scores("").any()


def _built(search, made={}):  # noqa: B006 - built once for all examples
    if search not in made:
        made[search] = search(VIEWS, CODES)
    return made[search]


@given(anything)
def test_folded_text_is_folded(text):
    assert fold(folded(text)) == folded(text)


def test_best_of_each_owner():
    values = np.array([0.1, 0.7, 0.3, 0.2], np.float32)
    np.testing.assert_allclose(best_of(values, np.array([0, 0, 2, 2]), 3), [0.7, 0, 0.3])
