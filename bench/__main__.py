"""``make bench``: prints every figure that the project states about speed and size.

Medians on whatever machine this is; the stock bot's figures come from the same run, and the ratio
is what travels. ``ADD=file.jsonl.xz make bench`` adds the index at national scale.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import requests

from assistant import launcher, runtime, settings
from assistant.answers import standalone
from assistant.answers.assistant import Assistant
from assistant.retrieval import index, questions
from assistant.retrieval.encoder import SentenceEncoder
from tests.e2e.system import System

ROOT = settings.ROOT
RASA = str(ROOT / ".venv-rasa" / "bin" / "python")
TURNS = 60


def main() -> None:
    """Measure and print."""
    chosen = settings.load()
    report("Huấn luyện Rasa", timed(lambda: train(ROOT)), "s", "≤ 120")
    with tempfile.TemporaryDirectory() as scratch:
        index_figures(replace(chosen, data=Path(scratch)))
    if os.environ.get("ADD"):
        added_figures(chosen, Path(os.environ["ADD"]))
    with tempfile.TemporaryDirectory() as scratch:
        system_figures(Path(scratch))
    with tempfile.TemporaryDirectory() as scratch:
        stock_figures(Path(scratch))


def index_figures(chosen: settings.Settings) -> None:
    """The index of the shipped entries, from nothing, and after one entry has changed."""
    knowledge = chosen.data / "knowledge"
    shutil.copytree(chosen.knowledge, knowledge)
    chosen = replace(chosen, knowledge=knowledge)
    encoder = SentenceEncoder(chosen.encoder, os.cpu_count() or 1)  # as «assistant index build» does
    report("Dựng chỉ mục các mục sẵn có", timed(lambda: runtime.build_index(chosen, encoder, quiet)), "s", "≤ 60")
    running = runtime.Runtime(chosen)
    entry = knowledge / "procedures" / "ho-tich" / "1.001193.yml"
    entry.write_text(entry.read_text(encoding="utf-8").replace("examples:\n", "examples:\n  - câu hỏi mới để đo\n", 1))
    report("Một mục sửa xong được dùng (chưa kể chu kỳ 1 s)", timed(running.refresh), "s", "≤ 5")


def added_figures(chosen: settings.Settings, file: Path) -> None:
    """The index at national scale, and one question in process."""
    encoder = SentenceEncoder(chosen.encoder, chosen.threads)
    with tempfile.TemporaryDirectory() as scratch:
        apart = replace(chosen, data=Path(scratch))
        report(
            f"Dựng chỉ mục thêm {file.name}",
            timed(lambda: runtime.build_index(apart, encoder, quiet, file)),
            "s",
            "≤ 600",
        )
        opened = index.open_current(apart.index_folder, encoder)
        assistant = Assistant(opened)
        asked = [q.question for q in questions.read(runtime.DEV_QUESTIONS)[:300]]
        times = [timed(lambda text=text: standalone.respond(assistant, text)) * 1000 for text in asked]
        report(f"Một câu hỏi trên {len(opened.knowledge.procedures)} thủ tục, p50", statistics.median(times), "ms", "")
        report("                                        p95", percentile(times), "ms", "≤ 30")


def system_figures(folder: Path) -> None:
    """Everything running: time to ready, turns, memory."""
    started = time.perf_counter()
    system = System(folder)
    try:
        system.wait()
        report("Sẵn sàng sau khi đã chuẩn bị", time.perf_counter() - started, "s", "≤ 30")
        asked = [q.question for q in questions.read(runtime.DEV_QUESTIONS)[:TURNS]]
        system.say("warm", asked[0])
        times = [
            timed(lambda text=text, n=n: system.say(f"bench-{n // 5}", text)) * 1000 for n, text in enumerate(asked)
        ]
        report("Một lượt qua REST, tracker SQLite, p50", statistics.median(times), "ms", "")
        report("                                   p95", percentile(times), "ms", "≤ 100")
        report("Bộ nhớ mọi tiến trình", memory(system.process.pid) / 1024, "GB", "≤ 2,5")
    finally:
        system.stop()


def stock_figures(folder: Path) -> None:
    """The bot that ``rasa init`` makes, on the same machine."""
    environment = launcher.environment(settings.load())
    run([RASA, "-m", "rasa", "init", "--no-prompt", "--init-dir", str(folder)], environment, folder)
    report("Bot mẫu của rasa init: huấn luyện", timed(lambda: train(folder)), "s", "để so")
    port = "5995"
    process = subprocess.Popen(
        [RASA, "-m", "rasa", "run", "--port", port, "--interface", "127.0.0.1"],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with stock_session(port) as say:
            times = [timed(lambda: say("hello")) * 1000 for _ in range(TURNS)]
            report("Bot mẫu: một lượt qua REST, p50", statistics.median(times), "ms", "để so")
            report("                           p95", percentile(times), "ms", "để so")
            report("Bot mẫu: bộ nhớ", memory(process.pid) / 1024, "GB", "để so")
    finally:
        process.terminate()
        process.wait()


@contextmanager
def stock_session(port: str) -> Iterator[Callable[[str], Any]]:
    """A function that says something to the stock bot, once it is up."""
    base = f"http://127.0.0.1:{port}/webhooks/rest"
    with requests.Session() as session:
        session.trust_env = False
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            try:
                session.get(f"{base}/", timeout=1)
                break
            except requests.RequestException:
                time.sleep(0.5)
        yield lambda text: session.post(f"{base}/webhook", json={"sender": "bench", "message": text}, timeout=60).json()


def train(folder: Path) -> None:
    """Train the Rasa project in ``folder`` from nothing."""
    with tempfile.TemporaryDirectory() as out:
        run(
            [RASA, "-m", "rasa", "train", "--quiet", "--force", "--out", out],
            launcher.environment(settings.load()),
            folder,
        )


def run(command: list[str], environment: dict[str, str], folder: Path) -> None:
    """Run a command without its output; stop if it fails."""
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True)
    if done.returncode:
        sys.exit(done.stderr.decode("utf-8", "replace")[-2000:])


def memory(pid: int) -> float:
    """Proportional memory of a process and its descendants, in MB."""
    total = 0.0
    todo = [pid]
    while todo:
        current = Path(f"/proc/{todo.pop()}")
        try:
            todo += [int(c) for t in current.glob("task/*/children") for c in t.read_text().split()]
            lines = (current / "smaps_rollup").read_text().splitlines()
        except OSError:  # it has just ended
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    return total


def timed(action: Callable[[], Any]) -> float:
    """Seconds that ``action`` takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def percentile(values: list[float], share: float = 0.95) -> float:
    """The value that ``share`` of ``values`` do not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def report(name: str, value: float, unit: str, wanted: str) -> None:
    """One line of the result."""
    print(f"{name:58} {value:9.2f} {unit:3} {wanted}", flush=True)


def quiet(_: str) -> None:
    """Progress is not wanted here."""


if __name__ == "__main__":
    main()
