"""Rasa's REST door, made safe: the same address and JSON as the stock channel, other manners.

    POST /webhooks/rest/webhook   {"sender": "...", "message": "...", "metadata": {...}}
    GET  /webhooks/rest/          {"status": "ok"}

The answer is a list of {recipient_id, text | text and buttons | custom}. What is taken in is said in
:mod:`assistant.nlu.incoming`, what goes out in :mod:`assistant.nlu.outgoing`, how a turn runs in
:mod:`assistant.nlu.turns`. There is no authentication: listen on loopback only.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from assistant.nlu.incoming import LARGEST_BODY, Incoming, RefusedError, read
from assistant.nlu.outgoing import CHANNEL, WholeMessages, with_facts
from assistant.nlu.turns import Turns

# An answer is due within 5 seconds even when the action server hangs.
TURN_SECONDS = 4.0

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]


class CarefulRestInput(InputChannel):
    """Input channel named "rest"; put its path into credentials.yml instead of ``rest``."""

    def __init__(self, turn_seconds: float = TURN_SECONDS) -> None:
        """Give up a turn after ``turn_seconds``."""
        self._turns = Turns(turn_seconds)

    @classmethod
    def name(cls) -> str:
        """The name of the channel, and of its address."""
        return CHANNEL

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The routes; see the module."""
        blueprint = Blueprint("assistant_rest")

        @blueprint.get("/")
        async def health(request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        # As a stream, so that an oversized body is never held in memory whole.
        @blueprint.post("/webhook", stream=True)
        async def receive(request: Request) -> HTTPResponse:
            try:
                incoming = read(await _body(request))
                messages = await self._reply(incoming, _responses(request), on_new_message)
            except RefusedError as refused:
                return _json({"error": refused.text}, refused.status)
            return _json(messages)

        return blueprint

    async def _reply(
        self, incoming: Incoming, responses: dict[str, Any], on_new_message: OnNewMessage
    ) -> list[dict[str, Any]]:
        """The messages of the reply: at least one, and the facts of the turn on exactly one."""
        channel = WholeMessages()
        if incoming.is_empty:
            await channel.say(incoming.sender, responses, "utter_empty")
        elif incoming.is_too_long:
            await channel.say(incoming.sender, responses, "utter_too_long")
        else:
            message = UserMessage(
                incoming.text, channel, incoming.sender, input_channel=CHANNEL, metadata=incoming.metadata
            )
            done = await self._turns.run(incoming.sender, lambda: on_new_message(message))
            if not done or not channel.messages:
                # No message though all went well: Rasa swallows the errors of actions.
                channel.messages.clear()
                await channel.say(incoming.sender, responses, "utter_error")
        return with_facts(channel.messages)


def _json(answer: Any, status: int = 200) -> HTTPResponse:
    """Vietnamese left readable: people look at this with curl."""
    return response.json(answer, status, dumps=json.dumps, ensure_ascii=False)


async def _body(request: Request) -> bytes:
    """The body, as far as it is needed to see that it is too large."""
    body = b""
    while len(body) <= LARGEST_BODY:
        part = await request.stream.read()
        if part is None:
            return body
        body += part
    raise RefusedError("too_large")


def _responses(request: Request) -> dict[str, Any]:
    """The responses of the domain of the loaded model.

    Raises:
        RefusedError: no model is loaded yet, or it was not made with our domain.
    """
    domain = getattr(getattr(request.app.ctx, "agent", None), "domain", None)
    responses: dict[str, Any] = domain.responses if domain is not None else {}
    if "utter_error" not in responses:
        raise RefusedError("not_ready")
    return responses
