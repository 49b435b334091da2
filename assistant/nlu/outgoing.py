"""What goes out over REST: the messages of one turn, with its facts on exactly one of them."""

from __future__ import annotations

import copy
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel

from assistant import __version__

logger = logging.getLogger(__name__)

CHANNEL = "rest"
_NO_FACTS = {"outcome": "error", "procedures": [], "aspects": [], "options": []}


class WholeMessages(CollectingOutputChannel):
    """Collects the messages of a turn as they were written.

    Rasa's own collector cuts texts at blank lines, which tears lists of documents apart.
    """

    @classmethod
    def name(cls) -> str:
        """The name that ``channel:`` of a response in the domain is compared with."""
        return CHANNEL

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Collect ``text`` as one message."""
        await self._persist_message(self._message(recipient_id, text=text))

    async def say(self, recipient_id: str, responses: Mapping[str, Sequence[dict[str, Any]]], name: str) -> None:
        """Collect a response of the domain, without a turn of the dialogue.

        Args:
            recipient_id: who is answered.
            responses: the domain's responses.
            name: which one; its first variant for this channel is taken, so that it is the same each time.
        """
        fitting = [r for r in responses[name] if not r.get("condition") and r.get("channel") in (None, CHANNEL)]
        await self.send_response(recipient_id, copy.deepcopy(fitting[0]))


def with_facts(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """``messages`` of one reply, where exactly one carries ``custom.turn``, with a version.

    The last one is kept where an action and a response both brought theirs. A reply that has none is
    a fault of ours, so it counts as an error and not as anything else.
    """
    kept = [copy.deepcopy(message) for message in messages]
    carriers = [message for message in kept if "turn" in (message.get("custom") or {})]
    for message in carriers[:-1]:
        del message["custom"]["turn"]
    if not carriers:
        logger.error("A reply came without custom.turn.")
        carriers = [{"recipient_id": kept[-1]["recipient_id"], "custom": {"turn": dict(_NO_FACTS)}}]
        kept += carriers
    carriers[-1]["custom"]["turn"].setdefault("version", __version__)
    return [m for m in kept if m.get("custom") or set(m) - {"recipient_id", "custom"}]
