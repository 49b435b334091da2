"""The channel as a client meets it: a real Sanic server, with a stand-in for the dialogue."""

import asyncio
import json
import logging
import socket
import uuid
from pathlib import Path
from types import SimpleNamespace

import aiohttp
import pytest
import yaml
from rasa.core.channels import channel as channels
from sanic import Sanic
from sanic.touchup import TouchUp

from assistant.nlu.rest_channel import CarefulRestInput

ROOT = Path(__file__).resolve().parents[2]
RESPONSES = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
TOUCH_UP = TouchUp.run
touched = []
FACTS = {"outcome": "answered", "procedures": ["1.001193"], "aspects": ["documents"], "options": [], "version": "k"}


def str_of_few(value):
    """Names of test cases that fit on a line."""
    return str(value)[:40]


@pytest.fixture(autouse=True)
def many_servers_in_one_process(monkeypatch):
    """Sanic rewrites its own methods when an app starts, and can do so only once in a process."""
    monkeypatch.setattr("sanic.app.TouchUp.run", touch_up_once)


def touch_up_once(app):
    if not touched:
        touched.append(app)
        TOUCH_UP(app)


class Dialogue:
    """Stands for Rasa's agent: says what it heard, or misbehaves as told by the text."""

    def __init__(self):
        self.domain = SimpleNamespace(responses=RESPONSES)
        self.heard = []

    async def handle_message(self, message):
        if "treo" in message.text:
            await message.output_channel.send_response(message.sender_id, {"text": "nửa chừng"})
            await asyncio.sleep(60)
        if "ngã" in message.text:
            raise RuntimeError("bí mật bên trong")
        await asyncio.sleep(0.2 if "chậm" in message.text else 0)
        self.heard.append(message)
        if "im" not in message.text:
            await message.output_channel.send_response(message.sender_id, {"text": f"nghe: {message.text}"})
            await message.output_channel.send_response(message.sender_id, {"custom": {"turn": dict(FACTS)}})


def converse(scenario, dialogue=None, turn_seconds=0.5):
    """Run ``scenario(call)`` against a server; ``call(body, **request)`` gives status and JSON."""
    dialogue = dialogue or Dialogue()

    async def main():
        app = Sanic(f"test_{uuid.uuid4().hex}", configure_logging=False)
        app.ctx.agent = dialogue
        channels.register([CarefulRestInput(turn_seconds)], app, route="/webhooks/")
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
            server = await app.create_server(sock=listener, return_asyncio_server=True, access_log=False)
            await server.startup()
            try:
                async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
                    return await scenario(Call(session))
            finally:
                server.close()
                await server.wait_closed()

    return asyncio.run(main()), dialogue


class Call:
    def __init__(self, session):
        self.session = session

    async def __call__(self, body, **request):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with self.session.post("/webhooks/rest/webhook", data=data, **request) as answer:
            return answer.status, await answer.json()

    async def say(self, text, sender="web:1"):
        return await self({"sender": sender, "message": text})


def one(body, **settings):
    (status, answer), dialogue = converse(lambda call: call(body), **settings)
    return status, answer, dialogue


def say(text, **settings):
    return one({"sender": "web:1", "message": text}, **settings)


def outcomes(messages):
    return [m["custom"]["turn"]["outcome"] for m in messages if "turn" in m.get("custom", {})]


def test_a_turn():
    status, answer, dialogue = say("xin chào")
    assert status == 200
    assert answer == [
        {"recipient_id": "web:1", "text": "nghe: xin chào"},
        {"recipient_id": "web:1", "custom": {"turn": FACTS}},
    ]
    (heard,) = dialogue.heard
    assert (heard.sender_id, heard.input_channel, heard.metadata) == ("web:1", "rest", None)


def test_metadata_goes_on_and_the_channel_is_ours():
    _, _, dialogue = one({"sender": "a", "message": "b", "metadata": {"k": 1}, "input_channel": "zalo"})
    assert dialogue.heard[0].metadata == {"k": 1}
    assert dialogue.heard[0].input_channel == "rest"


