"""Reading YAML into models, with every fault placed: file, line, field, plain Vietnamese."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """A safe loader that leaves dates as text: pydantic reads them, and says where a wrong one stands."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the name and the shape are PyYAML's
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping whose keys stand once: YAML would silently keep the last."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"trường «{key.value}» ghi hai lần", key.start_mark)
            seen.add(key.value)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return mapping


_MESSAGES = {
    "missing": "thiếu trường này",
    "extra_forbidden": "không có trường nào tên như vậy (viết sai tên?)",
    "string_type": "phải là chữ (đặt trong dấu ngoặc kép nếu là số)",
    "string_too_short": "không được để trống",
    "string_pattern_mismatch": "viết sai khuôn mẫu",
    "int_type": "phải là số nguyên",
    "int_parsing": "phải là số nguyên",
    "float_type": "phải là số",
    "float_parsing": "phải là số",
    "bool_type": "phải là true hoặc false",
    "list_type": "phải là danh sách (mỗi dòng bắt đầu bằng «- »)",
    "date_type": "phải là ngày dạng 2026-11-22",
    "date_from_datetime_parsing": "phải là ngày có thật, dạng 2026-11-22",
    "date_parsing": "phải là ngày có thật, dạng 2026-11-22",
    "date_from_datetime_inexact": "phải là ngày dạng 2026-11-22, không kèm giờ",
    "int_from_float": "phải là số nguyên",
    "finite_number": "phải là số",
    "too_short": "không được để trống",
    "greater_than_equal": "số quá nhỏ",
    "less_than_equal": "số quá lớn",
    "model_type": "phải là một nhóm «tên: giá trị»",
}


@dataclass(frozen=True, order=True)
class Fault:
    """One fault in a knowledge file; ``line`` counts from 1.

    ``stops`` is false for what only time made wrong: an expired fee is said to be expired, and the
    rest of its entry still serves.
    """

    file: str
    line: int
    field: str
    message: str
    stops: bool = True

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.message}"


class Located:
    """A parsed YAML document that remembers on which line each field stands."""

    def __init__(self, path: Path, root: Path) -> None:
        """Parse ``path``.

        Raises:
            yaml.YAMLError: the file is not YAML.
            UnicodeDecodeError: the file is not UTF-8.
        """
        self.path = path
        self.name = str(path.relative_to(root))
        text = path.read_text(encoding="utf-8")
        self.data: Any = yaml.load(text, Loader=_Loader)  # noqa: S506 - it is a safe one
        self._text = text
        self._node: yaml.Node | None = None

    def line(self, where: tuple[int | str, ...]) -> int:
        """Line of the field at ``where``, or of its nearest parent that exists."""
        if self._node is None:  # composing costs as much as loading: only when a fault is shown
            self._node = yaml.compose(self._text, Loader=_Loader)
        node = self._node
        line = 1
        for step in where:
            found: yaml.Node | None = None
            if isinstance(node, yaml.MappingNode):
                for key, value in node.value:
                    if key.value == str(step):
                        line, found = key.start_mark.line + 1, value
                        break
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
                found = node.value[step] if step < len(node.value) else None
                line = found.start_mark.line + 1 if found else line
            if found is None:
                break
            node = found
        return line

    def fault(self, where: tuple[int | str, ...], message: str) -> Fault:
        """A fault of this file at the field ``where``."""
        return Fault(self.name, self.line(where), _field_name(where), message)


def read(path: Path, root: Path) -> Located | Fault:
    """Parse one file, or say why it cannot be parsed."""
    name = str(path.relative_to(root))
    try:
        return Located(path, root)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        if isinstance(error, yaml.constructor.ConstructorError) and error.problem:
            return Fault(name, line, "(cả tệp)", error.problem)
        return Fault(name, line, "(cả tệp)", "không đúng cú pháp YAML: xem lại thụt lề, dấu hai chấm, ngoặc kép ở đây")
    except (yaml.YAMLError, ValueError):
        return Fault(name, 1, "(cả tệp)", "không đọc được: tệp phải là YAML, mã UTF-8")


def parse(source: Located, data: Any, model: type[M], at: tuple[int | str, ...] = ()) -> M | list[Fault]:
    """Validate ``data``, found at ``at`` in ``source``, against ``model``."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        return [source.fault((*at, *_real_path(detail["loc"])), _explain(dict(detail))) for detail in error.errors()]


def yaml_files(folder: Path) -> Iterator[Path]:
    """The YAML files below ``folder``, in a stable order."""
    if folder.is_dir():
        yield from sorted(p for p in folder.rglob("*.yml") if p.is_file())


def _explain(detail: dict[str, Any]) -> str:
    kind = detail["type"]
    if kind == "enum":
        return f"giá trị lạ «{detail['input']}»; chỉ dùng {detail['ctx']['expected']}"
    message = _MESSAGES.get(kind, "giá trị không đúng kiểu")
    if kind == "string_pattern_mismatch":
        message += f": «{detail['input']}»"
    return message


def _field_name(where: tuple[int | str, ...]) -> str:
    name = ""
    for step in where:
        name += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if name else str(step)
    return name or "(cả tệp)"


def _real_path(loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    return loc
