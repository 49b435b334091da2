"""The numbers of an evaluation, worked out by hand beside the code."""

import pytest

from assistant.knowledge.model import Aspect
from assistant.retrieval.evaluate import Answer, evaluate, timed
from assistant.retrieval.questions import Question

CANONICAL = {"1.000001": "1.000001", "9.000001": "1.000001", "1.000002": "1.000002"}
CASES = [
    # accepted code first: hit@1, reciprocal rank 1, right aspect
    (
        Question("a", frozenset({"1.000001"}), Aspect.FEE, "plain", "a"),
        Answer(["1.000001"], Aspect.FEE, "answered", 10, ["1.000002"]),
    ),
    # second: hit@3, 1/2; wrong aspect
    (
        Question("b", frozenset({"1.000001"}), Aspect.FEE, "plain", "b"),
        Answer(["1.000002", "1.000001"], Aspect.TIME, "clarify", 20, ["1.000002", "1.000003", "1.000001"]),
    ),
    # fourth: hit@5, 1/4; no aspect labelled
    (
        Question("c", frozenset({"1.000002"}), None, "plain", "c"),
        Answer(["x", "y", "z", "1.000002"], Aspect.FEE, "answered", 30, ["1.000002"]),
    ),
    # another code of the same entry counts; a refusal
    (
        Question("d", frozenset({"9.000001"}), Aspect.TIME, "typos", "d"),
        Answer(["1.000001"], Aspect.TIME, "no_entry", 40, []),
    ),
    # not found
    (Question("e", frozenset({"1.000002"}), Aspect.TIME, "typos", "e"), Answer([], None, "smalltalk", 50, [])),
    # must not be answered: one is
    (Question("f", frozenset(), None, "plain", "f"), Answer(["1.000001"], Aspect.FEE, "answered", 60, [])),
    (Question("g", frozenset(), None, "plain", "g"), Answer([], None, "no_entry", 70, [])),
    (Question("h", frozenset(), None, "plain", "h"), Answer(["1.000001"], None, "clarify", 80, [])),
    (Question("i", frozenset(), None, "plain", "i"), Answer([], None, "out_of_scope", 90, [])),
]


@pytest.fixture(scope="module")
def result():
    answers = {question.question: answer for question, answer in CASES}
    return evaluate([question for question, _ in CASES], answers.__getitem__, CANONICAL)


def test_by_variant(result):
    assert result["by_variant"]["plain"] == {
        "n": 3,
        "hit@1": pytest.approx(1 / 3, abs=1e-4),
        "hit@3": pytest.approx(2 / 3, abs=1e-4),
        "hit@5": 1.0,
        "mrr": pytest.approx((1 + 1 / 2 + 1 / 4) / 3, abs=1e-4),
        "aspect": 0.5,
    }
    assert result["by_variant"]["typos"] == {
        "n": 2,
        "hit@1": 0.5,
        "hit@3": 0.5,
        "hit@5": 0.5,
        "mrr": 0.5,
        "aspect": 0.5,
    }
    assert set(result["by_variant"]) == {"plain", "typos"}


def test_overall(result):
    assert result["overall"] == {
        "n": 5,
        "hit@1": 0.4,
        "hit@3": 0.6,
        "hit@5": 0.8,
        "mrr": pytest.approx((1 + 1 / 2 + 1 / 4 + 1) / 5, abs=1e-4),
        "aspect": 0.5,
    }


def test_false_answers_and_refusals(result):
    assert result["false_answers"] == 0.25
    assert result["wrongly_refused"] == 0.4
    assert result["asked_back"] == 0.2
    assert result["not_answerable"] == 4


def test_the_rival_on_the_same_questions(result):
    rival = result["bm25"]["by_variant"]
    assert (rival["plain"]["n"], rival["plain"]["hit@1"]) == (3, pytest.approx(1 / 3, abs=1e-4))
    assert rival["plain"]["hit@3"] == pytest.approx(2 / 3, abs=1e-4)
    assert rival["plain"]["mrr"] == pytest.approx((0 + 1 / 3 + 1) / 3, abs=1e-4)
    assert rival["typos"]["hit@5"] == 0.0


def test_misses_are_listed(result):
    assert [miss["id"] for miss in result["misses"]] == ["b", "c", "e"]
    assert result["misses"][0]["expected"] == ["1.000001"]
    assert [row["id"] for row in result["false"]] == ["f"]


def test_percentiles():
    rows = [Question(str(n), frozenset()) for n in range(1, 101)]
    result = evaluate(rows, lambda text: Answer([], None, "no_entry", float(text)), {})
    assert result["latency_ms"]["p50"] == pytest.approx(50.5)
    assert 95 <= result["latency_ms"]["p95"] <= 96


def test_one_question():
    result = evaluate([Question("x", frozenset())], lambda text: Answer([], None, "no_entry", 7.0), {})
    assert result["latency_ms"] == {"p50": 7.0, "p95": 7.0}
    assert result["false_answers"] == 0.0
    assert result["wrongly_refused"] is None
    assert result["overall"]["n"] == 0
    assert result["overall"]["mrr"] is None
    assert result["bm25"]["by_variant"] == {}


def test_progress_is_told():
    told = []
    answers = {question.question: answer for question, answer in CASES}
    evaluate([q for q, _ in CASES], answers.__getitem__, CANONICAL, lambda *step: told.append(step))
    assert told[-1] == (len(CASES), len(CASES))


def test_time_is_that_of_the_answer_alone():
    import time

    answerer = timed(lambda text: (["a"], None, "answered"), lambda text: time.sleep(0.05) or ["b"] * 9)
    answer = answerer("x")
    assert answer.milliseconds < 40
    assert answer.rival == ["b"] * 5
    assert (answer.ranking, answer.outcome) == (["a"], "answered")
