"""Writes docs/reference/ from the program itself: commands, settings, entry fields.

.venv/bin/python scripts/generate_docs.py            writes
.venv/bin/python scripts/generate_docs.py --check    exits with 1 if a page is stale
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import types
import typing
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from typer.main import get_command

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from assistant import cli, settings  # noqa: E402
from assistant.knowledge import check, model, store  # noqa: E402

REFERENCE = ROOT / "docs" / "reference"
_MADE_BY = "<!-- Trang này do scripts/generate_docs.py viết ra; đừng sửa tay. -->\n"

EXIT_CODES = {
    0: "xong",
    1: "lệnh chạy xong và chỉ ra lỗi (ví dụ `knowledge check` thấy tệp sai)",
    2: "không chạy được: một dòng nói vì sao; hoặc gọi sai cú pháp",
    130: "người dùng dừng bằng Ctrl+C",
}

SETUP_SETTINGS = [
    ("PYTHON310", "", "Python 3.10 cho Rasa; trống thì tự tìm: `python3.10`, pyenv, uv."),
    ("PYTHON311", "", "Python 3.11 cho phần còn lại; trống thì tự tìm: `python3.11`, pyenv, uv."),
    ("TORCH_INDEX", "", "Chỉ mục pip để lấy torch; trống thì tự chọn sao cho được bản CPU."),
]

FILES = [
    (model.Procedure, "`knowledge/procedures/<lĩnh vực>/<mã>.yml`"),
    (model.LocalProcedure, "`knowledge/local/<tỉnh>/procedures/<mã>.yml`"),
    (model.Province, "`knowledge/local/<tỉnh>/province.yml`"),
    *((kind, f"`knowledge/{name}`, mỗi dòng một mục") for name, kind in store.LISTS.items()),
]

TITLES = {
    "Procedure": "Thủ tục",
    "LocalProcedure": "Phần riêng của tỉnh",
    "Province": "Tỉnh, thành phố",
    "FieldOfWork": "Lĩnh vực",
    "Agency": "Cơ quan",
    "LifeEvent": "Sự kiện trong đời",
    "GlossaryTerm": "Từ trong bảng thuật ngữ",
    "DossierState": "Trạng thái hồ sơ",
    "AmbiguousTerm": "Cách nói nhiều nghĩa",
    "OtherProcedure": "Thủ tục chỉ biết tên",
    "Case": "Trường hợp",
    "Document": "Giấy tờ",
    "Fee": "Khoản thu",
    "ProcessingTime": "Thời hạn",
    "FilingMethod": "Cách nộp",
    "Form": "Mẫu đơn",
    "LegalBasis": "Căn cứ pháp lý",
    "Check": "Lần kiểm tra",
    "Unconfirmed": "Điều chưa xác nhận",
    "Level": "Cấp giải quyết",
    "Channel": "Cách nộp",
    "OnlineLevel": "Mức độ trực tuyến",
    "HandIn": "Nộp hay xuất trình",
    "TimeUnit": "Đơn vị thời gian",
    "Aspect": "Phần được hỏi",
}

VALUES: dict[Enum, str] = {
    model.Level.COMMUNE: "cấp xã",
    model.Level.PROVINCE: "cấp tỉnh",
    model.Level.MINISTRY: "cấp bộ",
    model.Level.SCHOOL: "nhà trường",
    model.Channel.DESK: "nộp trực tiếp",
    model.Channel.ONLINE: "nộp trực tuyến",
    model.Channel.POST: "nộp qua bưu chính",
    model.OnlineLevel.FULL: "toàn trình",
    model.OnlineLevel.PARTIAL: "một phần",
    model.OnlineLevel.NONE: "chưa làm qua mạng được",
    model.OnlineLevel.UNKNOWN: "chưa xác nhận",
    model.HandIn.SUBMIT: "nộp lại",
    model.HandIn.SHOW: "chỉ xuất trình",
    model.TimeUnit.WORKING_DAY: "ngày làm việc",
    model.TimeUnit.DAY: "ngày",
    model.TimeUnit.HOUR: "giờ",
    model.TimeUnit.MONTH: "tháng",
    model.Aspect.OVERVIEW: "chung về thủ tục",
    model.Aspect.DOCUMENTS: "giấy tờ",
    model.Aspect.FEE: "phí, lệ phí",
    model.Aspect.TIME: "thời gian",
    model.Aspect.PLACE: "nơi nộp",
    model.Aspect.STEPS: "các bước",
    model.Aspect.FORM: "mẫu đơn",
    model.Aspect.CONDITIONS: "điều kiện",
    model.Aspect.RESULT: "kết quả",
    model.Aspect.LEGAL: "căn cứ pháp lý",
    model.Aspect.ONLINE: "làm qua mạng",
    model.Aspect.VALIDITY: "kết quả dùng được bao lâu",
    model.Aspect.OTHER: "phần khác",
}

_PLAIN: dict[Any, str] = {
    str: "chữ",
    int: "số nguyên",
    float: "số",
    bool: "true hoặc false",
    dt.date: "ngày, dạng 2026-11-22",
    model.Text: "chữ",
    model.Slug: "mã không dấu, dạng `ho-tich`",
    model.ProcedureCode: "mã thủ tục, dạng `1.001193`, trong ngoặc kép",
}


def main(arguments: list[str] | None = None) -> int:
    """Write the pages, or with ``--check`` compare them; 1 when one is stale."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only compare; exit with 1 if a page is stale")
    given = parser.parse_args(arguments)
    stale = [name for name, text in pages().items() if _read(REFERENCE / name) != text]
    for name in stale:
        if given.check:
            print(f"docs/reference/{name} is stale: run scripts/generate_docs.py", file=sys.stderr)
        else:
            REFERENCE.mkdir(parents=True, exist_ok=True)
            (REFERENCE / name).write_text(pages()[name], encoding="utf-8")
            print(f"docs/reference/{name}")
    return 1 if given.check and stale else 0


