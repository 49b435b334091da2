"""The JSON Schemas that editors use."""

import datetime as dt
import json

import pytest
import yaml

from assistant.knowledge import schema
from assistant.knowledge.store import LISTS
from tests.conftest import SHIPPED

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SCHEMAS = schema.schemas()
KINDS = {"procedure", "local-procedure", "province", *(name.removesuffix(".yml") for name in LISTS)}


def kind_of(path):
    place = path.relative_to(SHIPPED).parts
    if path.stem in KINDS:
        return path.stem
    return "procedure" if place[0] == "procedures" else "local-procedure"


def plain(value):
    """Dates as JSON has them."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def test_one_file_for_every_kind(tmp_path):
    written = list(schema.export(tmp_path / "schema"))
    assert {path.name for path in written} == {f"{kind}.schema.json" for kind in KINDS}
    for path in written:
        json.loads(path.read_text(encoding="utf-8"))


def test_fields_are_explained_in_vietnamese():
    for name, found in SCHEMAS["procedure"]["properties"].items():
        assert found.get("description"), name


def test_shipped_files_use_known_fields_and_give_the_needed_ones():
    for path in sorted(SHIPPED.rglob("*.yml")):
        found = SCHEMAS[kind_of(path)]
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
        rows, row_schema = (data, found["items"]) if found.get("type") == "array" else ([data], found)
        for row in rows:
            assert set(row) <= set(row_schema["properties"]), path
            assert set(row_schema["required"]) <= set(row), path
            assert row_schema["additionalProperties"] is False


def test_shipped_files_are_valid_by_the_schemas():
    jsonschema = pytest.importorskip("jsonschema")
    validators = {kind: jsonschema.Draft202012Validator(found) for kind, found in SCHEMAS.items()}
    for path in sorted(SHIPPED.rglob("*.yml")):
        data = plain(yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER))
        validators[kind_of(path)].validate(data)
