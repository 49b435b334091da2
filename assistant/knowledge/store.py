"""The knowledge in memory: entries with the province's own facts laid over the national ones."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel

from assistant.errors import KnowledgeError
from assistant.knowledge import source
from assistant.knowledge.model import (
    Agency,
    AmbiguousTerm,
    DossierState,
    FieldOfWork,
    GlossaryTerm,
    LifeEvent,
    LocalProcedure,
    OtherProcedure,
    Procedure,
    Province,
)
from assistant.knowledge.source import Fault, Located, M

LISTS: dict[str, type[BaseModel]] = {
    "fields.yml": FieldOfWork,
    "agencies.yml": Agency,
    "life_events.yml": LifeEvent,
    "glossary.yml": GlossaryTerm,
    "dossier_states.yml": DossierState,
    "ambiguous.yml": AmbiguousTerm,
    "other_procedures.yml": OtherProcedure,
}

_SHELVES: dict[str, tuple[type[BaseModel], str]] = {
    "procedures": (Procedure, "code"),
    "agencies": (Agency, "id"),
    "fields": (FieldOfWork, "id"),
    "life_events": (LifeEvent, "id"),
    "dossier_states": (DossierState, "id"),
    "others": (OtherProcedure, "code"),
}


@dataclass(frozen=True)
class Entry:
    """An entry with the files it came from, so that faults in it can be placed."""

    procedure: Procedure
    source: Located
    local: Located | None = None
    local_parts: frozenset[str] = frozenset()

    def fault(self, where: tuple[int | str, ...], message: str) -> Fault:
        """A fault at the field ``where``, placed in the province's file if that one gives it."""
        local = self.local if where and where[0] in self.local_parts else None
        return (local or self.source).fault(where, message)


