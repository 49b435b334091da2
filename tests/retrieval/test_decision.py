"""From a ranking to answer, clarify or none: the boundaries."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.decision import MAX_OPTIONS, Calibration, Verdict, decide, features, probability_of_some_entry
from assistant.retrieval.ranking import SIGNALS, Candidate


def candidate(code, probability, score=0.0, is_entry=True):
    return Candidate(code, is_entry, score, probability, dict.fromkeys(SIGNALS, 0.0))


FIRST_TWO = [candidate("a", 0.6), candidate("b", 0.3), candidate("c", 0.06), candidate("d", 0.03), candidate("e", 0.01)]
SIZE = len(features(FIRST_TWO))


def calibration(bias=0.0, **thresholds):
    """Thresholds, and a sureness of some entry that is always the logistic of ``bias``."""
    given_thresholds = {"some_entry": 0.5, "first_entry": 0.5, "clarify_share": 0.05} | thresholds
    return Calibration(weights=[1.0] * len(SIGNALS), coverage=[0.0] * SIZE, bias=bias, report={}, **given_thresholds)


class TestSomeEntry:
    def test_exactly_sure_enough_is_enough(self):
        assert decide(FIRST_TWO, calibration(0.0, some_entry=0.5)).verdict is Verdict.ANSWER

    def test_a_little_less_is_none(self):
        decision = decide(FIRST_TWO, calibration(-1e-6, some_entry=0.5))
        assert (decision.verdict, decision.codes) == (Verdict.NONE, [])

    def test_says_how_sure(self):
        assert decide(FIRST_TWO, calibration(1.5)).some_entry == pytest.approx(1 / (1 + math.exp(-1.5)))

    def test_grows_with_a_feature_that_speaks_for_it(self):
        better = [replace(FIRST_TWO[0], score=3.0), *FIRST_TWO[1:]]
        learned = replace(calibration(), coverage=[1.0] + [0.0] * (SIZE - 1))
        assert probability_of_some_entry(better, learned) > probability_of_some_entry(FIRST_TWO, learned)


class TestFirstEntry:
    def test_exactly_sure_enough_answers(self):
        decision = decide(FIRST_TWO, calibration(first_entry=0.6))
        assert (decision.verdict, decision.codes, decision.first_entry) == (Verdict.ANSWER, ["a"], 0.6)

    def test_a_little_less_asks_back(self):
        decision = decide(FIRST_TWO, calibration(first_entry=0.600001))
        assert (decision.verdict, decision.codes) == (Verdict.CLARIFY, ["a", "b", "c"])

    def test_exactly_the_share_is_offered(self):
        assert decide(FIRST_TWO, calibration(first_entry=0.9, clarify_share=0.3)).codes == ["a", "b"]

    def test_one_option_is_an_answer(self):
        decision = decide(FIRST_TWO, calibration(first_entry=0.9, clarify_share=0.31))
        assert (decision.verdict, decision.codes) == (Verdict.ANSWER, ["a"])

    def test_no_more_options_than_people_read(self):
        many = [candidate(str(i), 0.1) for i in range(10)]
        assert len(decide(many, calibration(first_entry=0.9)).codes) == MAX_OPTIONS

    def test_one_candidate_alone(self):
        assert decide(FIRST_TWO[:1], calibration(first_entry=0.9)).codes == ["a"]


class TestKnownByNameOnly:
    ranking = (candidate("x", 0.7, 2.0, is_entry=False), candidate("a", 0.2, 1.0), candidate("b", 0.1))

    def test_is_named_when_no_entry_is_meant(self):
        decision = decide(self.ranking, calibration(-3.0))
        assert (decision.verdict, decision.codes, decision.first_entry) == (Verdict.NONE, ["x"], 0.7)

    def test_is_never_an_answer_or_an_option(self):
        for first_entry in (0.1, 0.9):
            assert "x" not in decide(self.ranking, calibration(first_entry=first_entry)).codes

    def test_none_but_such(self):
        decision = decide(self.ranking[:1], calibration(3.0))
        assert (decision.verdict, decision.codes) == (Verdict.NONE, ["x"])


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=10),
    st.floats(-4, 4),
    st.floats(0.05, 0.95),
    st.floats(0.05, 0.95),
    st.floats(0.01, 0.3),
)
def test_codes_fit_the_verdict(shares, bias, some, first, share):
    ranking = [candidate(str(i), p) for i, p in enumerate(sorted(shares, reverse=True))]
    decision = decide(ranking, calibration(bias, some_entry=some, first_entry=first, clarify_share=share))
    sizes = {Verdict.NONE: {0}, Verdict.ANSWER: {1}, Verdict.CLARIFY: {2, 3, 4}}
    assert len(decision.codes) in sizes[decision.verdict]
    assert decision.codes == [c.code for c in ranking[: len(decision.codes)]]
