"""The chat page and the door behind it."""

import json
import socket
import unicodedata

import pytest
from starlette.testclient import TestClient

from assistant.channels.page import COOKIE, MAX_BODY, create_app
from assistant.settings import Settings
from assistant.text.unicode import has_diacritics
from tests.doubles import fake_rasa


@pytest.fixture
def rasa():
    with fake_rasa() as door:
        yield door


@pytest.fixture
def browser(rasa):
    """A browser that has opened the page."""
    client = TestClient(create_app(Settings(rasa_port=rasa.port)), base_url="http://127.0.0.1:8080")
    client.get("/")
    return client


def refused(response, status=None):
    """A refusal: a status of its own, one Vietnamese sentence, nothing of the inside."""
    assert 400 <= response.status_code < 500 if status is None else response.status_code == status
    error = response.json()["error"]
    assert has_diacritics(error)
    assert "Traceback" not in response.text
    assert "Error" not in error
    return error


class TestPage:
    def test_opens(self, browser):
        response = browser.get("/")
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/html")
        assert '<html lang="vi">' in response.text

    @pytest.mark.parametrize("name", ["page.js", "page.css"])
    def test_has_its_parts(self, browser, name):
        assert browser.get(f"/static/{name}").status_code == 200

    def test_fetches_nothing_from_elsewhere(self, browser):
        page = browser.get("/").text
        assert "http://" not in page
        assert "https://" not in page
        assert " style=" not in page
        assert "<script>" not in page
        assert " onclick=" not in page

    def test_names_the_conversation_in_a_cookie_of_its_own(self, rasa):
        app = create_app(Settings(rasa_port=rasa.port))
        cookies = [TestClient(app).get("/").headers["set-cookie"] for _ in range(2)]
        assert cookies[0] != cookies[1]
        for cookie in cookies:
            assert cookie.startswith(f"{COOKIE}=")
            assert "HttpOnly" in cookie
            assert "samesite=strict" in cookie.lower()
            assert len(cookie.split(";")[0]) > 30

    def test_keeps_the_cookie_it_gave(self, browser):
        assert "set-cookie" not in browser.get("/").headers

    def test_health(self, browser):
        assert browser.get("/health").json() == {"status": "ok"}

    @pytest.mark.parametrize(
        "path", ["/nowhere", "/static/", "/static/../page.py", "/static/%2e%2e/page.py", "/messages/x"]
    )
    def test_nothing_else_is_there(self, browser, path):
        assert browser.get(path).status_code == 404

    def test_the_door_takes_only_posts(self, browser):
        assert browser.get("/messages").status_code == 405


@pytest.mark.parametrize("path", ["/", "/static/page.js", "/health", "/nowhere", "/messages"])
def test_security_headers_are_on_everything(browser, path):
    headers = browser.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


class TestMessages:
    def test_go_to_rasa_and_back(self, browser, rasa):
        messages = [
            {"recipient_id": "web:x", "text": "Cần giấy tờ: …", "buttons": [{"title": "a", "payload": "b"}]},
            {"recipient_id": "web:x", "custom": {"turn": {"outcome": "answered"}}},
        ]
        rasa.reply(messages)
        response = browser.post("/messages", json={"text": "  khai   sinh\u200b "})
        assert response.status_code == 200
        assert response.json() == {
            "messages": [
                {"text": "Cần giấy tờ: …", "buttons": [{"title": "a", "payload": "b"}]},
                {"custom": {"turn": {"outcome": "answered"}}},
            ]
        }
        (sent,) = rasa.received
        assert sent["message"] == "khai sinh"
        assert sent["sender"] == f"web:{browser.cookies[COOKIE]}"

    def test_of_two_browsers_are_two_conversations(self, rasa):
        app = create_app(Settings(rasa_port=rasa.port))
        for _ in range(2):
            client = TestClient(app)
            client.get("/")
            client.post("/messages", json={"text": "x"})
        assert len({sent["sender"] for sent in rasa.received}) == 2

    def test_cannot_name_another_conversation(self, browser, rasa):
        browser.post("/messages", json={"text": "x", "sender": "somebody", "conversation": "somebody"})
        assert "somebody" not in json.dumps(rasa.received)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "👋",
            "<script>alert(1)</script>",
            "\x00\x07",
            "a" * 10_000,
            unicodedata.normalize("NFD", "khai sinh trễ"),
            "\ud800",
            "/restart",
        ],
        ids=lambda text: ascii(text[:10]),
    )
    def test_of_any_text(self, browser, rasa, text):
        body = json.dumps({"text": text}).encode()
        response = browser.post("/messages", content=body, headers={"Content-Type": "application/json"})
        assert response.status_code == 200
        assert response.json()["messages"]
        assert unicodedata.is_normalized("NFC", rasa.received[0]["message"])

    @pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8"])
    def test_of_json_kinds(self, browser, kind):
        assert browser.post("/messages", content=b'{"text": "x"}', headers={"Content-Type": kind}).status_code == 200


