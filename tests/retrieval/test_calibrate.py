"""Learning weights and thresholds from labelled questions."""

import numpy as np
import pytest

from assistant.retrieval import index
from assistant.retrieval.calibrate import calibrate
from assistant.retrieval.decision import Verdict, decide
from tests.doubles import HashedEncoder
from tests.retrieval.conftest import QUESTIONS


@pytest.fixture(scope="module")
def learned(ready):
    opened = index.open_current(ready.one, HashedEncoder())
    told = []
    calibration = calibrate(opened.ranker, QUESTIONS, opened.knowledge.canonical, lambda *step: told.append(step))
    return opened, calibration, told


def test_what_it_was_taught_it_answers(learned):
    opened, calibration, _ = learned
    for question in QUESTIONS:
        ranking = opened.ranker.rank(question.question, np.array(calibration.weights))
        decision = decide(ranking, calibration)
        if question.procedures:
            assert set(decision.codes) & question.procedures
        else:
            assert decision.verdict is not Verdict.ANSWER


def test_the_report_counts_the_questions(learned):
    report = learned[1].report
    assert report["questions"] == len(QUESTIONS)
    assert report["hit@1"] == 1.0
    assert report["false_answers"] == 0.0
    assert report["answered"] + report["asked_back"] + report["wrongly_refused"] == pytest.approx(1)


def test_the_thresholds_are_shares(learned):
    calibration = learned[1]
    for threshold in (calibration.some_entry, calibration.first_entry, calibration.clarify_share):
        assert 0 < threshold < 1
    assert all(weight >= 0 for weight in calibration.weights)


def test_progress_ends_with_all(learned):
    assert learned[2][-1] == (len(QUESTIONS), len(QUESTIONS))


def test_the_same_questions_teach_the_same(learned):
    opened, calibration, _ = learned
    assert calibrate(opened.ranker, QUESTIONS, opened.knowledge.canonical) == calibration
