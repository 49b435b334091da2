"""What all tests share. Loaded in both environments, so heavy imports stay inside fixtures."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The same examples every run: a test that fails on one machine fails on all.
settings.register_profile(
    "project", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("project")

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ROOT / "knowledge"
# Enough of data/nlu and dev.jsonl to tell intents and entries apart, few enough to train in seconds.
EXAMPLES_PER_INTENT = 14
QUESTION_STEP = 9


@pytest.fixture
def small_folder(tmp_path):
    """A knowledge folder with four entries and one province, to be broken at will."""
    from tests import small_knowledge

    return small_knowledge.make(tmp_path / "knowledge")


@pytest.fixture(scope="session")
def shipped():
    """The shipped knowledge without any province's own facts."""
    from assistant.knowledge import store

    return store.load(SHIPPED)


@pytest.fixture(scope="session")
def some_nlu(tmp_path_factory):
    """A folder with the first examples of every shipped intent."""
    import yaml

    folder = tmp_path_factory.mktemp("nlu")
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        blocks = yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
        for block in blocks:
            if "intent" in block:
                kept = block["examples"].splitlines()[:EXAMPLES_PER_INTENT]
                block["examples"] = "\n".join(kept) + "\n"
        text = yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True)
        (folder / path.name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def shipped_data(tmp_path_factory, shipped, some_nlu):
    """A data folder whose index is built over the shipped knowledge with the tests' encoder."""
    from assistant.retrieval import index, questions
    from tests.doubles import HashedEncoder

    data = tmp_path_factory.mktemp("data")
    rows = questions.read(ROOT / "data" / "questions" / "dev.jsonl")[::QUESTION_STEP]
    index.build(data / "index", shipped, index.Sources(some_nlu, rows, HashedEncoder()))
    return data


@pytest.fixture(scope="session")
def shipped_index(shipped_data):
    """The opened index over the shipped knowledge. Nothing may change it."""
    from assistant.retrieval import index
    from tests.doubles import HashedEncoder

    return index.open_current(shipped_data / "index", HashedEncoder())


@pytest.fixture(scope="session")
def assistant(shipped_index):
    """An assistant over the shipped knowledge; it holds no conversation, so all tests may share it."""
    from assistant.answers.assistant import Assistant

    return Assistant(shipped_index)


@pytest.fixture
def own_data(tmp_path, shipped_data):
    """A copy of the built data folder that a test may damage."""
    return Path(shutil.copytree(shipped_data, tmp_path / "var"))
