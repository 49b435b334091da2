"""What a shippable knowledge folder must satisfy, beyond the shape of its files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from assistant.knowledge import store
from assistant.knowledge.model import Aspect, Fee, Procedure
from assistant.knowledge.source import Fault
from assistant.knowledge.store import Entry, Knowledge
from assistant.text.unicode import clean, fold, has_diacritics

MIN_EXAMPLES = 8
MIN_EXAMPLES_WITHOUT_DIACRITICS = 2
PORTAL = "https://dichvucong.gov.vn/"

_TOMORROW = "ngày kiểm tra ở tương lai"

_NEEDED = {
    "short_name": "tên ngắn",
    "purpose": "mục đích",
    "citizen_words": "từ người dân hay gọi",
    "level": "cấp giải quyết",
    "decided_by": "cơ quan quyết định",
    "file_at": "nơi nộp",
    "applicants": "ai được làm",
    "steps": "các bước",
    "methods": "các cách nộp",
    "results": "kết quả",
    "legal_basis": "căn cứ pháp lý",
    "portal_url": "trang trên Cổng dịch vụ công",
}
_NEEDED_OR_UNCONFIRMED = {
    "documents": Aspect.DOCUMENTS,
    "fees": Aspect.FEE,
    "times": Aspect.TIME,
}


def check(root: Path, provinces: list[str] | None = None, today: dt.date | None = None) -> list[Fault]:
    """All faults of the folder ``root``, with each province's facts laid over in turn.

    Args:
        root: the ``knowledge/`` folder.
        provinces: folders under ``local/`` to check; all of them by default.
        today: the date against which validity is judged.

    Raises:
        KnowledgeError: the folder does not exist.
    """
    today = today or dt.date.today()
    if provinces is None:
        provinces = sorted(p.name for p in (root / "local").glob("*") if p.is_dir())
    faults: set[Fault] = set()
    for province in [None, *provinces]:
        known = store.load(root, province)
        faults.update(known.faults)
        faults.update(_faults(known, today))
    return sorted(faults)


def _faults(known: Knowledge, today: dt.date) -> Iterator[Fault]:
    claimed: dict[str, str] = {}
    codes = {code: code for code in known.entries}
    for entry in known.entries.values():
        yield from _completeness(entry)
        yield from _references(entry, known)
        yield from _fees(entry, today)
        yield from _examples(entry, claimed)
        yield from _same_need(entry, codes)
        yield from _dates(entry, today)
    yield from _lists(known)
    yield from _province(known, today)


def _completeness(entry: Entry) -> Iterator[Fault]:
    procedure = entry.procedure
    for name, label in _NEEDED.items():
        if not getattr(procedure, name):
            yield entry.fault((name,), f"chưa có {label}")
    unconfirmed = {item.aspect for item in procedure.unconfirmed}
    for name, aspect in _NEEDED_OR_UNCONFIRMED.items():
        if not getattr(procedure, name) and aspect not in unconfirmed:
            yield entry.fault((name,), f"để trống thì phải nói rõ trong «unconfirmed» với aspect: {aspect}")
    if procedure.portal_url and not procedure.portal_url.startswith(PORTAL):
        yield entry.fault(("portal_url",), f"phải bắt đầu bằng {PORTAL}")


def _references(entry: Entry, known: Knowledge) -> Iterator[Fault]:
    procedure = entry.procedure
    if procedure.field not in known.fields:
        yield entry.fault(("field",), f"lĩnh vực «{procedure.field}» không có trong fields.yml")
    elif entry.source.path.parent.name != procedure.field:
        yield entry.fault(("field",), f"tệp phải nằm trong thư mục «{procedure.field}»")
    agencies = [("decided_by", procedure.decided_by)] + [("file_at", a) for a in procedure.file_at]
    for where, agency in agencies:
        if agency and agency not in known.agencies:
            yield entry.fault((where,), f"cơ quan «{agency}» không có trong agencies.yml")
    for position, code in enumerate(procedure.related):
        if code not in known.canonical:
            yield entry.fault(("related", position), f"không có thủ tục nào mã {code}")
    for position, event in enumerate(procedure.life_events):
        if event not in known.life_events:
            yield entry.fault(("life_events", position), f"«{event}» không có trong life_events.yml")
    yield from _inner_references(entry)


def _inner_references(entry: Entry) -> Iterator[Fault]:
    procedure = entry.procedure
    cases = {case.id for case in procedure.cases}
    forms = {form.id for form in procedure.forms}
    for position, document in enumerate(procedure.documents):
        for case in set(document.cases) - cases:
            yield entry.fault(("documents", position, "cases"), f"không có trường hợp «{case}»")
        if document.form and document.form not in forms:
            yield entry.fault(("documents", position, "form"), f"không có mẫu «{document.form}»")
    for name in ("fees", "times"):
        for position, row in enumerate(getattr(procedure, name)):
            if row.case and row.case not in cases:
                yield entry.fault((name, position, "case"), f"không có trường hợp «{row.case}»")


def _fees(entry: Entry, today: dt.date) -> Iterator[Fault]:
    procedure = entry.procedure
    unconfirmed = {item.aspect for item in procedure.unconfirmed}
    for position, fee in enumerate(procedure.fees):
        where = ("fees", position)
        if fee.amount is None:
            if Aspect.FEE not in unconfirmed:
                yield entry.fault(where, "chưa có số tiền thì phải ghi ở «unconfirmed», aspect: fee")
            continue
        if not fee.instrument:
            yield entry.fault(where, "có số tiền mà không ghi văn bản quy định (instrument)")
        if not fee.valid_from:
            yield entry.fault(where, "có số tiền mà không ghi ngày áp dụng (valid_from)")
        yield from _validity(entry, where, fee, today)


def _validity(entry: Entry, where: tuple[str, int], fee: Fee, today: dt.date) -> Iterator[Fault]:
    if fee.valid_to and fee.valid_to < today:
        fault = entry.fault((*where, "valid_to"), f"mức thu đã hết hiệu lực ngày {fee.valid_to}")
        yield replace(fault, stops=False)
    if fee.valid_to and fee.valid_from and fee.valid_to < fee.valid_from:
        yield entry.fault((*where, "valid_to"), "ngày hết áp dụng trước ngày bắt đầu")


def _examples(entry: Entry, claimed: dict[str, str]) -> Iterator[Fault]:
    procedure = entry.procedure
    if len(procedure.examples) < MIN_EXAMPLES:
        yield entry.fault(("examples",), f"cần ít nhất {MIN_EXAMPLES} câu hỏi mẫu")
    bare = [text for text in procedure.examples if not has_diacritics(text)]
    if len(bare) < MIN_EXAMPLES_WITHOUT_DIACRITICS:
        yield entry.fault(("examples",), f"cần ít nhất {MIN_EXAMPLES_WITHOUT_DIACRITICS} câu mẫu không dấu")
    for position, text in enumerate(procedure.examples):
        key = fold(clean(text)).strip(" ?.!")
        owner = claimed.setdefault(key, procedure.code)
        if owner != procedure.code:
            yield entry.fault(("examples", position), f"câu mẫu này đã thuộc về {owner}")


def _same_need(entry: Entry, codes: dict[str, str]) -> Iterator[Fault]:
    for position, code in enumerate(entry.procedure.same_need):
        owner = codes.setdefault(code, entry.procedure.code)
        if owner != entry.procedure.code or code == entry.procedure.code:
            yield entry.fault(("same_need", position), f"mã {code} đã thuộc về mục {owner}")


def _dates(entry: Entry, today: dt.date) -> Iterator[Fault]:
    if entry.procedure.checked.date > today:
        yield entry.source.fault(("checked", "date"), _TOMORROW)
    local = entry.procedure.local_checked
    if local and entry.local and local.date > today:
        yield entry.local.fault(("checked", "date"), _TOMORROW)


def _lists(known: Knowledge) -> Iterator[Fault]:
    ambiguous = known.sources.get("ambiguous.yml")
    for position, term in enumerate(known.ambiguous):
        for number, code in enumerate(term.options):
            if ambiguous and code not in known.canonical:
                yield ambiguous.fault((position, "options", number), f"không có thủ tục nào mã {code}")
    others = known.sources.get("other_procedures.yml")
    for position, item in enumerate(others.data if others else ()):
        taken = item.get("code") if isinstance(item, dict) else None
        if others and taken in known.canonical:
            yield others.fault((position, "code"), f"mã {taken} đã có mục riêng; bỏ khỏi danh sách này")


def _province(known: Knowledge, today: dt.date) -> Iterator[Fault]:
    source = known.sources.get("province.yml")
    if known.province is None or source is None:
        return
    if known.province.handover_agency not in known.agencies:
        yield source.fault(("handover_agency",), "cơ quan này không có trong agencies.yml")
    if known.province.checked.date > today:
        yield source.fault(("checked", "date"), _TOMORROW)


def summary(known: Knowledge) -> dict[str, int]:
    """Counts for people: entries, example questions, entries with something unconfirmed."""
    entries: list[Procedure] = list(known.procedures.values())
    return {
        "procedures": len(entries),
        "examples": sum(len(p.examples) for p in entries),
        "with_unconfirmed": sum(bool(p.unconfirmed) for p in entries),
        "agencies": len(known.agencies),
        "glossary_words": sum(len(term.words) for term in known.glossary),
    }
