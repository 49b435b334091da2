"""Running turns: one after the other for each sender, within a time limit, come what may.

Why not simply ``await``: Sanic cancels a handler when its client hangs up, and a turn cut in the
middle may have been answered but not stored; Rasa waits 300 seconds for a silent action server and
holds the sender's lock meanwhile; and its lock looks only once a second whether it is free.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

logger = logging.getLogger(__name__)


class Turns:
    """The turns under way in this process."""

    def __init__(self, limit: float) -> None:
        """Give each turn ``limit`` seconds from its arrival, waiting for its sender's others included."""
        self._limit = limit
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._running: set[asyncio.Task[bool]] = set()

    async def run(self, sender: str, turn: Callable[[], Awaitable[None]]) -> bool:
        """Run ``turn`` after the turns of ``sender`` that came before it.

        It goes on if the caller is cancelled. When time is up it is cancelled itself, which frees
        Rasa's lock and leaves the conversation as it was before.

        Returns:
            Whether it came to its end: no exception, and in time.
        """
        task = asyncio.ensure_future(self._guarded(sender, turn))
        self._running.add(task)  # the event loop alone keeps no task alive
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def _guarded(self, sender: str, turn: Callable[[], Awaitable[None]]) -> bool:
        try:
            await asyncio.wait_for(self._in_order(sender, turn), self._limit)
        except asyncio.TimeoutError:
            logger.error("A turn was not done after %s seconds and was given up.", self._limit)
            return False
        except Exception:  # whatever it was, the citizen gets a sentence and the log the rest
            logger.exception("A turn failed.")
            return False
        return True

    async def _in_order(self, sender: str, turn: Callable[[], Awaitable[None]]) -> None:
        lock = self._locks.get(sender)
        if lock is None:
            lock = self._locks[sender] = asyncio.Lock()
        async with lock:
            await turn()
