"""The chat page's door, through everything."""

from __future__ import annotations

import requests

from tests.e2e.system import System


def test_a_browser_session_talks_and_is_remembered(system: System) -> None:
    with requests.Session() as browser:
        browser.trust_env = False
        page = browser.get(f"{system.web}/", timeout=10)
        assert "Trợ lý ảo dịch vụ công" in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]
        first = browser.post(f"{system.web}/messages", json={"text": "lam giay khai sinh can gi"}, timeout=30).json()
        second = browser.post(f"{system.web}/messages", json={"text": "het bao nhieu tien"}, timeout=30).json()
    turns = [m["custom"]["turn"] for reply in (first, second) for m in reply["messages"] if m.get("custom")]
    assert [turn["procedures"] for turn in turns] == [["1.001193"], ["1.001193"]]
    assert turns[1]["aspects"] == ["fee"]


def test_two_browsers_do_not_share_a_conversation(system: System) -> None:
    replies = []
    for text in ("lam giay khai sinh can gi", "het bao nhieu tien"):
        with requests.Session() as browser:
            browser.trust_env = False
            browser.get(f"{system.web}/", timeout=10)
            replies.append(browser.post(f"{system.web}/messages", json={"text": text}, timeout=30).json())
    turn = next(m["custom"]["turn"] for m in replies[1]["messages"] if m.get("custom"))
    assert turn["procedures"] == []