def pages() -> dict[str, str]:
    """Text of every generated page, by file name."""
    return {"cli.md": _cli_page(), "settings.md": _settings_page(), "entry.md": _entry_page()}


def commands(group: Any = None, path: str = "assistant") -> Iterator[tuple[str, Any]]:
    """(name as typed, command) of every command, groups left out."""
    group = group or get_command(cli.app)
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def models() -> list[type[BaseModel]]:
    """Every model that a knowledge file can hold, those of whole files first."""
    found: list[type[BaseModel]] = [kind for kind, _ in FILES]
    for kind in found:  # grows while it is walked
        for info in kind.model_fields.values():
            found += [t for t in _leaves(info.annotation) if _is_model(t) and t not in found]
    return found


def enums() -> list[type[Enum]]:
    """Every closed list of values in those models."""
    leaves = [leaf for kind in models() for info in kind.model_fields.values() for leaf in _leaves(info.annotation)]
    return list(dict.fromkeys(leaf for leaf in leaves if isinstance(leaf, type) and issubclass(leaf, Enum)))


def _cli_page() -> str:
    lines = [_MADE_BY, "# Lệnh `assistant`", ""]
    lines += ["Gọi bằng `.venv/bin/assistant`, từ thư mục dự án. `--help` sau bất kỳ lệnh nào in phần trợ giúp.", ""]
    lines += ["## Mã thoát", "", "| Mã | Nghĩa |", "|---|---|"]
    lines += [f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items()]
    for name, command in commands():
        lines += ["", f"## `{name}`", "", " ".join(command.help.split()), ""]
        lines += ["```", " ".join([name, *(_usage(p) for p in _parameters(command))]), "```", ""]
        if _parameters(command):
            lines += ["| Tham số | Mặc định | Ý nghĩa |", "|---|---|---|"]
            lines += [_parameter_row(p) for p in _parameters(command)]
            lines.append("")
        lines += [f"Ví dụ: `{_example(command)}`"]
    return "\n".join(lines) + "\n"


def _parameters(command: Any) -> list[Any]:
    return [p for p in command.params if p.name != "help"]


def _usage(parameter: Any) -> str:
    shown = parameter.name.upper() if parameter.param_type_name == "argument" else parameter.opts[0]
    if parameter.param_type_name == "option" and not parameter.is_flag:
        shown += f" {parameter.name.upper()}"
    return shown if parameter.required else f"[{shown}]"


def _parameter_row(parameter: Any) -> str:
    names = parameter.opts if parameter.param_type_name == "option" else [parameter.name.upper()]
    default = "" if parameter.default in (None, False) else f"`{parameter.default}`"
    shown = "(bắt buộc)" if parameter.required else default
    return f"| {', '.join(f'`{name}`' for name in names)} | {shown} | {parameter.help} |"