def test_health():
    async def scenario(call):
        async with call.session.get("/webhooks/rest/") as answer:
            return answer.status, await answer.json()

    assert converse(scenario)[0] == (200, {"status": "ok"})


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"xin chao", 400),
        (b"\xff\xfe\x00", 400),
        (b"[1, 2]", 400),
        (b"null", 400),
        ({"message": "a"}, 400),
        ({"sender": "a"}, 400),
        ({"sender": 1, "message": "a"}, 400),
        ({"sender": "a b", "message": "a"}, 400),
        ({"sender": "a" * 129, "message": "a"}, 400),
        ({"sender": "a", "message": None}, 400),
        ({"sender": "a", "message": ["/restart"]}, 400),
        ({"sender": "a", "message": "b", "metadata": "c"}, 400),
        ({"sender": "a", "message": "b" * 70_000}, 413),
        (b"x" * 2_000_000, 413),
    ],
    ids=str_of_few,
)
def test_a_request_of_the_wrong_shape_gets_one_clear_sentence(body, status):
    got, answer, dialogue = one(body)
    assert got == status
    assert set(answer) == {"error"}
    assert answer["error"]
    assert "Traceback" not in answer["error"]
    assert not dialogue.heard


@pytest.mark.parametrize("text", ["", "  ", "👍👍🏽", "?!", "\u200b\x07", "/", "…"])
def test_nothing_to_understand_runs_no_turn(text):
    status, answer, dialogue = say(text)
    assert status == 200
    assert answer[0]["text"] == RESPONSES["utter_empty"][0]["text"]
    assert outcomes(answer) == ["smalltalk"]
    assert answer[-1]["custom"]["turn"]["version"]
    assert not dialogue.heard


def test_ten_thousand_characters_run_no_turn():
    status, answer, dialogue = say("ở đâu " * 1667)
    assert status == 200
    assert answer[0]["text"] == RESPONSES["utter_too_long"][0]["text"]
    assert outcomes(answer) == ["smalltalk"]
    assert not dialogue.heard


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("/restart", "restart"),
        (" \u200b/ask_fee{}", "ask_fee{}"),
        ("tie\u0302\u0301ng Vie\u0323\u0302t", "tiếng Việt"),
        ("a\x00b\x07c", "a b c"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("cccd 031199001234", "cccd [số giấy tờ]"),
        ("你好 สวัสดี", "你好 สวัสดี"),
    ],
)
def test_what_the_dialogue_hears(typed, heard):
    _, answer, dialogue = say(typed)
    assert dialogue.heard[0].text == heard
    assert outcomes(answer) == ["answered"]


@pytest.mark.parametrize("text", ["im", "ngã", "treo"])
def test_a_turn_without_an_answer_is_an_honest_sentence_and_the_next_one_works(text, caplog):
    async def scenario(call):
        started = asyncio.get_running_loop().time()
        first = await call.say(text)
        return first, asyncio.get_running_loop().time() - started, await call.say("xin chào")

    caplog.set_level(logging.ERROR)
    ((status, answer), seconds, (_, after)), _ = converse(scenario)
    assert status == 200
    assert [m["text"] for m in answer if "text" in m] == [RESPONSES["utter_error"][0]["text"]]
    assert outcomes(answer) == ["error"]
    assert "bí mật" not in json.dumps(answer, ensure_ascii=False)
    assert seconds < 2
    assert outcomes(after) == ["answered"]


def test_no_text_of_a_citizen_is_logged(caplog):
    caplog.set_level(logging.DEBUG)
    for text in ("ngã ở nhà bà Tư", "treo ở nhà bà Tư", "im ở nhà bà Tư", "ở nhà bà Tư"):
        say(text)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("assistant")]
    assert ours
    assert not any("bà Tư" in message for message in ours)


def test_a_client_that_hangs_up_does_not_cut_its_turn():
    async def scenario(call):
        with pytest.raises(asyncio.TimeoutError):
            await call({"sender": "a", "message": "chậm"}, timeout=aiohttp.ClientTimeout(total=0.05))
        await asyncio.sleep(0.4)

    _, dialogue = converse(scenario)
    assert [message.text for message in dialogue.heard] == ["chậm"]


def test_messages_of_one_sender_keep_their_order():
    async def scenario(call):
        texts = [f"{n} chậm" if n == 0 else f"{n}" for n in range(10)]
        tasks = []
        for text in texts:
            tasks.append(asyncio.ensure_future(call.say(text)))
            await asyncio.sleep(0.01)
        return texts, await asyncio.gather(*tasks)

    (texts, answers), dialogue = converse(scenario, turn_seconds=5)
    assert [message.text for message in dialogue.heard] == texts
    assert all(outcomes(answer) == ["answered"] for _, answer in answers)


@pytest.mark.parametrize("domain", [None, SimpleNamespace(responses={})])
def test_no_model_yet(domain):
    dialogue = Dialogue()
    dialogue.domain = domain
    status, answer, _ = say("xin chào", dialogue=dialogue)
    assert status == 503
    assert "khởi động" in answer["error"]
