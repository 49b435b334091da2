"""The assistant kept ready and fresh: opened once, reopened when knowledge or index change.

A change of knowledge that passes its check is indexed and live within seconds; one that does not
is reported, and the last good version stays.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from assistant.answers.assistant import Assistant
from assistant.errors import AssistantError, KnowledgeError
from assistant.knowledge import added as added_knowledge
from assistant.knowledge import check, store
from assistant.knowledge.store import Knowledge
from assistant.retrieval import index, questions
from assistant.retrieval.encoder import SentenceEncoder
from assistant.settings import ROOT, Settings

log = logging.getLogger(__name__)

NLU = ROOT / "data" / "nlu"
DEV_QUESTIONS = ROOT / "data" / "questions" / "dev.jsonl"
_POLL_SECONDS = 1.0

Progress = Callable[[str], None]


def load_knowledge(settings: Settings, added: Path | None = None) -> Knowledge:
    """The knowledge that settings name, with a file or folder of further entries laid under it.

    Raises:
        KnowledgeError: it does not pass its check.
    """
    known = store.load(settings.knowledge, settings.province or None)
    # A file that cannot be read makes every reference to it a fault: causes come first.
    faults = known.faults or check.check(settings.knowledge, [settings.province] if settings.province else [])
    stopping = [fault for fault in faults if fault.stops]
    if stopping:
        raise KnowledgeError(f"Tri thức có {len(stopping)} lỗi: {stopping[0]} (xem hết: «assistant knowledge check»).")
    if added:
        known.add(added_knowledge.read(added))
    return known


def build_index(
    settings: Settings,
    encoder: SentenceEncoder,
    progress: Progress,
    added: Path | None = None,
    recalibrate: bool = False,
) -> str:
    """Build, or bring up to date, the index in the folder that settings name; its version."""
    labelled = questions.read(DEV_QUESTIONS)
    if added:  # with more entries, what had none may have one
        labelled = [q for q in labelled if q.kind != "no_entry"]
    sources = index.Sources(NLU, labelled, encoder)
    return index.build(settings.index_folder, load_knowledge(settings, added), sources, progress, recalibrate)


class Runtime:
    """One opened assistant, replaced as a whole when something better is there."""

    def __init__(self, settings: Settings) -> None:
        """Open the current index.

        Raises:
            AssistantError: encoder or index are missing or unusable.
        """
        self._settings = settings
        self._encoder = SentenceEncoder(settings.encoder, settings.threads)
        self._assistant = Assistant(index.open_current(settings.index_folder, self._encoder))
        self._seen = _stamp(settings.knowledge)
        self._stop = threading.Event()

    @property
    def assistant(self) -> Assistant:
        """The assistant as of now; hold on to it for one turn, not longer."""
        return self._assistant

    def watch(self) -> None:
        """Follow changes of knowledge and index in the background until :meth:`close`."""
        threading.Thread(target=self._follow, name="knowledge-watch", daemon=True).start()

    def close(self) -> None:
        """Stop following."""
        self._stop.set()

    def refresh(self) -> bool:
        """Take up what changed since last time; whether the assistant was replaced."""
        stamp = _stamp(self._settings.knowledge)
        try:
            if stamp != self._seen:
                self._seen = stamp
                build_index(self._settings, self._encoder, log.info)
            if index.current(self._settings.index_folder) == self._assistant.index.version:
                return False
            self._assistant = Assistant(index.open_current(self._settings.index_folder, self._encoder))
        except AssistantError as error:
            log.error("keeping version %s: %s", self._assistant.index.version, error)
            return False
        log.info("version %s is live", self._assistant.index.version)
        return True

    def _follow(self) -> None:
        while not self._stop.wait(_POLL_SECONDS):
            try:
                self.refresh()
            except Exception:  # the watcher must outlive any single bad change
                log.exception("watching the knowledge failed; trying again")


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Names, sizes and times of all knowledge files: cheap to compare once a second."""
    found = []
    for path in folder.rglob("*.yml"):
        try:
            status = path.stat()
        except FileNotFoundError:  # an editor is just replacing it
            continue
        found.append((str(path), status.st_size, status.st_mtime_ns))
    return tuple(sorted(found))
