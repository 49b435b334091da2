"""``assistant run``: action server, Rasa and chat page together, each watched and restarted."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import requests
import uvicorn

from assistant.channels import page
from assistant.errors import AssistantError
from assistant.settings import ROOT, Settings

MODEL = ROOT / "models" / "rasa" / "assistant.tar.gz"
RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
_START_SECONDS = 120.0
_GRACE_SECONDS = 10.0
_RESTART_DELAY = 2.0


class LaunchError(AssistantError):
    """A process could not be started."""


@dataclass
class Service:
    """One child process, its log file, and where it answers when it is ready."""

    name: str
    command: list[str]
    health: str
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self, environment: dict[str, str]) -> None:
        """Start the process; its output goes to the log file."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def is_ready(self) -> bool:
        """Whether it answers over HTTP."""
        try:
            with requests.Session() as session:
                session.trust_env = False
                return bool(session.get(self.health, timeout=2).status_code == requests.codes.ok)
        except requests.RequestException:
            return False

    def has_died(self) -> bool:
        """Whether it was started and has ended."""
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        """Ask it to end, then make it."""
        if self.process is None or self.process.poll() is not None:
            return
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def services(settings: Settings) -> list[Service]:
    """The child processes, in the order in which they start."""
    logs = settings.data / "logs"
    rasa = [
        str(RASA_PYTHON),
        "-m",
        "rasa",
        "run",
        "--model",
        str(MODEL),
        "--interface",
        "127.0.0.1",
        "--port",
        str(settings.rasa_port),
        "--endpoints",
        "endpoints.yml",
        "--credentials",
        "credentials.yml",
    ]
    return [
        Service(
            "máy chủ hành động",
            [sys.executable, "-m", "actions"],
            f"http://127.0.0.1:{settings.actions_port}/health",
            logs / "actions.log",
        ),
        Service("Rasa", rasa, f"http://127.0.0.1:{settings.rasa_port}/webhooks/rest/", logs / "rasa.log"),
    ]


def environment(settings: Settings) -> dict[str, str]:
    """What every child process sees: no network, no telemetry, one thread each, no noise."""
    return os.environ | {
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
        "HF_HUB_OFFLINE": "1",
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "OMP_NUM_THREADS": "1",
        "ASSISTANT_ACTIONS_PORT": str(settings.actions_port),
        "ASSISTANT_DATA": str(settings.data),
    }


def run(settings: Settings, say: Callable[[str], None] = print) -> None:
    """Start everything, say where to type, and stay until told to stop.

    Raises:
        LaunchError: a port is taken, a part is not built, or a process does not come up.
    """
    _check(settings)
    (settings.data / "rasa").mkdir(parents=True, exist_ok=True)
    children = services(settings)
    shared = environment(settings)
    stopping = threading.Event()
    server = uvicorn.Server(
        uvicorn.Config(page.create_app(settings), settings.host, settings.web_port, log_level="warning")
    )

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()
        server.should_exit = True

    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    try:
        for child in children:
            child.start(shared)
        for child in children:
            _wait(child, stopping, say)
        threading.Thread(target=_keep_alive, args=(children, shared, stopping, say), daemon=True).start()
        if not stopping.is_set():
            say(f"\nSẵn sàng. Mở http://{settings.host}:{settings.web_port} để trò chuyện,")
            say("hoặc gõ «.venv/bin/assistant chat» ở cửa sổ khác. Dừng: Ctrl+C.")
            server.run()
    finally:
        stopping.set()
        for child in reversed(children):
            child.stop()


def _check(settings: Settings) -> None:
    if not MODEL.is_file() or not RASA_PYTHON.exists():
        raise LaunchError("Chưa có mô hình Rasa: chạy «make run» (hoặc «make setup») trước.")
    for port, name in (
        (settings.actions_port, "ASSISTANT_ACTIONS_PORT"),
        (settings.rasa_port, "ASSISTANT_RASA_PORT"),
        (settings.web_port, "ASSISTANT_WEB_PORT"),
    ):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                raise LaunchError(f"Cổng {port} đang bận: dừng chương trình kia, hoặc đặt {name} khác.")


def _wait(child: Service, stopping: threading.Event, say: Callable[[str], None]) -> None:
    started = time.monotonic()
    say(f"  đang mở {child.name}…")
    while not stopping.is_set() and not child.is_ready():
        if child.has_died() or time.monotonic() - started > _START_SECONDS:
            raise LaunchError(f"{child.name} không chạy lên được; xem {child.log}.")
        time.sleep(0.3)
    if not stopping.is_set():
        say(f"  {child.name} sẵn sàng sau {time.monotonic() - started:.0f} giây")


def _keep_alive(
    children: list[Service], shared: dict[str, str], stopping: threading.Event, say: Callable[[str], None]
) -> None:
    while not stopping.wait(_RESTART_DELAY):
        for child in children:
            if child.has_died():
                say(f"  {child.name} dừng đột ngột (xem {child.log}); mở lại")
                child.start(shared)
