"""Index versions on disk: built beside the old one, switched at once, checked when opened.

``index/<version>/`` holds the knowledge it was built from, its views and vectors, the intent
model, the calibration, and a manifest of hashes; ``index/CURRENT`` names the version in use. The
lexical indexes are rebuilt from the views when opened: that takes a second at national scale, and
keeps pickles out of the folder.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import SearchIndexError
from assistant.knowledge.store import Knowledge
from assistant.retrieval import calibrate, intents, restore
from assistant.retrieval.decision import Calibration
from assistant.retrieval.encoder import Encoder, Vectors
from assistant.retrieval.intents import IntentModel
from assistant.retrieval.questions import Question
from assistant.retrieval.ranking import Ranker
from assistant.retrieval.views import Kind, View, all_views

log = logging.getLogger(__name__)

FORMAT = 2
CURRENT = "CURRENT"
KEPT_VERSIONS = 3
_BATCH = 16
_SCRATCH = ".building-"

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Index:
    """An opened index: all that answering needs, in memory."""

    version: str
    knowledge: Knowledge
    ranker: Ranker
    intents: IntentModel
    calibration: Calibration


@dataclass(frozen=True)
class Sources:
    """What an index is built from, beside the knowledge itself."""

    nlu: Path
    questions: Sequence[Question]
    encoder: Encoder


def build(
    folder: Path, knowledge: Knowledge, sources: Sources, progress: Progress = lambda _: None, recalibrate: bool = False
) -> str:
    """Build a version for ``knowledge`` and make it current; returns its name.

    Vectors of unchanged texts and the calibration are taken over from the current version, so
    that one changed entry costs only its own texts.

    Args:
        folder: the folder of all versions.
        knowledge: what to index.
        sources: training examples, labelled questions, encoder.
        progress: told, in Vietnamese, what is being done.
        recalibrate: learn weights and thresholds again although the current version has some.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _building(folder):
        return _build(folder, knowledge, sources, progress, recalibrate)


def _build(folder: Path, knowledge: Knowledge, sources: Sources, progress: Progress, recalibrate: bool) -> str:
    content = version_of(knowledge, sources)
    ready = next((name for name in _sound_versions(folder) if _content_of(name) == content), None)
    if ready and not recalibrate:
        if current(folder) != ready:
            _switch(folder, ready)
        progress(f"chỉ mục {ready} đã mới nhất")
        return ready
    scratch = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=folder))
    previous = _previous(folder, sources.encoder)
    views = all_views(knowledge)
    vectors = _vectors(views, sources.encoder, previous, progress)
    progress("học cách nhận ra ý hỏi")
    model = _intents(sources.nlu, previous)
    calibration = None if recalibrate or previous is None else _calibration(previous)
    if calibration is None:
        ranker = _ranker(knowledge, views, vectors, sources.encoder)
        progress(f"chỉnh ngưỡng trên {len(sources.questions)} câu hỏi")
        calibration = calibrate.calibrate(ranker, sources.questions, knowledge.canonical)
    _write(scratch, knowledge, views, vectors, model, calibration, sources)
    target = _free_name(folder, content)
    scratch.rename(target)
    _switch(folder, target.name)
    _forget_old(folder)
    progress(f"xong: {len(knowledge.procedures)} thủ tục, {len(views)} cách nói, phiên bản {target.name}")
    return target.name


def open_current(folder: Path, encoder: Encoder) -> Index:
    """Open the current version, or the newest sound one if that is damaged.

    Raises:
        SearchIndexError: there is no sound version, or it was built with another encoder.
    """
    named = current(folder)
    names = list(dict.fromkeys([*([named] if named else []), *_versions(folder)]))
    for name in names:
        if is_sound(folder / name):
            if name != named:
                log.error("index %s is damaged; using %s, the last good one", named, name)
            return _open(folder / name, encoder)
    raise SearchIndexError("Chưa có chỉ mục dùng được: chạy «assistant index build».")


