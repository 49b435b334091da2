"""Settings, from environment variables alone, so that no file with secrets can be committed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from assistant.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "ASSISTANT_"


def _setting(default: Any, help: str) -> Any:
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True)
class Settings:
    """Every setting; the environment variable is the upper-case name after ``ASSISTANT_``."""

    province: str = _setting(
        "",
        "Thư mục tỉnh trong knowledge/local (hai-phong, quang-ngai, hung-yen); trống là chỉ dùng quy định chung cả nước.",
    )
    knowledge: Path = _setting(ROOT / "knowledge", "Thư mục tri thức.")
    data: Path = _setting(ROOT / "var", "Thư mục dữ liệu do máy tạo: chỉ mục, hội thoại, nhật ký.")
    encoder: str = _setting(
        str(ROOT / "models" / "encoder"),
        "Bộ mã hóa câu: thư mục, hoặc tên mô hình Hugging Face đã có trên máy; đổi thì chỉ mục được dựng lại.",
    )
    threads: int = _setting(1, "Số luồng tính toán của bộ mã hóa câu.")
    host: str = _setting(
        "127.0.0.1", "Địa chỉ lắng nghe của trang trò chuyện. Rasa và máy chủ hành động luôn chỉ ở 127.0.0.1."
    )
    rasa_port: int = _setting(5005, "Cổng của Rasa.")
    actions_port: int = _setting(5055, "Cổng của máy chủ hành động.")
    web_port: int = _setting(8080, "Cổng của trang trò chuyện.")
    rasa_timeout: float = _setting(10.0, "Số giây chờ Rasa trả lời một lượt.")

    @property
    def index_folder(self) -> Path:
        """Where index versions live."""
        return self.data / "index"

    @property
    def rasa_url(self) -> str:
        """Rasa's REST door on loopback."""
        return f"http://127.0.0.1:{self.rasa_port}/webhooks/rest/webhook"


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Raises:
        SettingsError: a value has the wrong shape.
    """
    environment = os.environ if environment is None else environment
    given: dict[str, Any] = {}
    for item in fields(Settings):
        text = environment.get(PREFIX + item.name.upper(), "").strip()
        if text:
            given[item.name] = _convert(item.name, text, type(item.default))
    settings = Settings(**given)
    for name in ("rasa_port", "actions_port", "web_port"):
        if not 1 <= getattr(settings, name) <= 65535:
            raise SettingsError(f"{PREFIX}{name.upper()} phải từ 1 đến 65535.")
    return settings


def described() -> list[tuple[str, str, str]]:
    """(variable, default, explanation) of every setting, for the documentation."""
    return [
        (PREFIX + item.name.upper(), str(item.default).replace(str(ROOT), "."), item.metadata["help"])
        for item in fields(Settings)
    ]


def _convert(name: str, text: str, kind: Any) -> Any:
    try:
        return Path(text).resolve() if issubclass(kind, Path) else kind(text)
    except ValueError as error:
        raise SettingsError(f"{PREFIX}{name.upper()}: «{text}» không phải số.") from error
