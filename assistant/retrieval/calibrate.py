"""Learning fusion weights and decision thresholds from labelled questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sklearn.linear_model import LogisticRegression

from assistant.retrieval.decision import Calibration, Decision, Verdict, decide, features
from assistant.retrieval.questions import Question
from assistant.retrieval.ranking import Candidate, Ranker, Signals, learn_weights

# What an outcome is worth to the person asking. A wrong answer sends someone on a useless trip;
# asking back costs a message; saying "I don't know" to a question we could answer costs the visit.
_RIGHT, _ASKED_RIGHT, _ASKED_WRONG, _WRONG, _REFUSED = 1.0, 0.45, -0.5, -1.0, -0.7
_ABSTAINED_RIGHT, _ASKED_NOTHING, _INVENTED = 1.0, -0.4, -1.5

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Row:
    question: Question
    right: frozenset[str]
    signals: Signals


def calibrate(
    ranker: Ranker,
    questions: Sequence[Question],
    canonical: dict[str, str],
    progress: Progress = lambda done, total: None,
) -> Calibration:
    """Learn from questions, some of which have no right entry.

    Args:
        ranker: the index to calibrate.
        questions: labelled rows, of both kinds.
        canonical: from any accepted code to the code of the entry that holds it.
        progress: told how many questions are done, of how many.
    """
    rows: list[_Row] = []
    for number, question in enumerate(questions, 1):
        right = frozenset(canonical.get(code, code) for code in question.procedures)
        rows.append(_Row(question, right, ranker.signals(question.question)))
        if number % 50 == 0 or number == len(questions):
            progress(number, len(questions))
    codes = np.array(ranker.codes)
    weights = learn_weights((row.signals, np.isin(codes, list(row.right))) for row in rows if row.right)
    rankings = [ranker.ranked(row.signals, weights) for row in rows]
    coverage = LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000)
    coverage.fit([features(r) for r in rankings], [bool(row.right) for row in rows])
    rough = Calibration(
        weights=[float(w) for w in weights],
        coverage=[float(c) for c in coverage.coef_[0]],
        bias=float(coverage.intercept_[0]),
        some_entry=0.5,
        first_entry=0.5,
        clarify_share=0.05,
        report={},
    )
    best = _best_thresholds(rough, rankings, rows)
    return replace(best, report=_report(best, rankings, rows))


def _best_thresholds(rough: Calibration, rankings: Sequence[Sequence[Candidate]], rows: Sequence[_Row]) -> Calibration:
    def gain(candidate: Calibration) -> float:
        return sum(_worth(decide(ranking, candidate), row.right) for ranking, row in zip(rankings, rows, strict=True))

    grid = (
        replace(rough, some_entry=some, first_entry=first, clarify_share=share)
        for some in np.round(np.arange(0.05, 0.96, 0.05), 2).tolist()
        for first in np.round(np.arange(0.3, 0.96, 0.05), 2).tolist()
        for share in (0.05, 0.1, 0.15)
    )
    return max(grid, key=gain)


def _worth(decision: Decision, right: frozenset[str]) -> float:
    hit = bool(right.intersection(decision.codes))
    match decision.verdict:
        case Verdict.NONE:
            return _REFUSED if right else _ABSTAINED_RIGHT
        case Verdict.CLARIFY:
            return (_ASKED_RIGHT if hit else _ASKED_WRONG) if right else _ASKED_NOTHING
        case Verdict.ANSWER:
            return (_RIGHT if hit else _WRONG) if right else _INVENTED


def _share(hits: list[bool]) -> float:
    return round(sum(hits) / max(len(hits), 1), 4)


def _first(ranking: Sequence[Candidate]) -> str | None:
    return next((c.code for c in ranking if c.is_entry), None)


def _report(
    calibration: Calibration, rankings: Sequence[Sequence[Candidate]], rows: Sequence[_Row]
) -> dict[str, float]:
    decisions = [decide(ranking, calibration) for ranking in rankings]
    answerable = [(d, r, row.right) for d, r, row in zip(decisions, rankings, rows, strict=True) if row.right]
    others = [d for d, row in zip(decisions, rows, strict=True) if not row.right]
    return {
        "questions": len(rows),
        "hit@1": _share([_first(r) in right for _, r, right in answerable]),
        "answered": _share([d.verdict is Verdict.ANSWER for d, _, _ in answerable]),
        "asked_back": _share([d.verdict is Verdict.CLARIFY for d, _, _ in answerable]),
        "wrongly_refused": _share([d.verdict is Verdict.NONE for d, _, _ in answerable]),
        "false_answers": _share([d.verdict is Verdict.ANSWER for d in others]),
    }
