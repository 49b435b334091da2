"""Ranking: four signals, learned weights."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from assistant.knowledge.model import OtherProcedure
from assistant.retrieval import index
from assistant.retrieval.ranking import SIGNALS, learn_weights, softmax, standardised
from assistant.retrieval.views import Kind, all_views, views_of
from assistant.text.unicode import fold
from tests.doubles import HashedEncoder

WEIGHTS = np.ones(len(SIGNALS))
PAIRS = [
    ("Tôi muốn đăng ký khai sinh cho cháu", "1.001193"),
    ("Đăng ký khai tử ở đâu", "1.000656"),
    ("Đổi giấy phép lái xe hết hạn", "3.000347"),
    ("Báo tạm trú phòng trọ", "1.004194"),
]
finite = st.floats(-5, 5, width=32)


@pytest.fixture(scope="module")
def ranker(ready):
    return index.open_current(ready.one, HashedEncoder()).ranker


class TestRank:
    @pytest.mark.parametrize(("text", "code"), PAIRS)
    def test_the_right_entry_is_first(self, ranker, text, code):
        assert ranker.rank(text, WEIGHTS)[0].code == code

    @pytest.mark.parametrize(("text", "code"), PAIRS)
    def test_so_it_is_without_diacritics(self, ranker, text, code):
        accented = [candidate.code for candidate in ranker.rank(text, WEIGHTS)]
        bare = [candidate.code for candidate in ranker.rank(fold(text), WEIGHTS)]
        assert bare[0] == accented[0] == code
        # Searching by words sees no difference; the encoder sees one that the restorer makes small.
        by_words = [SIGNALS.index(name) for name in ("bm25", "char", "phrase")]
        signals, bare_signals = ranker.signals(text), ranker.signals(fold(text))
        np.testing.assert_allclose(bare_signals[:, by_words], signals[:, by_words], atol=1e-5)
        np.testing.assert_allclose(bare_signals, signals, atol=0.1)

    def test_decomposed_text_is_the_same_text(self, ranker):
        import unicodedata

        text = PAIRS[0][0]
        np.testing.assert_array_equal(ranker.signals(unicodedata.normalize("NFD", text)), ranker.signals(text))

    @pytest.mark.parametrize(
        "text", ["", "?", "👋👋", "hello", "привет", "<script>", "a" * 10_000, "khai sinh " * 1_000]
    )
    def test_any_text_gives_finite_signals(self, ranker, text):
        signals = ranker.signals(text)
        assert signals.shape == (4, len(SIGNALS))
        assert np.isfinite(signals).all()

    def test_shares_add_up_and_fall(self, ranker):
        candidates = ranker.rank("đăng ký khai sinh", WEIGHTS)
        shares = [candidate.probability for candidate in candidates]
        assert sum(shares) == pytest.approx(1)
        assert shares == sorted(shares, reverse=True)
        assert {name for c in candidates for name in c.signals} == set(SIGNALS)

    def test_no_more_than_asked_for(self, ranker):
        assert len(ranker.rank("đăng ký", WEIGHTS, most=2)) == 2

    def test_bm25_alone_ranks_all(self, ranker):
        ranked = ranker.bm25("khai tử cho ông")
        assert ranked[0] == "1.000656"
        assert sorted(ranked) == sorted(ranker.codes)

    def test_a_procedure_known_by_name_is_found_and_marked(self, workshop):
        from assistant.knowledge import store

        known = store.load(workshop.knowledge)
        known.others["9.000001"] = OtherProcedure(
            code="9.000001", name="Cấp phép bay diều", words=["bay diều"], portal_url="https://x"
        )
        known.version = "other"
        workshop.build(known=known)
        first = workshop.open().ranker.rank("xin phép bay diều", WEIGHTS)[0]
        assert (first.code, first.is_entry) == ("9.000001", False)


class TestLearnWeights:
    def rows(self, informative, questions=60, entries=8):
        generator = np.random.default_rng(7)
        for _ in range(questions):
            signals = generator.random((entries, len(SIGNALS))).astype(np.float32)
            right = np.zeros(entries, bool)
            right[generator.integers(entries)] = True
            signals[right, informative] += 1.5
            yield signals, right

    @pytest.mark.parametrize("informative", range(len(SIGNALS)))
    def test_the_signal_that_knows_weighs_most(self, informative):
        weights = learn_weights(self.rows(informative))
        assert np.argmax(weights) == informative
        assert weights[informative] > 3 * np.delete(weights, informative).max()

    def test_no_weight_is_below_zero(self):
        rows = [(-signals, right) for signals, right in self.rows(0)]
        assert (learn_weights(rows) >= 0).all()

    def test_rows_without_a_right_entry_say_nothing(self):
        rows = list(self.rows(1))
        useless = [(signals, np.zeros(len(right), bool)) for signals, right in rows]
        np.testing.assert_allclose(learn_weights(rows + useless), learn_weights(rows))

    def test_a_stronger_pull_draws_the_weights_towards_one(self):
        rows = list(self.rows(2))
        far, near = (np.abs(learn_weights(rows, pull=pull) - 1).max() for pull in (0.05, 50))
        assert near < far


class TestNumbers:
    @given(arrays.arrays(np.float64, st.integers(1, 20), elements=st.floats(-500, 500)))
    def test_softmax_gives_shares(self, values):
        shares = softmax(values)
        assert shares.sum() == pytest.approx(1)
        assert (shares >= 0).all()
        assert np.argmax(shares) == np.argmax(values) or shares.max() == pytest.approx(shares[np.argmax(values)])

    @given(arrays.arrays(np.float32, st.tuples(st.integers(1, 12), st.just(4)), elements=finite))
    def test_standardising_keeps_the_order(self, signals):
        result = standardised(signals)
        assert np.isfinite(result).all()
        spread = signals.std(axis=0) > 1e-3
        np.testing.assert_allclose(result.mean(axis=0)[spread], 0, atol=1e-2)
        for column, before in zip(result.T, signals.T, strict=True):
            assert (np.diff(column[np.argsort(before, kind="stable")]) >= -1e-6).all()


class TestViews:
    def test_every_text_of_an_entry(self, shipped):
        procedure = shipped.procedures["1.001193"]
        views = list(views_of(procedure))
        assert views[0].text == procedure.name
        assert {v.kind for v in views} == set(Kind)
        assert {v.text for v in views} >= {*procedure.citizen_words, *procedure.examples, procedure.purpose}
        assert {v.code for v in views} == {"1.001193"}

    def test_every_entry_has_one(self, shipped):
        assert {v.code for v in all_views(shipped)} == {*shipped.procedures, *shipped.others}

    def test_the_note_for_clerks_is_none(self, shipped):
        texts = " ".join(v.text for v in all_views(shipped))
        assert all(p.clerk_note not in texts for p in shipped.procedures.values() if p.clerk_note)
