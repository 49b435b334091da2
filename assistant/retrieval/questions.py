"""Labelled questions: the rows that evaluation and calibration read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import EvaluationError
from assistant.knowledge.model import Aspect

DEFAULT_VARIANT = "plain"


@dataclass(frozen=True)
class Question:
    """One row. No ``procedures`` means that the question must not be answered.

    ``kind`` tells, of those, a public service without an entry (``no_entry``) from anything else.
    """

    question: str
    procedures: frozenset[str]
    aspect: Aspect | None = None
    variant: str = DEFAULT_VARIANT
    id: str = ""
    kind: str = ""


def read(path: Path) -> list[Question]:
    """Read a JSON Lines file.

    Raises:
        EvaluationError: naming the first line that is not a question.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"Không đọc được tệp câu hỏi «{path}»: {error}") from error
    rows = [_row(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not rows:
        raise EvaluationError(f"Tệp câu hỏi «{path}» không có dòng nào.")
    return rows


def _row(path: Path, number: int, line: str) -> Question:
    try:
        data: Any = json.loads(line)
        question, procedures = data["question"], data["procedures"]
        if not isinstance(question, str) or not _is_codes(procedures):
            raise TypeError
        aspect = Aspect(data["aspect"]) if data.get("aspect") else None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EvaluationError(
            f"{path}:{number}: mỗi dòng phải là JSON có «question» (chữ), «procedures» (danh sách mã), "
            f"«aspect» nếu có phải là một trong: {', '.join(Aspect)}."
        ) from error
    return Question(
        question,
        frozenset(procedures),
        aspect,
        str(data.get("variant") or DEFAULT_VARIANT),
        str(data.get("id") or number),
        str(data.get("kind") or ""),
    )


def _is_codes(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and all(isinstance(v, str) for v in value)
