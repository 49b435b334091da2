"""Knowledge from elsewhere, to be laid under the shipped entries: portal rows or YAML entries."""

from __future__ import annotations

from pathlib import Path

from assistant.errors import KnowledgeError
from assistant.knowledge import portal, source
from assistant.knowledge.model import Procedure
from assistant.knowledge.source import Fault


def read(path: Path) -> list[Procedure]:
    """Read a JSON Lines file of portal rows, a YAML entry, or a folder of either.

    Raises:
        KnowledgeError: there is nothing to read, or a file is malformed.
    """
    if path.is_file() and path.suffix == ".yml":
        return [_entry(path, path.parent)]
    entries = [_entry(file, path) for file in source.yaml_files(path) if _is_entry(file)]
    return entries or portal.read(path)


def _is_entry(path: Path) -> bool:
    """Entries are named after their codes; beside them lie lists and the provinces' own parts."""
    return path.stem[:1].isdigit() and "local" not in path.parts


def _entry(path: Path, root: Path) -> Procedure:
    document = source.read(path, root)
    parsed = [document] if isinstance(document, Fault) else source.parse(document, document.data, Procedure)
    if isinstance(parsed, Procedure):
        return parsed
    raise KnowledgeError(f"Tri thức thêm vào có lỗi: {parsed[0]}")
