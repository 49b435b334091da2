"""The assistant kept fresh: good changes live, bad ones leave the last good version."""

import logging

import pytest

from assistant import runtime
from assistant.answers.turn import Message, State
from assistant.errors import AssistantError
from assistant.retrieval import index
from assistant.settings import Settings
from tests.doubles import HashedEncoder
from tests.retrieval.conftest import NLU, QUESTIONS
from tests.small_knowledge import LICENCE, edit


@pytest.fixture
def chosen(small_folder, tmp_path, monkeypatch):
    """Settings of a small system that is built and closed."""
    (tmp_path / "nlu").mkdir()
    (tmp_path / "nlu" / "all.yml").write_text(NLU, encoding="utf-8")
    monkeypatch.setattr(runtime, "NLU", tmp_path / "nlu")
    monkeypatch.setattr(runtime.questions, "read", lambda path: QUESTIONS)
    monkeypatch.setattr(runtime, "SentenceEncoder", lambda *arguments: HashedEncoder())
    settings = Settings(knowledge=small_folder, data=tmp_path / "var")
    runtime.build_index(settings, HashedEncoder(), lambda line: None)
    return settings


def answer(running):
    return running.assistant.answer(Message("đổi bằng lái xe", "ask_overview"), State()).texts[0]


def test_nothing_changed(chosen):
    assert runtime.Runtime(chosen).refresh() is False


def test_a_changed_entry_goes_live(chosen):
    running = runtime.Runtime(chosen)
    before = running.assistant.index.version
    edit(chosen.knowledge, LICENCE, "purpose: Đổi bằng lái", "purpose: Nay đổi bằng lái")
    assert running.refresh() is True
    assert running.assistant.index.version != before
    assert "Nay đổi bằng lái" in answer(running)


@pytest.mark.parametrize("old", ["level: commune", "purpose: ", "code: "])
def test_a_broken_entry_leaves_the_last_good_version(chosen, caplog, old):
    running = runtime.Runtime(chosen)
    before = running.assistant
    edit(chosen.knowledge, LICENCE, old, "- : [")
    with caplog.at_level(logging.ERROR):
        assert running.refresh() is False
    assert running.assistant is before
    assert LICENCE in caplog.text
    assert answer(running)


def test_a_day_in_no_calendar_leaves_the_last_good_version(chosen):
    running = runtime.Runtime(chosen)
    before = running.assistant
    edit(chosen.knowledge, LICENCE, "valid_from: 2025-07-01", "valid_from: 2025-02-30")
    assert running.refresh() is False
    assert running.assistant is before


def test_what_the_check_refuses_does_not_go_live(chosen):
    running = runtime.Runtime(chosen)
    before = running.assistant
    edit(chosen.knowledge, LICENCE, '    instrument: "Thông tư 02/2025/TT-BTC, Điều 4"\n', "")
    assert running.refresh() is False
    assert running.assistant is before


def test_mended_it_goes_live(chosen):
    running = runtime.Runtime(chosen)
    edit(chosen.knowledge, LICENCE, "level: commune", "level: x")
    running.refresh()
    edit(chosen.knowledge, LICENCE, "level: x", "level: province")
    assert running.refresh() is True


def test_an_index_built_by_somebody_else_is_taken_up(chosen):
    running = runtime.Runtime(chosen)
    edit(chosen.knowledge, LICENCE, "purpose: Đổi", "purpose: Nay đổi")
    version = runtime.build_index(chosen, HashedEncoder(), lambda line: None)
    running._seen = runtime._stamp(chosen.knowledge)  # as if the knowledge had not been touched
    assert running.refresh() is True
    assert running.assistant.index.version == version


def test_a_damaged_new_index_leaves_the_last_good_version(chosen):
    running = runtime.Runtime(chosen)
    before = running.assistant
    (chosen.index_folder / index.CURRENT).write_text("nonsense")
    running.refresh()
    assert running.assistant.index.version == before.index.version


def test_a_lost_knowledge_folder_leaves_the_last_good_version(chosen):
    running = runtime.Runtime(chosen)
    chosen.knowledge.rename(chosen.knowledge.with_name("away"))
    assert running.refresh() is False
    assert answer(running)


def test_without_an_index_there_is_no_start(chosen, tmp_path):
    with pytest.raises(AssistantError):
        runtime.Runtime(Settings(knowledge=chosen.knowledge, data=tmp_path / "nowhere"))


def test_it_follows_in_the_background(chosen, monkeypatch):
    import time

    monkeypatch.setattr(runtime, "_POLL_SECONDS", 0.05)
    running = runtime.Runtime(chosen)
    running.watch()
    try:
        before = running.assistant.index.version
        edit(chosen.knowledge, LICENCE, "purpose: Đổi", "purpose: Nay đổi")
        end = time.monotonic() + 20
        while running.assistant.index.version == before and time.monotonic() < end:
            time.sleep(0.05)
        assert running.assistant.index.version != before
    finally:
        running.close()
