"""Stand-ins for what is slow or outside: the sentence encoder and Rasa."""

from __future__ import annotations

import json
import threading
import zlib
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np

from assistant.text.unicode import clean

WIDTH = 256


class HashedEncoder:
    """A double of the sentence encoder: character trigrams hashed into a unit vector.

    The real one takes ten seconds to load and most of a minute for the shipped entries; the index
    and the conversation only need vectors that are alike for like texts and equal every time. It
    knows accents from bare letters, as the real one does, and nothing of meaning.
    """

    def __init__(self, name: str = "hashed@1", fail_after: int | None = None) -> None:
        """``fail_after``: raise once that many texts were encoded as passages."""
        self.name = name
        self.fail_after = fail_after
        self.encoded: list[str] = []

    def queries(self, texts):
        return np.stack([_vector(text) for text in texts])

    def passages(self, texts):
        self.encoded += texts
        if self.fail_after is not None and len(self.encoded) > self.fail_after:
            raise RuntimeError("the machine lost power here")
        return np.stack([_vector(text) for text in texts])

    def syllable_scores(self):
        return {}


def _vector(text: str):
    padded = f"  {clean(text).lower()}  "
    vector = np.full(WIDTH, 0.5, np.float32)  # a common part, as e5 has: any two texts are alike a little
    for i in range(len(padded) - 2):
        vector[zlib.crc32(padded[i : i + 3].encode("utf-8", "replace")) % WIDTH] += 1.0
    return vector / np.linalg.norm(vector)


class FakeRasa:
    """Answers like Rasa's REST door with what a test told it to; remembers what it was sent."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.status = 200
        self.body: bytes = json.dumps([{"recipient_id": "x", "text": "Chào anh/chị"}]).encode()
        self.received: list[dict] = []

    def reply(self, messages) -> None:
        self.body = json.dumps(messages).encode()


@contextmanager
def fake_rasa():
    """A :class:`FakeRasa` listening on a free loopback port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            size = int(self.headers["Content-Length"])
            rasa.received.append(json.loads(self.rfile.read(size)))
            self.send_response(rasa.status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(rasa.body)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    rasa = FakeRasa(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield rasa
    finally:
        server.shutdown()
        server.server_close()
