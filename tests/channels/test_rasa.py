"""Talking to Rasa over loopback."""

import socket

import pytest

from assistant.channels.rasa import Client, RasaUnavailableError, turn_of
from assistant.settings import Settings
from tests.doubles import fake_rasa


@pytest.fixture
def rasa():
    with fake_rasa() as door:
        yield door


def test_a_turn(rasa):
    assert Client(Settings(rasa_port=rasa.port)).send("web:abc", "khai sinh") == [
        {"recipient_id": "x", "text": "Chào anh/chị"}
    ]
    assert rasa.received == [{"sender": "web:abc", "message": "khai sinh"}]


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'"x"', b"null", b"\xff", b"[1]", b'["x"]', b"[null]"])
def test_something_that_is_no_reply(rasa, body):
    rasa.body = body
    with pytest.raises(RasaUnavailableError):
        Client(Settings(rasa_port=rasa.port)).send("web:abc", "khai sinh")


@pytest.mark.parametrize("status", [400, 404, 500, 503])
def test_a_refusal(rasa, status):
    rasa.status = status
    with pytest.raises(RasaUnavailableError, match=str(status)):
        Client(Settings(rasa_port=rasa.port)).send("web:abc", "khai sinh")


def test_nobody_is_there():
    with pytest.raises(RasaUnavailableError, match="make run"):
        Client(Settings(rasa_port=_free_port())).send("web:abc", "khai sinh")


def test_nobody_answers_in_time():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = Client(Settings(rasa_port=silent.getsockname()[1], rasa_timeout=0.2))
        with pytest.raises(RasaUnavailableError):
            client.send("web:abc", "khai sinh")


def test_no_proxy_is_asked(rasa, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{_free_port()}")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert Client(Settings(rasa_port=rasa.port)).send("web:abc", "x")


class TestTurnOf:
    def test_the_one_that_is_there(self):
        turn = {"outcome": "answered"}
        assert turn_of([{"text": "x"}, {"custom": None}, {"custom": {"turn": turn}}]) == turn

    @pytest.mark.parametrize("messages", [[], [{"text": "x"}], [{"custom": {}}], [{"custom": {"turn": "x"}}]])
    def test_none(self, messages):
        with pytest.raises(RasaUnavailableError):
            turn_of(messages)


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as door:
        return door.getsockname()[1]
