"""The examples in docstrings are true."""

import doctest
import importlib

import pytest


@pytest.mark.parametrize("name", ["alignment", "incoming", "words"])
def test_examples(name):
    result = doctest.testmod(importlib.import_module(f"assistant.nlu.{name}"))
    assert result.attempted > 0
    assert result.failed == 0
