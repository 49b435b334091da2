"""The values of one turn: what came in, what is remembered, what goes out."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from assistant.knowledge.model import Aspect


class Outcome(StrEnum):
    """How a turn ended: a closed list."""

    ANSWERED = "answered"
    CLARIFY = "clarify"
    NEED_DETAIL = "need_detail"
    NO_ENTRY = "no_entry"
    OUT_OF_SCOPE = "out_of_scope"
    HANDOVER = "handover"
    SMALLTALK = "smalltalk"
    DOSSIER_LINK = "dossier_link"
    REFUSED = "refused"
    ERROR = "error"


@dataclass(frozen=True)
class Message:
    """What the citizen wrote, and what Rasa made of it (no intent when Rasa was not asked)."""

    text: str
    intent: str | None = None
    confidence: float = 0.0


@dataclass(frozen=True)
class State:
    """What is remembered of a conversation; kept in Rasa's slots, by these names.

    ``procedure`` is the code being talked about, ``previous`` the one before it, ``aspects`` what
    was asked last, ``options`` the codes offered last and not yet chosen from, ``case`` the
    situation the person told about.
    """

    procedure: str | None = None
    previous: str | None = None
    aspects: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    case: str | None = None

    def to_slots(self) -> dict[str, Any]:
        """Slot values by slot name."""
        return asdict(self)

    @classmethod
    def from_slots(cls, slots: dict[str, Any]) -> State:
        """Read the slots back; absent or empty ones mean nothing is remembered."""
        return cls(
            slots.get("procedure") or None,
            slots.get("previous") or None,
            list(slots.get("aspects") or []),
            list(slots.get("options") or []),
            slots.get("case") or None,
        )


@dataclass(frozen=True)
class Button:
    """A suggestion: ``title`` is shown, ``payload`` is what a tap sends as if it were typed."""

    title: str
    payload: str


@dataclass(frozen=True)
class Reply:
    """What goes back: texts in order, buttons under the last, and the facts of the turn."""

    outcome: Outcome
    texts: list[str]
    state: State
    version: str
    procedures: list[str] = field(default_factory=list)
    aspects: list[Aspect] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    scores: dict[str, Any] = field(default_factory=dict)

    @property
    def turn(self) -> dict[str, Any]:
        """The facts that exactly one message of each reply carries under ``custom.turn``."""
        return {
            "outcome": self.outcome.value,
            "procedures": self.procedures,
            "aspects": [aspect.value for aspect in self.aspects],
            "options": self.options,
            "version": self.version,
        }
