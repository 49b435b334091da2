"""Files of labelled questions."""

import json

import pytest

from assistant.errors import EvaluationError
from assistant.knowledge.model import Aspect
from assistant.retrieval import questions
from assistant.retrieval.questions import Question
from tests.conftest import ROOT

GOOD = {"question": "làm khai sinh ở đâu", "procedures": ["1.001193"]}


def write(path, *lines):
    path.write_text(
        "".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) + "\n" for line in lines),
        encoding="utf-8",
    )
    return path


def test_a_row_with_everything(tmp_path):
    row = GOOD | {"aspect": "place", "variant": "typos", "id": "x-1", "kind": "no_entry"}
    (read,) = questions.read(write(tmp_path / "q.jsonl", row))
    assert read == Question("làm khai sinh ở đâu", frozenset({"1.001193"}), Aspect.PLACE, "typos", "x-1", "no_entry")


def test_a_row_with_the_least(tmp_path):
    _, read = questions.read(write(tmp_path / "q.jsonl", GOOD, {"question": "x", "procedures": []}))
    assert read == Question("x", frozenset(), None, "plain", "2")


def test_empty_lines_are_passed_over(tmp_path):
    assert len(questions.read(write(tmp_path / "q.jsonl", "\n", GOOD, "  \n", GOOD))) == 2


@pytest.mark.parametrize(
    "bad",
    [
        "{\n",
        "[]\n",
        "5\n",
        '"chữ"\n',
        "{}\n",
        {"question": "x"},
        {"procedures": []},
        {"question": 5, "procedures": []},
        {"question": None, "procedures": []},
        {"question": "x", "procedures": "1.001193"},
        {"question": "x", "procedures": [1]},
        {"question": "x", "procedures": None},
        {"question": "x", "procedures": {"1.001193": 1}},
        GOOD | {"aspect": "giá tiền"},
        GOOD | {"aspect": ["fee"]},
    ],
    ids=repr,
)
def test_a_bad_row_is_named(tmp_path, bad):
    with pytest.raises(EvaluationError, match=r"q\.jsonl:2: ") as caught:
        questions.read(write(tmp_path / "q.jsonl", GOOD, bad))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\xff\xfe"])
def test_no_row_at_all(tmp_path, raw):
    (tmp_path / "q.jsonl").write_bytes(raw)
    with pytest.raises(EvaluationError, match=r"q\.jsonl"):
        questions.read(tmp_path / "q.jsonl")


def test_no_file(tmp_path):
    for path in (tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(EvaluationError, match="Không đọc được"):
            questions.read(path)


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\u0085"])
def test_only_a_line_feed_ends_a_row(tmp_path, separator):
    raw = f'{{"question": "làm{separator}khai sinh", "procedures": []}}\n'
    (read,) = questions.read(write(tmp_path / "q.jsonl", raw))
    assert read.question == f"làm{separator}khai sinh"


def test_shipped_questions_can_be_read():
    rows = questions.read(ROOT / "data" / "questions" / "dev.jsonl")
    assert {row.variant for row in rows} == {"plain", "no_diacritics", "teencode", "typos"}
    assert len({row.id for row in rows}) == len(rows)
