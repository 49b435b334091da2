import asyncio

from assistant import __version__
from assistant.nlu.outgoing import WholeMessages, with_facts

FACTS = {"outcome": "answered", "procedures": ["1.001193"], "aspects": ["fee"], "options": []}


def test_a_text_with_blank_lines_is_one_message():
    channel = WholeMessages()
    asyncio.run(channel.send_response("a", {"text": "một\n\nhai"}))
    assert channel.messages == [{"recipient_id": "a", "text": "một\n\nhai"}]


def test_a_response_of_the_domain_with_buttons_and_facts():
    channel = WholeMessages()
    button = {"title": "t", "payload": "p"}
    responses = {
        "utter_a": [
            {"text": "khác", "channel": "zalo"},
            {"text": "chào", "buttons": [button], "custom": {"turn": FACTS}},
        ]
    }
    asyncio.run(channel.say("a", responses, "utter_a"))
    asyncio.run(channel.say("a", responses, "utter_a"))
    said = [
        {"recipient_id": "a", "text": "chào", "buttons": [button]},
        {"recipient_id": "a", "custom": {"turn": FACTS}},
    ]
    assert channel.messages == said * 2


def test_the_version_is_added_where_it_is_missing():
    (message,) = with_facts([{"recipient_id": "a", "custom": {"turn": FACTS}}])
    assert message["custom"]["turn"] == {**FACTS, "version": __version__}
    assert "version" not in FACTS


def test_the_version_of_the_actions_is_kept():
    (message,) = with_facts([{"recipient_id": "a", "custom": {"turn": {**FACTS, "version": "k-1"}}}])
    assert message["custom"]["turn"]["version"] == "k-1"


def test_only_the_last_facts_are_kept():
    messages = with_facts(
        [
            {"recipient_id": "a", "text": "một", "custom": {"turn": {"outcome": "smalltalk"}, "other": 1}},
            {"recipient_id": "a", "custom": {"turn": {"outcome": "smalltalk"}}},
            {"recipient_id": "a", "custom": {"turn": FACTS}},
        ]
    )
    assert len(messages) == 2
    assert messages[0]["custom"] == {"other": 1}
    assert messages[1]["custom"]["turn"]["outcome"] == "answered"


def test_a_reply_without_facts_counts_as_an_error():
    messages = with_facts([{"recipient_id": "a", "text": "một"}])
    assert messages[0] == {"recipient_id": "a", "text": "một"}
    assert messages[1]["custom"]["turn"]["outcome"] == "error"
