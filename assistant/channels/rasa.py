"""Talking to Rasa over loopback."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import requests

from assistant.errors import AssistantError
from assistant.settings import Settings


class RasaUnavailableError(AssistantError):
    """Rasa cannot be reached, or answered with something that is no reply."""


class Client:
    """A client of Rasa's REST door."""

    def __init__(self, settings: Settings) -> None:
        """Talk to the Rasa that ``settings`` name."""
        self._url = settings.rasa_url
        self._timeout = settings.rasa_timeout
        self._session = requests.Session()
        self._session.trust_env = False  # loopback never goes through a proxy

    def send(self, sender: str, text: str) -> list[dict[str, Any]]:
        """One turn: the messages of the reply.

        Raises:
            RasaUnavailableError: nobody answers, or not with a list of messages.
        """
        try:
            response = self._session.post(self._url, json={"sender": sender, "message": text}, timeout=self._timeout)
            messages: Any = response.json()
        except (requests.RequestException, ValueError) as error:
            raise RasaUnavailableError(f"Không nối được Rasa ở {self._url}: chạy «make run» trước.") from error
        found = [item for item in messages if isinstance(item, dict)] if isinstance(messages, list) else []
        if response.status_code != requests.codes.ok or not found or len(found) != len(messages):
            raise RasaUnavailableError(f"Rasa không trả lời được tin nhắn (mã {response.status_code}).")
        return found


def turn_of(messages: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The ``custom.turn`` of a reply.

    Raises:
        RasaUnavailableError: the reply carries none.
    """
    for message in messages:
        turn = (message.get("custom") or {}).get("turn")
        if isinstance(turn, dict):
            return turn
    raise RasaUnavailableError("Câu trả lời của Rasa thiếu phần «custom.turn».")
