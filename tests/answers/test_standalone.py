"""One message without Rasa."""

import pytest

from assistant.answers import standalone
from assistant.answers.turn import Outcome


@pytest.mark.parametrize(
    ("text", "outcomes"),
    [
        ("xin chào", {Outcome.SMALLTALK}),
        ("cảm ơn nhé", {Outcome.SMALLTALK}),
        ("cho tôi gặp cán bộ", {Outcome.HANDOVER}),
        ("hồ sơ của tôi tới đâu rồi", {Outcome.DOSSIER_LINK}),
        ("đổi bằng lái xe cần giấy tờ gì", {Outcome.ANSWERED}),
        ("khai sinh", {Outcome.CLARIFY}),
    ],
)
def test_what_becomes_of_it(assistant, text, outcomes):
    reply = standalone.respond(assistant, text)
    assert reply.outcome in outcomes
    assert reply.texts[0].strip()
    assert list(reply.turn) == ["outcome", "procedures", "aspects", "options", "version"]


@pytest.mark.parametrize("text", ["", "   ", "👋", "?!", "\u200b", "\x00", "a" * 10_000, "hello", "/restart"])
def test_there_is_always_an_answer(assistant, text):
    reply = standalone.respond(assistant, text)
    assert reply.texts[0].strip()
    assert reply.version == assistant.index.version


def test_a_question_is_never_taken_for_small_talk_when_its_entry_is_named(assistant):
    reply = standalone.respond(assistant, "chào bạn, đổi giấy phép lái xe hết hạn cần giấy tờ gì ạ")
    assert reply.procedures == ["3.000347"]
