"""Scoring answers to labelled questions, with BM25 on the same data beside."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.knowledge.model import Aspect
from assistant.retrieval.questions import Question

REFUSALS = frozenset({"no_entry", "out_of_scope", "refused", "smalltalk", "error"})
_CUTS = (1, 3, 5)


@dataclass(frozen=True)
class Answer:
    """What a system made of one question: codes best first, its first aspect, its outcome."""

    ranking: Sequence[str]
    aspect: Aspect | None
    outcome: str
    milliseconds: float
    rival: Sequence[str] = field(default=())


Answerer = Callable[[str], Answer]


def evaluate(
    questions: Sequence[Question],
    answerer: Answerer,
    canonical: Mapping[str, str],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, Any]:
    """Ask every question and report.

    Args:
        questions: labelled rows; those without accepted codes must not be answered.
        answerer: the system under test.
        canonical: from any known code to the code of the entry that holds it.
        progress: told how many questions are done, of how many.

    Returns:
        Scores by variant and overall, shares of false answers and wrong refusals (0 to 1),
        latency in milliseconds, BM25's scores, and the missed questions.
    """
    rows: list[tuple[Question, Answer]] = []
    for number, question in enumerate(questions, 1):
        rows.append((question, answerer(question.question)))
        progress(number, len(questions))
    answerable = [(q, a) for q, a in rows if q.procedures]
    others = [(q, a) for q, a in rows if not q.procedures]
    times = sorted(answer.milliseconds for _, answer in rows)
    has_rival = any(answer.rival for _, answer in rows)
    return {
        "by_variant": _by_variant(answerable, canonical, rival=False),
        "overall": _scores(answerable, canonical, rival=False),
        "false_answers": _share([a.outcome == "answered" for _, a in others]),
        "wrongly_refused": _share([a.outcome in REFUSALS for _, a in answerable]),
        "asked_back": _share([a.outcome == "clarify" for _, a in answerable]),
        "not_answerable": len(others),
        "latency_ms": {"p50": round(statistics.median(times), 2), "p95": round(_percentile(times, 0.95), 2)},
        "bm25": {"by_variant": _by_variant(answerable, canonical, rival=True) if has_rival else {}},
        "misses": [_miss(q, a) for q, a in answerable if _rank(q, a.ranking, canonical) != 1],
        "false": [_miss(q, a) for q, a in others if a.outcome == "answered"],
    }


def timed(
    answer: Callable[[str], tuple[Sequence[str], Aspect | None, str]], rival: Callable[[str], Sequence[str]]
) -> Answerer:
    """An :data:`Answerer` from a function; the rival's time is not counted."""

    def run(text: str) -> Answer:
        start = time.perf_counter()
        ranking, aspect, outcome = answer(text)
        milliseconds = (time.perf_counter() - start) * 1000
        return Answer(ranking, aspect, outcome, milliseconds, rival(text)[: max(_CUTS)])

    return run


def _by_variant(rows: Sequence[tuple[Question, Answer]], canonical: Mapping[str, str], rival: bool) -> dict[str, Any]:
    groups: dict[str, list[tuple[Question, Answer]]] = defaultdict(list)
    for question, answer in rows:
        groups[question.variant].append((question, answer))
    return {variant: _scores(group, canonical, rival) for variant, group in sorted(groups.items())}


def _scores(rows: Sequence[tuple[Question, Answer]], canonical: Mapping[str, str], rival: bool) -> dict[str, Any]:
    ranks = [_rank(q, a.rival if rival else a.ranking, canonical) for q, a in rows]
    scores: dict[str, Any] = {"n": len(rows)}
    scores |= {f"hit@{cut}": _share([0 < rank <= cut for rank in ranks]) for cut in _CUTS}
    scores["mrr"] = round(statistics.fmean(1 / rank if rank else 0.0 for rank in ranks), 4) if ranks else None
    if not rival:
        labelled = [(q, a) for q, a in rows if q.aspect]
        scores["aspect"] = _share([q.aspect == a.aspect for q, a in labelled])
    return scores


def _rank(question: Question, ranking: Sequence[str], canonical: Mapping[str, str]) -> int:
    """Place (from 1) of the first accepted code in ``ranking``; 0 if there is none."""
    accepted = {canonical.get(code, code) for code in question.procedures}
    for place, code in enumerate(ranking, 1):
        if canonical.get(code, code) in accepted:
            return place
    return 0


def _share(hits: Sequence[bool]) -> float | None:
    return round(sum(hits) / len(hits), 4) if hits else None


def _percentile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _miss(question: Question, answer: Answer) -> dict[str, Any]:
    return {
        "id": question.id,
        "question": question.question,
        "expected": sorted(question.procedures),
        "found": list(answer.ranking[:3]),
        "outcome": answer.outcome,
    }
