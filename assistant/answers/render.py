"""Rendering: an entry, an aspect and a case become text, by templates and nothing else."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assistant.answers.turn import Button
from assistant.knowledge.model import (
    Aspect,
    Channel,
    Document,
    Fee,
    Level,
    OnlineLevel,
    Procedure,
    ProcessingTime,
    TimeUnit,
)
from assistant.knowledge.store import Knowledge

TEMPLATES = Path(__file__).parent / "templates"
_GENERAL = (Aspect.OVERVIEW, Aspect.OTHER)


def answer(
    procedure: Procedure, aspect: Aspect, knowledge: Knowledge, case: str | None = None, today: dt.date | None = None
) -> str:
    """The answer to one aspect of one procedure.

    Args:
        procedure: the entry, with the province's facts laid over it.
        aspect: what was asked; ``other`` is answered like ``overview``.
        knowledge: for agencies and related entries.
        case: id of the situation the person told about, if any.
        today: the day on which fees must be valid.
    """
    # The overview states fees and times, so it states their doubts as well.
    doubted = {*_GENERAL, Aspect.FEE, Aspect.TIME} if aspect in _GENERAL else {aspect}
    known_case = next((c for c in procedure.cases if c.id == case), None)
    context = {
        "p": procedure,
        "k": knowledge,
        "case": known_case,
        "today": today or dt.date.today(),
        "title": procedure.short_name or procedure.name,
        "unconfirmed": [u.note for u in procedure.unconfirmed if u.aspect in doubted],
    }
    name = Aspect.OVERVIEW if aspect in _GENERAL else aspect
    return _render(f"aspects/{name}.j2", **context)


def say(name: str, **context: Any) -> str:
    """A fixed text of the assistant, by the name of its template."""
    return _render(f"say/{name}.j2", **context)


def follow_ups(asked: list[Aspect]) -> list[Button]:
    """Suggestions of what to ask next, without what was just asked."""
    lines = (TEMPLATES / "follow_ups.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split("|") for line in lines if line and not line.startswith("#")]
    return [Button(title, payload) for aspect, title, payload in rows if aspect not in asked][:4]


def _render(template: str, **context: Any) -> str:
    text = _environment().get_template(template).render(**context)
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return "\n".join(line for i, line in enumerate(lines) if line or (i and lines[i - 1]))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    # Plain text, never HTML: whoever shows it escapes it (the page uses textContent).
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701
    )
    environment.filters |= {"money": _money, "date": _date, "number": _number}
    environment.globals |= {
        "fees_in_force": _fees_in_force,
        "fees_expired": _fees_expired,
        "fees_ahead": _fees_ahead,
        "documents_for": _documents_for,
        "times_for": _times_for,
        "Channel": Channel,
        "OnlineLevel": OnlineLevel,
        "Level": Level,
        "TimeUnit": TimeUnit,
    }
    return environment


def _money(amount: int) -> str:
    return "miễn phí" if amount == 0 else f"{amount:,} đồng".replace(",", ".")


def _date(date: dt.date) -> str:
    return f"{date:%d/%m/%Y}"


def _number(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def _fees_in_force(procedure: Procedure, case: str | None, today: dt.date) -> list[Fee]:
    return [fee for fee in _fees_of(procedure, case) if not _is_over(fee, today) and not _is_ahead(fee, today)]


def _fees_expired(procedure: Procedure, case: str | None, today: dt.date) -> list[Fee]:
    return [fee for fee in _fees_of(procedure, case) if _is_over(fee, today)]


def _fees_ahead(procedure: Procedure, case: str | None, today: dt.date) -> list[Fee]:
    return [fee for fee in _fees_of(procedure, case) if _is_ahead(fee, today)]


def _fees_of(procedure: Procedure, case: str | None) -> list[Fee]:
    return [fee for fee in procedure.fees if case is None or fee.case in (None, case)]


def _is_over(fee: Fee, today: dt.date) -> bool:
    return fee.valid_to is not None and fee.valid_to < today


def _is_ahead(fee: Fee, today: dt.date) -> bool:
    return fee.valid_from is not None and fee.valid_from > today


def _documents_for(procedure: Procedure, case: str | None) -> list[Document]:
    return [d for d in procedure.documents if case is None or not d.cases or case in d.cases]


def _times_for(procedure: Procedure, case: str | None) -> list[ProcessingTime]:
    return [row for row in procedure.times if case is None or row.case in (None, case)]
