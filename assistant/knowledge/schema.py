"""JSON Schemas of the knowledge files, so that editors suggest fields and show mistakes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from assistant.knowledge.model import LocalProcedure, Procedure, Province
from assistant.knowledge.store import LISTS


def export(folder: Path) -> Iterator[Path]:
    """Write one schema per kind of file into ``folder``; yields what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        path = folder / f"{name}.schema.json"
        path.write_text(json.dumps(schema, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        yield path


def schemas() -> dict[str, dict[str, Any]]:
    """Schema by kind of file."""
    single: dict[str, type[BaseModel]] = {
        "procedure": Procedure,
        "local-procedure": LocalProcedure,
        "province": Province,
    }
    found = {name: model.model_json_schema() for name, model in single.items()}
    for file, model in LISTS.items():
        found[file.removesuffix(".yml")] = {"type": "array", "items": model.model_json_schema()}
    return found
