"""Log lines: personal numbers masked, and still readable."""

import logging
import re
import sys

from assistant.logs import MaskingFormatter


def line(message, *arguments, exc_info=None):
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, message, arguments, exc_info)
    return MaskingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s").format(record)


def test_arguments_are_masked():
    assert line("message %s", "cccd 031099001234 sđt 0912345678").endswith(
        "message cccd [số giấy tờ] sđt [số điện thoại]"
    )


def test_tracebacks_are_masked():
    try:
        raise ValueError("031099001234")
    except ValueError:
        shown = line("failed", exc_info=sys.exc_info())
    assert "ValueError: [số giấy tờ]" in shown
    assert "031099001234" not in shown


def test_the_time_of_a_line_is_left():
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO x: ready", line("ready"))
