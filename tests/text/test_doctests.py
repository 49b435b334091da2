"""The examples in docstrings are true. (The other layers' examples run in their own folders.)"""

import doctest
import importlib

import pytest


@pytest.mark.parametrize("name", ["mask", "segment", "spelling", "unicode"])
def test_examples_of_the_text_layer(name):
    module = importlib.import_module(f"assistant.text.{name}")
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