class TestRefusals:
    @pytest.mark.parametrize(
        "body",
        [b"", b"{", b"[]", b"5", b"null", b'"x"', b"{}", b'{"text": 5}', b'{"text": null}', b'{"text": ["x"]}',
         b'{"Text": "x"}', b"\xff\xfe", b'{"text": "\xff"}', b"text=x"],
        ids=repr,
    )  # fmt: skip
    def test_wrong_json(self, browser, rasa, body):
        refused(browser.post("/messages", content=body, headers={"Content-Type": "application/json"}))
        assert rasa.received == []

    def test_json_too_deep(self, browser, rasa):
        body = b"[" * (MAX_BODY - 10)
        refused(browser.post("/messages", content=body, headers={"Content-Type": "application/json"}))

    @pytest.mark.parametrize(
        "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "text/json"]
    )
    def test_wrong_content_type(self, browser, rasa, kind):
        refused(browser.post("/messages", content=b'{"text": "x"}', headers={"Content-Type": kind}))
        assert rasa.received == []

    def test_oversize(self, browser, rasa):
        refused(browser.post("/messages", json={"text": "a" * MAX_BODY}))
        assert rasa.received == []

    def test_oversize_without_a_length(self, browser, rasa):
        parts = (b"a" * 10_000 for _ in range(20))
        refused(browser.post("/messages", content=parts, headers={"Content-Type": "application/json"}))
        assert rasa.received == []

    def test_no_cookie(self, rasa):
        client = TestClient(create_app(Settings(rasa_port=rasa.port)))
        refused(client.post("/messages", json={"text": "x"}), 403)
        assert rasa.received == []

    def test_a_cookie_that_is_not_ours(self, rasa):
        client = TestClient(create_app(Settings(rasa_port=rasa.port)), cookies={COOKIE: "x" * 500})
        refused(client.post("/messages", json={"text": "x"}), 403)
        assert rasa.received == []


class TestRasaIsNotWell:
    def test_down(self):
        with socket.create_server(("127.0.0.1", 0)) as door:
            port = door.getsockname()[1]
        client = TestClient(create_app(Settings(rasa_port=port)))
        client.get("/")
        assert "thử lại" in refused(client.post("/messages", json={"text": "x"}), 503)

    @pytest.mark.parametrize("body", [b"<html>", b"{}", b"", b"[1]", b"[null]"])
    def test_says_nonsense(self, browser, rasa, body):
        rasa.body = body
        refused(browser.post("/messages", json={"text": "x"}), 503)

    def test_says_nothing(self, browser, rasa):
        rasa.reply([])
        refused(browser.post("/messages", json={"text": "x"}), 503)

    def test_and_the_next_turn_works(self, browser, rasa):
        rasa.status = 500
        refused(browser.post("/messages", json={"text": "x"}), 503)
        rasa.status = 200
        assert browser.post("/messages", json={"text": "x"}).status_code == 200
