"""The whole system, started for tests: launcher, Rasa, action server, page, on free ports."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 180


class System:
    """A running ``assistant run`` with its own data folder and a copy of the knowledge."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "var"
        self.knowledge = folder / "knowledge"
        self.data.mkdir()
        shutil.copytree(ROOT / "var" / "index", self.data / "index")
        shutil.copytree(ROOT / "knowledge", self.knowledge)
        self.ports = dict(zip(("RASA", "ACTIONS", "WEB"), _free_ports(3), strict=True))
        self.output = (folder / "launcher.log").open("wb")
        settings = {f"ASSISTANT_{name}_PORT": str(port) for name, port in self.ports.items()}
        settings |= {
            "ASSISTANT_DATA": str(self.data),
            "ASSISTANT_KNOWLEDGE": str(self.knowledge),
            "ASSISTANT_PROVINCE": "",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "assistant", "run"],
            cwd=ROOT,
            env=os.environ | settings,
            stdout=self.output,
            stderr=subprocess.STDOUT,
        )
        self.session = requests.Session()
        self.session.trust_env = False

    @property
    def rasa(self) -> str:
        return f"http://127.0.0.1:{self.ports['RASA']}/webhooks/rest/webhook"

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.ports['WEB']}"

    def wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                if self.session.get(f"{self.web}/health", timeout=1).ok:
                    return
            except requests.RequestException:
                time.sleep(0.3)
        self.output.flush()
        raise RuntimeError(Path(self.output.name).read_text(encoding="utf-8")[-3000:])

    def post(self, body: Any, **kwargs: Any) -> requests.Response:
        return self.session.post(self.rasa, json=body, timeout=30, **kwargs)

    def say(self, sender: str, text: str) -> list[dict[str, Any]]:
        response = self.post({"sender": sender, "message": text})
        assert response.status_code == 200, response.text
        return response.json()

    def turn(self, sender: str, text: str) -> dict[str, Any]:
        turns = [m["custom"]["turn"] for m in self.say(sender, text) if "turn" in (m.get("custom") or {})]
        assert len(turns) == 1, turns
        return turns[0]

    def action_server(self) -> int:
        """Process id of the action server."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        threads = [p.read_text().split() for p in Path(f"/proc/{self.process.pid}/task").glob("*/children")]
        for child in {*children, *(pid for found in threads for pid in found)}:
            command = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
            if b"actions" in command:
                return int(child)
        raise RuntimeError("no action server")

    def written(self) -> str:
        """Everything the system wrote: logs and the tracker's database, as text."""
        self.output.flush()
        files = [p for p in self.data.rglob("*") if p.is_file() and "index" not in p.parts]
        texts = [p.read_bytes().decode("utf-8", "replace") for p in [*files, Path(self.output.name)]]
        return "\n".join(texts)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
        self.output.close()


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for opened in sockets:
            opened.bind(("127.0.0.1", 0))
        return [opened.getsockname()[1] for opened in sockets]
    finally:
        for opened in sockets:
            opened.close()
