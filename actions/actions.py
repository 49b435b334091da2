"""What Rasa calls. Each action reads the slots, asks the assistant, and hands its reply back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from assistant.answers.assistant import Assistant
from assistant.answers.turn import Button, Message, Outcome, Reply, State
from assistant.knowledge.model import Aspect

LAST_REPLY = "last_reply"

Respond = Callable[[Assistant, Message, State], Reply]
RESPONSES: dict[str, Respond] = {
    "action_answer": lambda a, message, state: a.answer(message, state),
    "action_choose": lambda a, message, state: a.choose(message, state),
    "action_correct": lambda a, message, state: a.correct(message, state),
    "action_simplify": lambda a, message, state: a.simplify(state),
    "action_handover": lambda a, message, state: a.handover(state),
    "action_dossier_status": lambda a, message, state: a.dossier_status(state),
    "action_out_of_scope": lambda a, message, state: a.out_of_scope(message, state),
}


class AssistantAction(Action):
    """One entry of :data:`RESPONSES` as a Rasa action."""

    def __init__(self, name: str, current: Callable[[], Assistant]) -> None:
        """Answer as ``RESPONSES[name]`` does, with whatever assistant ``current`` gives."""
        self._name = name
        self._respond = RESPONSES[name]
        self._current = current

    def name(self) -> str:
        """The name that the domain uses."""
        return self._name

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Reply, remember the reply, and update the slots."""
        reply = self._respond(self._current(), _message(tracker), State.from_slots(tracker.slots))
        _send(dispatcher, reply)
        slots = reply.state.to_slots() | {LAST_REPLY: _remembered(reply)}
        # Every event is replayed on every later turn: what did not change is not said again.
        return [SlotSet(name, value) for name, value in slots.items() if tracker.slots.get(name) != value]


class RepeatAction(Action):
    """Says the last reply again."""

    def __init__(self, current: Callable[[], Assistant]) -> None:
        """Use whatever assistant ``current`` gives when there is nothing to repeat."""
        self._current = current

    def name(self) -> str:
        """The name that the domain uses."""
        return "action_repeat"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Send the remembered reply, or say that there is none."""
        state = State.from_slots(tracker.slots)
        remembered = tracker.get_slot(LAST_REPLY)
        _send(dispatcher, _recalled(remembered, state) if remembered else self._current().nothing_to_repeat(state))
        return []


def all_actions(current: Callable[[], Assistant]) -> list[Action]:
    """Every action of the domain, sharing one assistant."""
    return [*(AssistantAction(name, current) for name in RESPONSES), RepeatAction(current)]


def _message(tracker: Tracker) -> Message:
    latest = tracker.latest_message
    intent = latest.get("intent") or {}
    name = intent.get("name")
    return Message(
        latest.get("text") or "", None if name == "nlu_fallback" else name, float(intent.get("confidence") or 0.0)
    )


def _send(dispatcher: CollectingDispatcher, reply: Reply) -> None:
    *first, last = reply.texts
    for text in first:
        dispatcher.utter_message(text=text)
    dispatcher.utter_message(text=last, buttons=[vars(button) for button in reply.buttons])
    dispatcher.utter_message(json_message={"turn": reply.turn})


def _remembered(reply: Reply) -> dict[str, Any]:
    return {"texts": reply.texts, "buttons": [vars(button) for button in reply.buttons], "turn": reply.turn}


def _recalled(remembered: dict[str, Any], state: State) -> Reply:
    turn = remembered["turn"]
    return Reply(
        Outcome(turn["outcome"]),
        remembered["texts"],
        state,
        turn["version"],
        turn["procedures"],
        [Aspect(name) for name in turn["aspects"]],
        turn["options"],
        [Button(**button) for button in remembered["buttons"]],
    )
