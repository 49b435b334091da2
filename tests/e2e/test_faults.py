"""Processes die and hang, trainers save broken files: the assistant says so and goes on."""

from __future__ import annotations

import os
import signal
import time

import pytest
import requests

from tests.e2e.system import System

pytestmark = pytest.mark.slow


def test_action_server_hanging_gives_an_honest_sentence_within_five_seconds(system: System) -> None:
    server = system.action_server()
    os.kill(server, signal.SIGSTOP)
    try:
        started = time.monotonic()
        messages = system.say("hanging", "làm căn cước cần gì")
        seconds = time.monotonic() - started
    finally:
        os.kill(server, signal.SIGCONT)
    turns = [m["custom"]["turn"] for m in messages if m.get("custom")]
    assert [turn["outcome"] for turn in turns] == ["error"]
    assert "Xin lỗi" in str(messages)
    assert seconds < 5.5
    assert _recovers(system, "hanging", 20)["procedures"] == ["1.001193"]


def test_action_server_killed_is_restarted_and_the_next_turn_works(system: System) -> None:
    os.kill(system.action_server(), signal.SIGKILL)
    assert system.turn("killed", "làm căn cước cần gì")["outcome"] == "error"
    assert system.turn("killed", "xin chào")["outcome"] == "smalltalk"
    assert _recovers(system, "killed", 60)["procedures"] == ["1.001193"]


def test_a_changed_entry_is_live_within_seconds_and_a_broken_one_changes_nothing(system: System) -> None:
    entry = system.knowledge / "procedures" / "ho-tich" / "1.001193.yml"
    good = entry.read_text(encoding="utf-8")
    marker = "Mang thêm một cây bút để thử nghiệm việc cập nhật."
    entry.write_text(good.replace("steps:\n", f"steps:\n  - {marker}\n", 1), encoding="utf-8")
    started = time.monotonic()
    while marker not in _steps(system, started):
        assert time.monotonic() - started < 30
        time.sleep(0.2)
    seconds = time.monotonic() - started
    print(f"changed entry live after {seconds:.1f} s")
    entry.write_text(good.replace("steps:\n", "steps: [\n", 1), encoding="utf-8")
    deadline = time.monotonic() + 30
    while "1.001193.yml" not in system.written():
        assert time.monotonic() < deadline
        time.sleep(0.5)
    assert marker in _steps(system, started)
    entry.write_text(good, encoding="utf-8")
    while marker in _steps(system, started):
        assert time.monotonic() - started < 60
        time.sleep(0.2)


def test_a_client_that_hangs_up_loses_no_turn(system: System) -> None:
    with pytest.raises(requests.Timeout):
        system.session.post(
            system.rasa, json={"sender": "hang-up", "message": "làm giấy khai sinh cần gì"}, timeout=0.02
        )
    time.sleep(2)
    assert system.turn("hang-up", "bao nhiêu tiền")["procedures"] == ["1.001193"]


def test_many_messages_of_one_person_are_all_answered(system: System) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        turns = list(pool.map(lambda _: system.turn("busy", "đổi căn cước ở đâu"), range(12)))
    assert all(turn["outcome"] in ("answered", "clarify") for turn in turns)


def _steps(system: System, salt: float) -> str:
    return str(system.say(f"trainer-{time.monotonic()}", "các bước làm giấy khai sinh cho con"))


def _recovers(system: System, sender: str, seconds: float) -> dict[str, object]:
    deadline = time.monotonic() + seconds
    while True:
        turn = system.turn(sender, "làm giấy khai sinh cho con cần giấy tờ gì")
        if turn["outcome"] == "answered" or time.monotonic() > deadline:
            return turn
        time.sleep(1)
