import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.nlu.incoming import LARGEST_BODY, LONGEST_TEXT, Incoming, RefusedError, harmless, read
from assistant.text.mask import mask
from tests.text.strategies import anything


def body(**changes):
    return json.dumps({"sender": "web:1", "message": "xin chào", **changes}).encode()


def refused(data):
    with pytest.raises(RefusedError) as error:
        read(data)
    return error.value


def test_a_good_body():
    assert read(body(metadata={"channel": "web"})) == Incoming("web:1", "xin chào", {"channel": "web"})


def test_the_caller_cannot_choose_the_channel():
    assert read(body(input_channel="zalo", stream=True)) == Incoming("web:1", "xin chào")


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"xin chao", b"\xff\xfe", b"[" * 50_000, b"{" * 50_000, b'{"sender": "a", "message": "b"} c'],
)
def test_no_json(data):
    assert (refused(data).status, refused(data).text) == (400, "Nội dung gửi lên phải là JSON.")


@pytest.mark.parametrize("data", [b"[]", b"1", b'"a"', b"null", b"true"])
def test_json_of_another_shape(data):
    assert refused(data).status == 400
    assert "đối tượng" in refused(data).text


@pytest.mark.parametrize("sender", [None, 1, "", " ", "a b", "a\n", "a/../b", "x" * 129, ["a"], {}, True])
def test_bad_senders(sender):
    assert refused(body(sender=sender)).status == 400
    assert "sender" in refused(body(sender=sender)).text


def test_a_missing_sender_and_a_missing_message():
    assert "sender" in refused(b'{"message": "a"}').text
    assert "message" in refused(b'{"sender": "a"}').text


@pytest.mark.parametrize("sender", ["zalo:123:456", "a" * 128, "web:9f-8.7@x", "người_dân"])
def test_good_senders(sender):
    assert read(body(sender=sender)).sender == sender


@pytest.mark.parametrize("message", [None, 1, ["a"], {"text": "a"}, True])
def test_bad_messages(message):
    assert refused(body(message=message)).status == 400


@pytest.mark.parametrize("metadata", [1, "a", [1], True])
def test_bad_metadata(metadata):
    assert "metadata" in refused(body(metadata=metadata)).text


def test_a_body_over_the_limit():
    assert refused(body(message="a" * LARGEST_BODY)).status == 413


@pytest.mark.parametrize(
    "typed", ["/restart", " /restart", "\u200b/restart", "\x00/ /restart", "//restart", "\ufeff/\u2060/restart"]
)
def test_typed_text_is_never_a_command(typed):
    assert harmless(typed) == "restart"


def test_a_slash_inside_stays():
    assert harmless("tổng đài 24/7") == "tổng đài 24/7"


def test_personal_numbers_do_not_reach_rasa():
    assert read(body(message="cccd 031199001234, sđt 0912345678")).text == "cccd [số giấy tờ], sđt [số điện thoại]"


@pytest.mark.parametrize("text", ["", "   ", "👍🏽❤️", "?!…", "\u200b\x07", "/", "///", "🇻🇳"])
def test_nothing_to_understand(text):
    assert read(body(message=text)).is_empty


@pytest.mark.parametrize("text", ["a", "1", "ở", "<b>", "你好", "สวัสดี", "[số giấy tờ]"])
def test_something_to_understand(text):
    assert not read(body(message=text)).is_empty


def test_too_long():
    assert not read(body(message="a" * LONGEST_TEXT)).is_too_long
    assert read(body(message="a" * (LONGEST_TEXT + 1))).is_too_long
    assert read(body(message="ở" * 10_000)).is_too_long


@given(anything)
def test_harmless_text_is_not_changed_by_a_second_pass(text):
    once = harmless(text)
    assert not once.startswith("/")
    assert harmless(once) == once
    assert mask(once) == once


def status_of(data):
    """200 when it is read, else the status of the refusal."""
    try:
        read(data)
    except RefusedError as refused:
        return refused.status
    return 200


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    assert status_of(data) in (200, 400, 413)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda c: st.lists(c) | st.dictionaries(st.text() | st.sampled_from(["sender", "message", "metadata"]), c),
        max_leaves=8,
    )
)
def test_any_json_is_read_or_refused(data):
    assert status_of(json.dumps(data).encode()) in (200, 400)