def current(folder: Path) -> str | None:
    """Name of the version in use, if any."""
    try:
        return (folder / CURRENT).read_text(encoding="utf-8").strip() or None
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def is_sound(version: Path) -> bool:
    """Whether every file of a version is there and has the hash that the manifest says."""
    try:
        manifest = json.loads((version / "manifest.json").read_text(encoding="utf-8"))
        return manifest["format"] == FORMAT and all(
            _digest(version / name) == digest for name, digest in manifest["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def info(folder: Path) -> dict[str, object]:
    """What ``assistant index info`` shows of the current version.

    Raises:
        SearchIndexError: there is none.
    """
    name = current(folder)
    if name is None or not (folder / name / "manifest.json").is_file():
        raise SearchIndexError("Chưa có chỉ mục: chạy «assistant index build».")
    manifest = json.loads((folder / name / "manifest.json").read_text(encoding="utf-8"))
    calibration = _calibration(folder / name)
    return {
        "version": name,
        "sound": is_sound(folder / name),
        **{key: manifest[key] for key in ("encoder", "knowledge", "province", "procedures", "views")},
        "bytes": sum(p.stat().st_size for p in (folder / name).iterdir()),
        "calibration": asdict(calibration) if calibration else None,
    }


def version_of(knowledge: Knowledge, sources: Sources) -> str:
    """A name that changes with anything that goes into the index."""
    digest = hashlib.sha256()
    parts = [str(FORMAT), knowledge.version, sources.encoder.name]
    parts += [knowledge.province.id if knowledge.province else "", *sorted(knowledge.procedures)]
    parts += [path.read_text(encoding="utf-8") for path in sorted(sources.nlu.glob("*.yml"))]
    for part in parts:
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()[:12]


def _open(version: Path, encoder: Encoder) -> Index:
    manifest = json.loads((version / "manifest.json").read_text(encoding="utf-8"))
    if manifest["encoder"] != encoder.name:
        raise SearchIndexError("Bộ mã hóa câu đã đổi: chạy «assistant index build» để dựng lại chỉ mục.")
    knowledge = Knowledge.from_json((version / "knowledge.json").read_text(encoding="utf-8"))
    views = _read_views(version)
    calibration = _calibration(version)
    if calibration is None:
        raise SearchIndexError("Chỉ mục thiếu phần chỉnh ngưỡng: chạy «assistant index build».")
    return Index(
        version.name,
        knowledge,
        _ranker(knowledge, views, np.load(version / "vectors.npy", allow_pickle=False), encoder),
        IntentModel(np.load(version / "intents.npz", allow_pickle=False)),
        calibration,
    )


def _write(
    folder: Path,
    knowledge: Knowledge,
    views: Sequence[View],
    vectors: Vectors,
    model: IntentModel,
    calibration: Calibration,
    sources: Sources,
) -> None:
    (folder / "knowledge.json").write_text(knowledge.to_json(), encoding="utf-8")
    rows = (json.dumps([v.code, v.kind, v.text], ensure_ascii=False) for v in views)
    (folder / "views.jsonl").write_text("\n".join(rows), encoding="utf-8")
    np.save(folder / "vectors.npy", vectors)
    arrays: dict[str, Any] = {"source": np.array(_nlu_digest(sources.nlu)), **model.arrays}
    np.savez(folder / "intents.npz", **arrays)
    (folder / "calibration.json").write_text(json.dumps(asdict(calibration), indent=1), encoding="utf-8")
    manifest = {
        "format": FORMAT,
        "encoder": sources.encoder.name,
        "knowledge": knowledge.version,
        "province": knowledge.province.id if knowledge.province else None,
        "procedures": len(knowledge.procedures),
        "views": len(views),
        "files": {path.name: _digest(path) for path in sorted(folder.iterdir())},
    }
    for path in folder.iterdir():  # the switch must not name files that a power cut can still lose
        _sync(path)
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    _sync(folder / "manifest.json")


def _vectors(views: Sequence[View], encoder: Encoder, previous: Path | None, progress: Progress) -> Vectors:
    known = _known_vectors(previous)
    missing = sorted({v.text for v in views} - set(known), key=len)  # alike lengths pad little
    for start in range(0, len(missing), _BATCH):
        batch = missing[start : start + _BATCH]
        known.update(zip(batch, encoder.passages(batch), strict=True))
        done = min(start + _BATCH, len(missing))
        if start // _BATCH % 20 == 0 or done == len(missing):
            progress(f"mã hóa {done}/{len(missing)} câu mới")
    return np.ascontiguousarray(np.stack([known[v.text] for v in views]), dtype=np.float32)


def _known_vectors(previous: Path | None) -> dict[str, Vectors]:
    if previous is None:
        return {}
    vectors = np.load(previous / "vectors.npy", allow_pickle=False)
    return {view.text: vector for view, vector in zip(_read_views(previous), vectors, strict=True)}


def _intents(nlu: Path, previous: Path | None) -> IntentModel:
    if previous is not None:
        arrays = np.load(previous / "intents.npz", allow_pickle=False)
        if str(arrays["source"]) == _nlu_digest(nlu):
            return IntentModel(arrays)
    return intents.train(intents.read_examples(nlu))


def _ranker(knowledge: Knowledge, views: Sequence[View], vectors: Vectors, encoder: Encoder) -> Ranker:
    restorer = restore.train(_sentences(knowledge), restore.dictionary(), encoder.syllable_scores())
    return Ranker(views, vectors, encoder, restorer, frozenset(knowledge.others))


def _sentences(knowledge: Knowledge) -> Iterable[str]:
    for view in all_views(knowledge):
        yield view.text
    for procedure in knowledge.procedures.values():
        yield from procedure.steps
        yield from (document.name for document in procedure.documents)


def _read_views(version: Path) -> list[View]:
    lines = (version / "views.jsonl").read_text(encoding="utf-8").split("\n")
    return [View(code, Kind(kind), text) for code, kind, text in map(json.loads, lines)]


def _calibration(version: Path) -> Calibration | None:
    path = version / "calibration.json"
    return Calibration(**json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def _previous(folder: Path, encoder: Encoder) -> Path | None:
    """The current version, if it is sound and was made with the same encoder."""
    name = current(folder)
    if name is None or not is_sound(folder / name):
        return None
    manifest = json.loads((folder / name / "manifest.json").read_text(encoding="utf-8"))
    return folder / name if manifest["encoder"] == encoder.name else None


def _versions(folder: Path) -> list[str]:
    """Names of all versions, newest first; what an interrupted build left is none."""
    found = [p.parent for p in folder.glob("*/manifest.json") if not p.parent.name.startswith(".")]
    return [p.name for p in sorted(found, key=lambda p: p.stat().st_mtime, reverse=True)]


def _sound_versions(folder: Path) -> list[str]:
    return [name for name in _versions(folder) if is_sound(folder / name)]


def _free_name(folder: Path, content: str) -> Path:
    """A name that no sound version has; a damaged one gives its name up."""
    target, number = folder / content, 1
    while target.exists():
        if not is_sound(target):
            shutil.rmtree(target)
            break
        number += 1
        target = folder / f"{content}-{number}"
    return target


def _content_of(name: str) -> str:
    return name.split("-")[0]


@contextmanager
def _building(folder: Path) -> Iterator[None]:
    """One build at a time, over all processes; clears away what interrupted builds left."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in folder.glob(f"{_SCRATCH}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


def _switch(folder: Path, version: str) -> None:
    scratch = folder / f".{CURRENT}.{os.getpid()}"
    scratch.write_text(version, encoding="utf-8")
    _sync(scratch)
    scratch.replace(folder / CURRENT)


def _forget_old(folder: Path) -> None:
    for old in _versions(folder)[KEPT_VERSIONS:]:
        if old != current(folder):
            shutil.rmtree(folder / old, ignore_errors=True)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _nlu_digest(nlu: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(nlu.glob("*.yml")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
