"""The chat page: one static page and one door behind it.

The conversation's name is made here and kept in a cookie that scripts cannot read; what the
browser sends can never name another conversation.
"""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from assistant.answers import render
from assistant.channels.rasa import Client, RasaUnavailableError
from assistant.settings import Settings
from assistant.text.unicode import clean

STATIC = Path(__file__).parent / "static"
MAX_BODY = 64 * 1024
COOKIE = "conversation"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class _SecurityHeaders(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        response.headers.update(_HEADERS)
        return response


def create_app(settings: Settings) -> Starlette:
    """The page's application, talking to the Rasa that ``settings`` name."""
    client = Client(settings)

    async def page(request: Request) -> Response:
        response = FileResponse(STATIC / "page.html")
        if not request.cookies.get(COOKIE):
            response.set_cookie(COOKIE, secrets.token_urlsafe(24), httponly=True, samesite="strict")
        return response

    async def message(request: Request) -> Response:
        text = await _text(request)
        if text is None:
            return _error(400, 'Tin nhắn phải là JSON dạng {"text": "…"}, không quá 64 kB.')
        conversation = request.cookies.get(COOKIE)
        if not conversation or len(conversation) > 64:
            return _error(403, "Xin tải lại trang rồi gửi lại.")
        try:
            messages = await run_in_threadpool(client.send, f"web:{conversation}", text)
        except RasaUnavailableError:
            return _error(503, render.say("error"))
        return JSONResponse({"messages": [_shown(item) for item in messages]})

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    return Starlette(
        routes=[
            Route("/", page),
            Route("/messages", message, methods=["POST"]),
            Route("/health", health),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(_SecurityHeaders)],
    )


async def _text(request: Request) -> str | None:
    if request.headers.get("content-type", "").split(";")[0] != "application/json":
        return None  # a cross-site form cannot send JSON without asking first
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY:
            return None
    try:
        data: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    text = data.get("text") if isinstance(data, dict) else None
    return clean(text) if isinstance(text, str) else None


def _shown(message: dict[str, Any]) -> dict[str, Any]:
    return {name: message[name] for name in ("text", "buttons", "custom") if name in message}


def _error(status: int, text: str) -> Response:
    return JSONResponse({"error": text}, status_code=status)
