"""One message without Rasa: the linear intent model stands in for it, the domain's texts are used.

For the command line and evaluation; conversations go through Rasa.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import yaml

from assistant.answers.assistant import Assistant
from assistant.answers.turn import Message, Outcome, Reply, State
from assistant.retrieval.intents import aspect_of
from assistant.settings import ROOT
from assistant.text.unicode import clean

_DOMAIN = ROOT / "domain.yml"
# What talk with a fixed text in the domain ends in; any other intent goes to the assistant.
_UTTERED = {
    "greet": "utter_greet",
    "goodbye": "utter_goodbye",
    "thank": "utter_thank",
    "ask_help": "utter_help",
    "complain": "utter_complain",
    "abuse": "utter_abuse",
    "bot_challenge": "utter_bot_challenge",
}
_SURE = 0.5


def respond(assistant: Assistant, text: str) -> Reply:
    """Reply to one message that has no history."""
    text = clean(text)
    if not any(char.isalnum() for char in text):
        return _uttered(assistant, "utter_empty")
    intent, probability = assistant.index.intents.predict(text)[0]
    message = Message(text, intent if aspect_of(intent) else None, probability)
    if probability >= _SURE:
        if intent in _UTTERED:
            return _uttered(assistant, _UTTERED[intent])
        if intent == "handover":
            return assistant.handover(State())
        if intent == "ask_dossier_status":
            return assistant.dossier_status(State())
        if intent == "out_of_scope":
            return assistant.out_of_scope(Message(text, intent, probability), State())
    return assistant.answer(message, State())


def _uttered(assistant: Assistant, name: str) -> Reply:
    response = _responses()[name][0]
    turn = response.get("custom", {}).get("turn", {})
    outcome = Outcome(turn.get("outcome", Outcome.SMALLTALK))
    return Reply(outcome, [response["text"].strip()], State(), assistant.index.version)


@lru_cache(maxsize=1)
def _responses() -> dict[str, Any]:
    responses: dict[str, Any] = yaml.safe_load(_DOMAIN.read_text(encoding="utf-8"))["responses"]
    return responses
