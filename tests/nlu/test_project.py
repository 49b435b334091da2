"""The Rasa files fit each other, and the assistant's own types."""

import ast
import re
from pathlib import Path

import pytest
import yaml
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import read_endpoint_config

from assistant.nlu.rest_channel import CarefulRestInput

ROOT = Path(__file__).resolve().parents[2]
# Said by the channel, not by the dialogue.
OF_THE_CHANNEL = {"utter_empty", "utter_too_long", "utter_error"}
SMALLTALK = {"utter_abuse": "refused", "utter_error": "error"}


def read(name):
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def blocks(folder, key):
    return [block for path in sorted((ROOT / folder).glob("*.yml")) for block in read(path)[key]]


DOMAIN = read("domain.yml")
RULES = {rule["steps"][0]["intent"]: rule["steps"][1]["action"] for rule in blocks("data/rules", "rules")}


def test_the_domain_loads():
    domain = Domain.load(str(ROOT / "domain.yml"))
    assert domain.session_config.carry_over_slots


def test_every_intent_has_examples_and_every_example_an_intent():
    assert set(DOMAIN["intents"]) == {block["intent"] for block in blocks("data/nlu", "nlu")}


def test_every_intent_has_one_rule():
    assert len(blocks("data/rules", "rules")) == len(RULES)
    assert set(RULES) == {*DOMAIN["intents"], "nlu_fallback"}


def test_every_action_and_response_is_used_and_exists():
    used = set(RULES.values())
    assert used | OF_THE_CHANNEL == {*DOMAIN["actions"], *DOMAIN["responses"]}


def test_questions_are_answered_and_what_the_actions_decide_goes_to_them():
    aspects = {intent for intent in RULES if intent.startswith("ask_")} - {"ask_help", "ask_dossier_status"}
    assert {RULES[intent] for intent in aspects | {"nlu_fallback"}} == {"action_answer"}
    assert {RULES[intent] for intent in ("choose", "affirm", "deny")} == {"action_choose"}


def test_aspects_are_those_of_the_knowledge():
    known = enum_values("assistant/knowledge/model.py", "Aspect")
    asked = {intent.removeprefix("ask_") for intent in RULES if RULES[intent] == "action_answer"}
    assert asked - {"nlu_fallback"} == known - {"other"}


def test_outcomes_are_those_of_the_answers():
    known = enum_values("assistant/answers/turn.py", "Outcome")
    for name, variants in DOMAIN["responses"].items():
        for variant in variants:
            turn = variant["custom"]["turn"]
            assert set(turn) == {"outcome", "procedures", "aspects", "options"}
            assert turn["outcome"] == SMALLTALK.get(name, "smalltalk")
            assert turn["outcome"] in known


def test_slots_are_the_remembered_state():
    fields = class_body("assistant/answers/turn.py", "State")
    names = {node.target.id for node in fields if isinstance(node, ast.AnnAssign)}
    assert set(DOMAIN["slots"]) == names | {"last_reply"}
    assert not any(slot["influence_conversation"] for slot in DOMAIN["slots"].values())


def test_buttons_send_plain_sentences_that_are_understood():
    for variants in DOMAIN["responses"].values():
        for button in variants[0].get("buttons", []):
            assert re.fullmatch(r"[^/\[\]{}]+", button["payload"])


def test_variables_in_endpoints_are_filled_in(monkeypatch):
    monkeypatch.setenv("ASSISTANT_ACTIONS_PORT", "5999")
    monkeypatch.setenv("ASSISTANT_DATA", "/somewhere")
    path = str(ROOT / "endpoints.yml")
    assert read_endpoint_config(path, "action_endpoint").url == "http://127.0.0.1:5999/webhook"
    assert read_endpoint_config(path, "tracker_store").kwargs["db"] == "/somewhere/rasa/tracker.db"


def test_our_channel_is_the_only_door():
    (name,) = read("credentials.yml")
    assert name == f"{CarefulRestInput.__module__}.{CarefulRestInput.__name__}"
    assert CarefulRestInput.name() == "rest"


@pytest.mark.parametrize("policy", ["TEDPolicy", "UnexpecTEDIntentPolicy"])
def test_no_policy_guesses(policy):
    assert policy not in {entry["name"] for entry in read("config.yml")["policies"]}


def enum_values(path, name):
    return {node.value.value for node in class_body(path, name) if isinstance(node, ast.Assign)}


def class_body(path, name):
    """Read as text: those modules need newer Python than Rasa runs on."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    (found,) = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)
    return found.body
