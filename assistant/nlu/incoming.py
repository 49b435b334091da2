"""What comes in over REST: a body is read, checked, cleaned and stripped of personal numbers.

Everything happens here, before Rasa sees the text, because Rasa stores each message word for word.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from assistant.text.mask import mask
from assistant.text.unicode import clean

LARGEST_BODY = 64 * 1024  # bytes; 10,000 Vietnamese characters fit even when written as \uXXXX
LONGEST_TEXT = 4000  # characters; about two pages
_SENDER = re.compile(r"[\w:.@-]{1,128}")
_REFUSALS = Path(__file__).parent / "data" / "refusals.yml"


class RefusedError(Exception):
    """The request cannot be taken; ``status`` and ``text`` say why, to whoever sent it."""

    def __init__(self, reason: str) -> None:
        """Refuse for a ``reason``, a key of ``data/refusals.yml``."""
        refusal = _refusals()[reason]
        self.status: int = refusal["status"]
        self.text: str = refusal["text"]
        super().__init__(self.text)


@dataclass(frozen=True)
class Incoming:
    """One message of a citizen, fit to be stored."""

    sender: str
    text: str
    metadata: dict[str, Any] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to understand: no letter and no digit."""
        return not any(char.isalnum() for char in self.text)

    @property
    def is_too_long(self) -> bool:
        """Whether it is too long to be a question."""
        return len(self.text) > LONGEST_TEXT


def read(body: bytes) -> Incoming:
    """The message in a request body: JSON with ``sender``, ``message``, perhaps ``metadata``.

    Other keys are ignored, ``input_channel`` too: it would let the caller pass for another channel.

    Raises:
        RefusedError: the body is no such JSON.
    """
    if len(body) > LARGEST_BODY:
        raise RefusedError("too_large")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RefusedError("not_json") from error
    if not isinstance(data, dict):
        raise RefusedError("not_object")
    sender, message, metadata = data.get("sender"), data.get("message"), data.get("metadata")
    if not isinstance(sender, str) or not _SENDER.fullmatch(sender):
        raise RefusedError("bad_sender")
    if not isinstance(message, str):
        raise RefusedError("bad_message")
    if metadata is not None and not isinstance(metadata, dict):
        raise RefusedError("bad_metadata")
    return Incoming(sender, harmless(message), metadata)


def harmless(text: str) -> str:
    r"""``text`` cleaned, without personal numbers, and never a command to Rasa.

    Rasa obeys a text that begins with "/" as an intent with entities of the sender's choosing. Too
    long a text keeps its numbers: it is refused, not stored, and masking takes time.

    >>> harmless(" \u200b/restart")
    'restart'
    """
    text = clean(text).lstrip("/ ")
    return mask(text) if len(text) <= LONGEST_TEXT else text


@lru_cache(maxsize=1)
def _refusals() -> dict[str, dict[str, Any]]:
    refusals: dict[str, dict[str, Any]] = yaml.safe_load(_REFUSALS.read_text(encoding="utf-8"))
    return refusals
