"""The texts under which an entry can be found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from assistant.knowledge.model import OtherProcedure, Procedure
from assistant.knowledge.store import Knowledge


class Kind(StrEnum):
    """What a view shows of its entry."""

    NAME = "name"
    WORD = "word"
    EXAMPLE = "example"
    PURPOSE = "purpose"
    CASE = "case"


@dataclass(frozen=True)
class View:
    """One text of one entry."""

    code: str
    kind: Kind
    text: str


def views_of(procedure: Procedure) -> Iterator[View]:
    """All views of one entry; its official name comes first."""
    yield View(procedure.code, Kind.NAME, procedure.name)
    if procedure.short_name:
        yield View(procedure.code, Kind.NAME, procedure.short_name)
    for word in procedure.citizen_words:
        yield View(procedure.code, Kind.WORD, word)
    for example in procedure.examples:
        yield View(procedure.code, Kind.EXAMPLE, example)
    if procedure.purpose:
        yield View(procedure.code, Kind.PURPOSE, procedure.purpose)
    for case in procedure.cases:
        words = ", ".join([case.name, *case.words])
        yield View(procedure.code, Kind.CASE, f"{procedure.short_name or procedure.name}: {words}")


def views_of_other(other: OtherProcedure) -> Iterator[View]:
    """Views of a procedure that is known by name only."""
    yield View(other.code, Kind.NAME, other.name)
    for word in other.words:
        yield View(other.code, Kind.WORD, word)


def all_views(knowledge: Knowledge) -> list[View]:
    """Views of everything that can be found, entries first."""
    entries = [view for procedure in knowledge.procedures.values() for view in views_of(procedure)]
    return entries + [view for other in knowledge.others.values() for view in views_of_other(other)]