def _example(command: Any) -> str:
    """The command of the epilogue, without the remark behind it."""
    return str(command.epilog or "").removeprefix("Ví dụ:").split("   (")[0].strip()


def _settings_page() -> str:
    lines = [_MADE_BY, "# Thiết lập", ""]
    lines += ["Biến môi trường. Lệnh `make` còn đọc các dòng `TÊN=giá trị` của tệp `.env` cạnh Makefile.", ""]
    lines += ["## Khi chạy", "", *_settings_table(settings.described()), ""]
    lines += ["## Khi cài đặt (`make setup`)", "", *_settings_table(SETUP_SETTINGS)]
    return "\n".join(lines) + "\n"


def _settings_table(rows: list[tuple[str, str, str]]) -> list[str]:
    table = [f"| `{name}` | {f'`{default}`' if default else 'trống'} | {meaning} |" for name, default, meaning in rows]
    return ["| Tên | Mặc định | Ý nghĩa |", "|---|---|---|", *table]


def _entry_page() -> str:
    files = dict(FILES)
    lines = [_MADE_BY, "# Các trường của tệp tri thức", ""]
    lines += ["Cách viết, có ví dụ: [trainer.md](../trainer.md).", ""]
    lines += ["Danh sách trống nghĩa là «chưa biết», không phải «không có».", ""]
    lines += ["Cột «Bắt buộc»:", ""]
    lines += ["- «có»: thiếu thì tệp không đọc được;"]
    lines += ["- «khi kiểm tra»: trống thì `assistant knowledge check` báo lỗi;"]
    lines += ["- «hoặc unconfirmed»: trống thì phải nói rõ ở `unconfirmed`.", ""]
    lines += ["## Các loại tệp", ""]
    lines += [f"- [{TITLES[kind.__name__]}](#{_anchor(TITLES[kind.__name__])}): {where}" for kind, where in FILES]
    for kind in models():
        lines += ["", f"## {TITLES[kind.__name__]}", ""]
        if kind in files:
            lines += [files[kind], ""]
        lines += ["| Trường | Kiểu | Bắt buộc | Ý nghĩa |", "|---|---|---|---|"]
        lines += [_field_row(kind, name, info) for name, info in kind.model_fields.items()]
    lines += ["", "## Giá trị được dùng"]
    for values in enums():
        lines += ["", f"### {TITLES[values.__name__]} (`{values.__name__}`)", "", "| Giá trị | Nghĩa |", "|---|---|"]
        lines += [f"| `{value.value}` | {VALUES[value]} |" for value in values]
    return "\n".join(lines) + "\n"


def _anchor(title: str) -> str:
    """The anchor that GitHub gives to a heading."""
    return "".join(c for c in title.lower().replace(" ", "-") if c.isalnum() or c in "-_")


def _field_row(kind: type[BaseModel], name: str, info: FieldInfo) -> str:
    return f"| `{name}` | {_type(_annotation(info))} | {_needed(kind, name, info)} | {info.description} |"


def _needed(kind: type[BaseModel], name: str, info: FieldInfo) -> str:
    if info.is_required():
        return "có"
    if kind is not model.Procedure:
        return ""
    if name in (*check._NEEDED, "examples"):
        return "khi kiểm tra"
    return "hoặc unconfirmed" if name in check._NEEDED_OR_UNCONFIRMED else ""


def _annotation(info: FieldInfo) -> Any:
    """The annotation as written: pydantic moves the outermost constraint into the metadata."""
    for metadata in info.metadata:
        for known in (model.Text, model.Slug, model.ProcedureCode):
            if metadata in typing.get_args(known)[1:]:
                return known
    return info.annotation


def _type(annotation: Any) -> str:
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is list:
        return f"danh sách: {_type(arguments[0])}"
    if origin in (typing.Union, types.UnionType):
        return " ".join([*(_type(a) for a in arguments if a is not type(None)), "hoặc null"])
    if origin is typing.Annotated:
        return _type(arguments[0])
    if issubclass(annotation, Enum):
        return ", ".join(f"`{value.value}`" for value in annotation)
    return f"nhóm [{TITLES[annotation.__name__]}](#{_anchor(TITLES[annotation.__name__])})"


def _leaves(annotation: Any) -> list[Any]:
    arguments = typing.get_args(annotation)
    return [leaf for a in arguments for leaf in _leaves(a)] if arguments else [annotation]


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