@dataclass
class Knowledge:
    """Everything the assistant knows, for one province.

    ``procedures`` go by national code. As long as the knowledge was read from files, ``entries``
    and ``sources`` say from which, and ``faults`` what was wrong with them.
    """

    procedures: dict[str, Procedure] = field(default_factory=dict)
    agencies: dict[str, Agency] = field(default_factory=dict)
    fields: dict[str, FieldOfWork] = field(default_factory=dict)
    life_events: dict[str, LifeEvent] = field(default_factory=dict)
    glossary: list[GlossaryTerm] = field(default_factory=list)
    dossier_states: dict[int, DossierState] = field(default_factory=dict)
    others: dict[str, OtherProcedure] = field(default_factory=dict)
    ambiguous: list[AmbiguousTerm] = field(default_factory=list)
    province: Province | None = None
    entries: dict[str, Entry] = field(default_factory=dict)
    sources: dict[str, Located] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    version: str = ""

    @property
    def canonical(self) -> dict[str, str]:
        """From any known code, a province's own or another level's, to the entry's code."""
        codes = {other: p.code for p in self.procedures.values() for other in p.same_need}
        return codes | {code: code for code in self.procedures}

    def to_json(self) -> str:
        """Everything but the faults, for storing beside an index."""
        shelves: dict[str, list[BaseModel]] = {name: list(getattr(self, name).values()) for name in _SHELVES}
        lists: dict[str, list[BaseModel]] = {"glossary": [*self.glossary], "ambiguous": [*self.ambiguous]}
        data = {
            name: [item.model_dump(mode="json", exclude_defaults=True) for item in items]
            for name, items in (shelves | lists).items()
        }
        province = self.province.model_dump(mode="json") if self.province else None
        return json.dumps(data | {"province": province, "version": self.version}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Knowledge:
        """The inverse of :meth:`to_json`."""
        data = json.loads(text)
        known = cls(version=data["version"])
        for name, (model, key) in _SHELVES.items():
            items = (model.model_validate(item) for item in data[name])
            setattr(known, name, {getattr(item, key): item for item in items})
        known.glossary = [GlossaryTerm.model_validate(item) for item in data["glossary"]]
        known.ambiguous = [AmbiguousTerm.model_validate(item) for item in data["ambiguous"]]
        known.province = Province.model_validate(data["province"]) if data["province"] else None
        return known

    def add(self, procedures: Iterable[Procedure]) -> None:
        """Lay further entries under the shipped ones: where both have a code, ours wins."""
        shipped = self.canonical
        for procedure in procedures:
            if procedure.code not in shipped:
                self.procedures.setdefault(procedure.code, procedure)
                self.others.pop(procedure.code, None)
        self.version = hashlib.sha256(self.to_json().encode()).hexdigest()[:12]


def load(root: Path, province: str | None = None) -> Knowledge:
    """Read the folder ``root``; faults are collected in the result, not raised.

    Args:
        root: the ``knowledge/`` folder.
        province: folder name under ``local/``; its facts replace the national ones.

    Raises:
        KnowledgeError: the folder or the province's folder does not exist.
    """
    if not (root / "procedures").is_dir():
        raise KnowledgeError(f"Không thấy thư mục tri thức «{root / 'procedures'}».")
    known = Knowledge()
    for name, model in LISTS.items():
        _load_list(known, root, root / name, model)
    for path in source.yaml_files(root / "procedures"):
        _load_procedure(known, root, path)
    if province:
        _load_local(known, root, root / "local" / province)
    known.version = _version(root)
    return known


def _load_list(known: Knowledge, root: Path, path: Path, model: type[M]) -> None:
    if not path.exists():
        known.faults.append(Fault(str(path.relative_to(root)), 1, "(cả tệp)", "thiếu tệp này"))
        return
    document = source.read(path, root)
    if isinstance(document, Fault):
        known.faults.append(document)
        return
    if not isinstance(document.data, list):
        known.faults.append(document.fault((), "phải là một danh sách"))
        return
    known.sources[path.name] = document
    for position, item in enumerate(document.data):
        parsed = source.parse(document, item, model, (position,))
        if isinstance(parsed, list):
            known.faults.extend(parsed)
        else:
            _keep(known, parsed, document, position)


def _keep(known: Knowledge, item: BaseModel, document: Located, position: int) -> None:
    if isinstance(item, GlossaryTerm):
        known.glossary.append(item)
        return
    if isinstance(item, AmbiguousTerm):
        known.ambiguous.append(item)
        return
    (name, key), *_ = [(name, key) for name, (model, key) in _SHELVES.items() if isinstance(item, model)]
    shelf, value = getattr(known, name), getattr(item, key)
    if value in shelf:
        known.faults.append(document.fault((position, key), f"mã «{value}» đã dùng ở trên"))
    shelf[value] = item


def _load_procedure(known: Knowledge, root: Path, path: Path) -> None:
    document = source.read(path, root)
    if isinstance(document, Fault):
        known.faults.append(document)
        return
    parsed = source.parse(document, document.data, Procedure)
    if isinstance(parsed, list):
        known.faults.extend(parsed)
        return
    other = known.entries.get(parsed.code)
    if other:
        known.faults.append(document.fault(("code",), f"mã {parsed.code} đã có ở {other.source.name}"))
        return
    known.entries[parsed.code] = Entry(parsed, document)
    known.procedures[parsed.code] = parsed


def _load_local(known: Knowledge, root: Path, folder: Path) -> None:
    if not (folder / "province.yml").exists():
        raise KnowledgeError(f"Không thấy dữ liệu tỉnh «{folder.name}» (thiếu {folder / 'province.yml'}).")
    document = source.read(folder / "province.yml", root)
    if isinstance(document, Fault):
        known.faults.append(document)
    else:
        province = source.parse(document, document.data, Province)
        if isinstance(province, list):
            known.faults.extend(province)
        else:
            known.province = province
            known.sources["province.yml"] = document
    if (folder / "agencies.yml").exists():
        local = Knowledge()
        _load_list(local, root, folder / "agencies.yml", Agency)
        known.faults.extend(local.faults)
        known.agencies |= local.agencies
    for path in source.yaml_files(folder / "procedures"):
        _lay_over(known, root, path)


def _lay_over(known: Knowledge, root: Path, path: Path) -> None:
    document = source.read(path, root)
    if isinstance(document, Fault):
        known.faults.append(document)
        return
    local = source.parse(document, document.data, LocalProcedure)
    if isinstance(local, list):
        known.faults.extend(local)
        return
    national = known.entries.get(local.code)
    if national is None:
        known.faults.append(document.fault(("code",), f"không có mục quốc gia nào mã {local.code}"))
        return
    given = {name: getattr(local, name) for name in local.model_fields_set - {"code", "checked"}}
    if "same_need" in given:
        given["same_need"] = [*national.procedure.same_need, *given["same_need"]]
    merged = national.procedure.model_copy(update=given | {"local_checked": local.checked})
    known.entries[local.code] = Entry(merged, national.source, document, frozenset(given))
    known.procedures[local.code] = merged


def _version(root: Path) -> str:
    """A digest of every file, so that two equal folders have equal versions."""
    digest = hashlib.sha256()
    for path in source.yaml_files(root):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
