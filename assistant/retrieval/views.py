"""The texts under which an entry can be found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from assistant.knowledge.model import Procedure


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


def all_views(procedures: Iterable[Procedure]) -> list[View]:
    """Views of many entries, in the order given."""
    return [view for procedure in procedures for view in views_of(procedure)]
