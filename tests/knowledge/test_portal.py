"""Further entries from portal text."""

import json
import lzma

import pytest

from assistant.errors import KnowledgeError
from assistant.knowledge import portal
from assistant.knowledge.model import Aspect, Level

ROWS = [
    {
        "code": "1.000001",
        "name": "CẤP GIẤY  PHÉP\nHOẠT ĐỘNG",
        "level": "Cấp xã",
        "summary": " Tóm tắt ",
        "results": ["Giấy phép (Mã: KQ.G15.000031)", " "],
        "url": "https://dichvucong.gov.vn/x",
        "fees": "50.000 đồng",
    },
    {"code": "1.000002", "name": "Công nhận hộ nghèo"},
    {"code": "BKH-271984", "name": "Mã kiểu khác"},
    {"code": "1.000001", "name": "Lần thứ hai"},
]


def write(path, rows):
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    if path.suffix == ".xz":
        path.write_bytes(lzma.compress(text.encode("utf-8")))
    else:
        path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.jsonl.xz"])
def test_rows_become_entries(tmp_path, name):
    first, second = portal.read(write(tmp_path / name, ROWS))
    assert (first.code, first.name) == ("1.000001", "Cấp giấy phép hoạt động")
    assert first.level is Level.COMMUNE
    assert first.purpose == "Tóm tắt"
    assert first.results == ["Giấy phép"]
    assert first.portal_url == "https://dichvucong.gov.vn/x"
    assert (second.code, second.name, second.level) == ("1.000002", "Công nhận hộ nghèo", None)


def test_nothing_of_papers_fees_and_times_is_taken_over(tmp_path):
    for entry in portal.read(write(tmp_path / "rows.jsonl", ROWS)):
        assert not entry.fees
        assert not entry.documents
        assert {u.aspect for u in entry.unconfirmed} >= {Aspect.FEE, Aspect.DOCUMENTS, Aspect.TIME}


def test_a_folder_is_all_its_files(tmp_path):
    write(tmp_path / "a.jsonl", ROWS[:1])
    write(tmp_path / "b.jsonl.xz", ROWS[1:])
    assert [entry.code for entry in portal.read(tmp_path)] == ["1.000001", "1.000002"]


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.jsonl.xz"])
@pytest.mark.parametrize(
    "line",
    ["{", "[]", "42", '"chữ"', "{}", '{"code": "1.000009"}', '{"code": 5, "name": "x"}',
     '{"code": "1.000009", "name": 5}', '{"code": "1.000009", "name": "  "}', '{"code": "1.000009", "name": null}'],
)  # fmt: skip
def test_a_bad_line_is_named(tmp_path, name, line):
    path = write(tmp_path / name, ROWS[:2])
    bad = (line + "\n").encode("utf-8")
    path.write_bytes(path.read_bytes() + (lzma.compress(bad) if path.suffix == ".xz" else bad))
    with pytest.raises(KnowledgeError, match=rf"{name}:3: "):
        portal.read(path)


@pytest.mark.parametrize("field", ["summary", "results", "url", "level"])
def test_an_empty_field_is_no_fault(tmp_path, field):
    (entry,) = portal.read(write(tmp_path / "rows.jsonl", [{"code": "1.000003", "name": "Tên", field: None}]))
    assert entry.name == "Tên"


def test_empty_lines_are_no_fault(tmp_path):
    path = write(tmp_path / "rows.jsonl", ROWS[:1])
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert len(portal.read(path)) == 1


@pytest.mark.parametrize("raw", [b"not xz at all", lzma.compress(b'{"code": "1.000001", "name": "x"}\n' * 500)[:-20]])
def test_a_damaged_archive(tmp_path, raw):
    (tmp_path / "rows.jsonl.xz").write_bytes(raw)
    with pytest.raises(KnowledgeError, match=r"rows\.jsonl\.xz"):
        portal.read(tmp_path / "rows.jsonl.xz")


def test_not_utf8(tmp_path):
    (tmp_path / "rows.jsonl").write_bytes(b'{"code": "1.000001", "name": "\xff"}\n')
    with pytest.raises(KnowledgeError, match=r"rows\.jsonl"):
        portal.read(tmp_path / "rows.jsonl")


def test_nothing_there(tmp_path):
    with pytest.raises(KnowledgeError, match="Không thấy"):
        portal.read(tmp_path / "none.jsonl")
    with pytest.raises(KnowledgeError, match="Không thấy"):
        portal.read(tmp_path)
