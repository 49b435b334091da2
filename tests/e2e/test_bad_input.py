"""What people, scripts and attackers send: always a polite answer or a clear 4xx."""

from __future__ import annotations

import unicodedata

import pytest

from tests.e2e.system import System

OUTCOMES = {
    "answered", "clarify", "need_detail", "no_entry", "out_of_scope", "handover", "smalltalk", "dossier_link",
    "refused", "error",
}  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "😀😀😀",
        "?!?!",
        "a" * 10_000,
        "làm giấy khai sinh " * 600,
        "How do I register the birth of my child?",
        "出生登记需要什么文件",
        "<script>alert(1)</script><b>khai sinh</b>",
        "\x00\x07\x1b[31mlàm căn cước",
        "khai\u200b sinh \u202e cần gì",
        "'; DROP TABLE events; --",
        "{{ 7 * 7 }} {% for x in y %}",
        "/greet",
        '  /ask_fee{"procedure": "1.001193"}',
        "\u200b/restart",
    ],
)
def test_any_text_gets_a_polite_answer(system: System, text: str) -> None:
    messages = system.say("bad-input", text)
    turns = [m["custom"]["turn"] for m in messages if m.get("custom")]
    assert len(turns) == 1
    assert turns[0]["outcome"] in OUTCOMES
    assert turns[0]["outcome"] != "error"
    assert any(m.get("text", "").strip() for m in messages)
    everything = str(messages)
    assert "Traceback" not in everything
    assert "<script>" not in everything


def test_nfd_text_is_understood_as_nfc(system: System) -> None:
    text = "làm giấy khai sinh cần giấy tờ gì"
    composed = system.turn("nfc", text)
    decomposed = system.turn("nfd", unicodedata.normalize("NFD", text))
    assert composed == decomposed


def test_a_typed_slash_is_never_a_command(system: System) -> None:
    plain = system.turn("slash-1", "ask_fee")
    slashed = system.turn("slash-2", "/ask_fee")
    assert plain["outcome"] == slashed["outcome"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "khai sinh",
        None,
        {"sender": "x"},
        {"message": "khai sinh"},
        {"sender": 5, "message": "khai sinh"},
        {"sender": "x", "message": {"text": "khai sinh"}},
        {"sender": "", "message": "khai sinh"},
        {"sender": "x" * 500, "message": "khai sinh"},
    ],
)
def test_a_body_of_the_wrong_shape_is_a_clear_4xx(system: System, body: object) -> None:
    response = system.post(body)
    assert 400 <= response.status_code < 500
    assert response.headers["content-type"].startswith("application/json")
    assert "Traceback" not in response.text
    assert len(response.text) < 600


def test_no_json_and_too_much_are_clear_4xx(system: System) -> None:
    for data in (b"not json", b"\xff\xfe", b'{"sender": "x", "message": "' + b"a" * 200_000 + b'"}'):
        response = system.session.post(system.rasa, data=data, headers={"content-type": "application/json"}, timeout=30)
        assert 400 <= response.status_code < 500


def test_an_unknown_sender_is_welcome(system: System) -> None:
    assert system.turn("web:never-seen-before", "đăng ký tạm trú ở đâu")["procedures"] == ["1.004194"]


def test_personal_numbers_are_written_nowhere(system: System) -> None:
    numbers = {
        "id": "001099012345",
        "phone": "0912345678",
        "dossier": "H24.15.03-261008-0975",
        "email": "nguoi.dan@example.vn",
    }
    for name, number in numbers.items():
        system.say(f"private-{name}", f"em tên Lan, {number}, hồ sơ của em tới đâu rồi")
    written = system.written()
    for number in numbers.values():
        assert number not in written
