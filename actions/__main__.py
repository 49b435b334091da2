"""``python -m actions``: the action server, on loopback, in one process, warm before it listens.

rasa-sdk's own runner binds to every address and starts workers that would each load the encoder
on their first message; here the assistant is ready first.
"""

from __future__ import annotations

import logging
import sys

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor

from actions.actions import all_actions
from assistant import settings
from assistant.answers.turn import Message, State
from assistant.errors import AssistantError
from assistant.logs import configure
from assistant.runtime import Runtime


def main() -> None:
    """Serve until stopped."""
    configure()
    logging.getLogger("rasa_sdk.executor").setLevel(logging.WARNING)
    chosen = settings.load()
    try:
        runtime = Runtime(chosen)
    except AssistantError as error:
        sys.exit(f"Lỗi: {error}")
    runtime.assistant.answer(Message("làm giấy khai sinh cần gì"), State())
    runtime.watch()
    executor = ActionExecutor()
    for action in all_actions(lambda: runtime.assistant):
        executor.register_action(action)
    app = create_app(executor, cors_origins=[])
    app.run(host="127.0.0.1", port=chosen.actions_port, single_process=True, access_log=False, motd=False)


if __name__ == "__main__":
    main()
