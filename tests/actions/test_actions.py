"""What Rasa gets back from our actions."""

import json

import pytest
import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.actions import LAST_REPLY, RESPONSES, all_actions
from tests.conftest import ROOT

BIRTH = "1.001193"


@pytest.fixture(scope="module")
def actions(assistant):
    return {action.name(): action for action in all_actions(lambda: assistant)}


@pytest.fixture(scope="module")
def domain():
    return yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))


def run(action, text="", intent="ask_documents", slots=None, latest=None):
    """The messages an action sends, and the slots it sets."""
    latest = latest or {"text": text, "intent": {"name": intent, "confidence": 0.9}}
    tracker = Tracker("someone", slots or {}, latest, [], False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    events = action.run(dispatcher, tracker, {})
    assert all(event["event"] == "slot" for event in events)
    return dispatcher.messages, {event["name"]: event["value"] for event in events}


def turns(messages):
    return [m["custom"]["turn"] for m in messages if (m.get("custom") or {}).get("turn")]


def texts(messages):
    return [m["text"] for m in messages if m.get("text")]


def test_the_domain_names_every_action(actions, domain):
    assert set(actions) == set(domain["actions"]) & {name for name in domain["actions"] if name in actions}
    assert set(actions) == {*RESPONSES, "action_repeat"}


def test_the_domain_has_every_slot(actions, domain):
    _, slots = run(actions["action_answer"], "đổi bằng lái xe cần giấy tờ gì")
    assert set(slots) <= set(domain["slots"])


@pytest.mark.parametrize("name", [*RESPONSES, "action_repeat"])
@pytest.mark.parametrize(
    "slots", [{}, {"procedure": BIRTH, "aspects": ["fee"], "options": ["1.000656", BIRTH]}], ids=["new", "known"]
)
def test_exactly_one_message_carries_the_turn(actions, name, slots):
    for text, intent in (
        ("đổi bằng lái xe cần giấy tờ gì", "ask_documents"),
        ("2", "choose"),
        ("", None),
        ("👋", "nlu_fallback"),
    ):
        messages, _ = run(actions[name], text, intent, slots)
        (turn,) = turns(messages)
        assert set(turn) == {"outcome", "procedures", "aspects", "options", "version"}
        assert texts(messages)
        json.dumps(messages)


def test_texts_come_first_buttons_under_the_last(actions):
    messages, _ = run(actions["action_answer"], "cần giấy tờ gì, mất bao nhiêu tiền", slots={"procedure": BIRTH})
    assert len(texts(messages)) == 2
    with_buttons = [i for i, message in enumerate(messages) if message.get("buttons")]
    assert with_buttons == [1]
    for button in messages[1]["buttons"]:
        assert set(button) == {"title", "payload"}
        assert not button["payload"].startswith("/")


def test_what_is_remembered_leads_the_next_turn(actions):
    _, slots = run(actions["action_answer"], "đổi bằng lái xe cần giấy tờ gì")
    assert slots["procedure"] == "3.000347"
    messages, _ = run(actions["action_answer"], "thế mất bao nhiêu tiền", "ask_fee", slots)
    assert turns(messages)[0]["procedures"] == ["3.000347"]
    assert turns(messages)[0]["aspects"] == ["fee"]


def test_options_are_offered_then_chosen(actions):
    messages, slots = run(actions["action_answer"], "khai sinh", "ask_overview")
    (turn,) = turns(messages)
    assert turn["outcome"] == "clarify"
    messages, slots = run(actions["action_choose"], "2", "choose", slots)
    assert turns(messages)[0]["procedures"] == [turn["options"][1]]
    assert slots["options"] == []


def test_said_again(actions):
    messages, slots = run(actions["action_answer"], "đổi bằng lái xe cần giấy tờ gì")
    again, changed = run(actions["action_repeat"], "nói lại đi", "repeat", slots)
    assert texts(again) == texts(messages)
    assert turns(again) == turns(messages)
    assert changed == {}


def test_nothing_to_say_again(actions):
    messages, _ = run(actions["action_repeat"], "nói lại đi", "repeat")
    assert turns(messages)[0]["outcome"] == "smalltalk"


def test_slots_are_json(actions):
    _, slots = run(actions["action_answer"], "khai sinh", "ask_overview")
    assert json.loads(json.dumps(slots)) == slots
    assert LAST_REPLY in slots


@pytest.mark.parametrize(
    "latest",
    [
        {},
        {"text": None, "intent": None},
        {"text": "khai sinh"},
        {"text": "khai sinh", "intent": {}},
        {"intent": {"name": None, "confidence": None}},
    ],
)
def test_a_message_with_parts_missing(actions, latest):
    for action in actions.values():
        messages, _ = run(action, latest=latest or {"other": 1})
        assert turns(messages)


def test_a_newer_assistant_is_used_at_once(assistant):
    current = [assistant]
    (action, *_) = all_actions(lambda: current[0])
    newer = type(assistant)(type(assistant.index)(**vars(assistant.index) | {"version": "newer"}))
    current[0] = newer
    messages, _ = run(action, "đổi bằng lái xe cần giấy tờ gì")
    assert turns(messages)[0]["version"] == "newer"
