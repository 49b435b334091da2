"""``assistant evaluate``: a file of questions against the assistant, directly or through Rasa."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from assistant import runtime
from assistant.answers import standalone
from assistant.answers.assistant import Assistant
from assistant.channels import rasa
from assistant.errors import EvaluationError
from assistant.knowledge.model import Aspect
from assistant.retrieval import evaluate, index, questions
from assistant.retrieval.encoder import SentenceEncoder
from assistant.settings import Settings

Progress = Callable[[int, int], None]


def run(settings: Settings, file: Path, added: Path | None, through: str, progress: Progress) -> dict[str, Any]:
    """Score the questions of ``file``.

    Args:
        settings: where knowledge, encoder and index are.
        file: JSON Lines of labelled questions.
        added: further entries, laid under the shipped ones, for this run only.
        through: ``direct`` or ``rasa``.
        progress: told how many questions are done, of how many.

    Raises:
        EvaluationError: the file or ``through`` is wrong.
    """
    rows = questions.read(file)
    if through == "rasa":
        return _through_rasa(settings, rows, progress)
    if through != "direct":
        raise EvaluationError("--through phải là «direct» hoặc «rasa».")
    encoder = SentenceEncoder(settings.encoder, settings.threads)
    if added is None:
        return _direct(index.open_current(settings.index_folder, encoder), rows, progress)
    # Kept apart from the index that answers citizens, but kept: vectors are what costs.
    apart = replace(settings, data=settings.data / "added")
    runtime.build_index(apart, encoder, lambda line: print(f"  {line}", file=sys.stderr), added)
    return _direct(index.open_current(apart.index_folder, encoder), rows, progress)


def table(result: dict[str, Any]) -> str:
    """The scores as a text table, BM25's beside ours."""
    head = f"{'':16}{'n':>6}{'hit@1':>8}{'hit@3':>8}{'hit@5':>8}{'mrr':>8}{'mặt hỏi':>9}{'BM25 hit@1':>12}"
    lines = [head]
    for name, scores in [*result["by_variant"].items(), ("chung", result["overall"])]:
        rival = result["bm25"]["by_variant"].get(name, {}).get("hit@1")
        numbers = [scores[key] for key in ("hit@1", "hit@3", "hit@5", "mrr")]
        lines.append(
            f"{name:16}{scores['n']:>6}"
            + "".join(f"{_shown(n):>8}" for n in numbers)
            + f"{_shown(scores['aspect']):>9}{_shown(rival):>12}"
        )
    lines.append(
        f"Trả lời khi không được: {_shown(result['false_answers'])}; từ chối oan: {_shown(result['wrongly_refused'])}; "
        f"hỏi lại: {_shown(result['asked_back'])}."
    )
    lines.append(f"Thời gian mỗi câu: p50 {result['latency_ms']['p50']} ms, p95 {result['latency_ms']['p95']} ms.")
    return "\n".join(lines)


def _direct(opened: index.Index, rows: Sequence[questions.Question], progress: Progress) -> dict[str, Any]:
    assistant = Assistant(opened)

    def answer(text: str) -> tuple[Sequence[str], Aspect | None, str]:
        reply = standalone.respond(assistant, text)
        ranked = [c["code"] for c in reply.scores.get("candidates", [])]
        ranking = list(dict.fromkeys([*reply.procedures, *reply.options, *ranked]))
        return ranking, reply.aspects[0] if reply.aspects else None, reply.outcome.value

    answerer = evaluate.timed(answer, opened.ranker.bm25)
    return evaluate.evaluate(rows, answerer, opened.knowledge.canonical, progress)


def _through_rasa(settings: Settings, rows: Sequence[questions.Question], progress: Progress) -> dict[str, Any]:
    client = rasa.Client(settings)
    canonical = runtime.load_knowledge(settings).canonical

    def answer(text: str) -> tuple[Sequence[str], Aspect | None, str]:
        turn = rasa.turn_of(client.send(f"evaluate-{uuid4().hex}", text))
        aspects = [Aspect(name) for name in turn["aspects"]]
        ranking = list(dict.fromkeys([*turn["procedures"], *turn["options"]]))
        return ranking, aspects[0] if aspects else None, turn["outcome"]

    return evaluate.evaluate(rows, evaluate.timed(answer, lambda _: []), canonical, progress)


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
