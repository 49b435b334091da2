"""Entries from a JSON Lines file of portal text (plain or .xz), to be laid under our own.

Such a row says what a procedure is called and what its result is; fees and papers of the portal
are not taken over, since the portal keeps expired notes.
"""

from __future__ import annotations

import datetime as dt
import json
import lzma
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from assistant.errors import KnowledgeError
from assistant.knowledge.model import Aspect, Check, Level, Procedure, Unconfirmed

FIELD = "ngoai-danh-muc"
_LEVELS = {"Cấp xã": Level.COMMUNE, "Cấp tỉnh": Level.PROVINCE, "Cấp bộ": Level.MINISTRY}
_DATE = re.compile(r"\b(\d{4}-\d{2}-\d{2})\b")
# Rows that do not say when they were read come from the crawl of early June 2026 at the earliest.
_OLDEST = dt.date(2026, 6, 5)
_CODE = re.compile(r"^\d\.\d{6}$")


def read(path: Path) -> list[Procedure]:
    """Read one file, or every ``*.jsonl`` and ``*.jsonl.xz`` file of a folder.

    Raises:
        KnowledgeError: the path is missing or a line is not such a row.
    """
    files = sorted([*path.glob("*.jsonl"), *path.glob("*.jsonl.xz")]) if path.is_dir() else [path]
    if not files or not all(file.is_file() for file in files):
        raise KnowledgeError(f"Không thấy tệp tri thức bổ sung «{path}».")
    procedures: dict[str, Procedure] = {}
    for file in files:
        for procedure in _rows(file):
            procedures.setdefault(procedure.code, procedure)
    return list(procedures.values())


def _rows(path: Path) -> Iterator[Procedure]:
    number = 0
    with _opened(path) as lines:
        try:
            for line in lines:
                number += 1
                row = json.loads(line) if line.strip() else None
                if row is not None and _CODE.match(row["code"]):
                    yield _procedure(row)
        except (ValueError, KeyError, TypeError, AttributeError, EOFError, lzma.LZMAError) as error:
            raise KnowledgeError(f"{path}:{number}: mỗi dòng phải là JSON có ít nhất «code» và «name».") from error


def _opened(path: Path) -> TextIO:
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def _procedure(row: dict[str, Any]) -> Procedure:
    name = " ".join(row["name"].split())
    name = name.capitalize() if name.isupper() else name
    note = "Mục này chỉ có tên thủ tục; xem chi tiết trên Cổng Dịch vụ công quốc gia."
    missing = (Aspect.DOCUMENTS, Aspect.FEE, Aspect.TIME)
    return Procedure(
        code=row["code"],
        name=name,
        purpose=" ".join((row.get("summary") or "").split()) or None,
        field=FIELD,
        level=_LEVELS.get(row.get("level") or ""),
        results=[text.split(" (Mã:")[0].strip() for text in row.get("results") or [] if text.strip()],
        portal_url=row.get("url") or None,
        unconfirmed=[Unconfirmed(aspect=aspect, note=note) for aspect in missing],
        checked=Check(date=_read_on(row), source="Cổng Dịch vụ công quốc gia"),
    )


def _read_on(row: dict[str, Any]) -> dt.date:
    """The day on which the portal was read, as the row's source says."""
    found = _DATE.search(row.get("source") or "")
    return dt.date.fromisoformat(found.group(1)) if found else _OLDEST
