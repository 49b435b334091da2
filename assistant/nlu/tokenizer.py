"""Rasa tokenizer over underthesea, with one lemma for every spelling of a word."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

# SpacyNLP loads the folder models/spacy-vi, whose config names our spaCy tokenizer. spaCy finds it
# only if the module that registers it was imported, and this component stands before SpacyNLP.
import assistant.nlu.spacy_tokenizer  # noqa: F401
from assistant.nlu.words import words


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class UndertheseaTokenizer(Tokenizer):
    """Cuts Vietnamese text into words; see :mod:`assistant.nlu.words` for what they are."""

    @staticmethod
    def supported_languages() -> list[str] | None:
        """Supported languages (see parent class for full docstring)."""
        return ["vi"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns default config (see parent class for full docstring)."""
        return {
            # Flag to check whether to split intents
            "intent_tokenization_flag": False,
            # Symbol on which intent should be split
            "intent_split_symbol": "_",
            # Regular expression to split tokens further
            "token_pattern": None,
            # Symbol on which prefix should be split
            "prefix_separator_symbol": None,
        }

    @staticmethod
    def required_packages() -> list[str]:
        """Any extra python dependencies required for this component to run."""
        return ["underthesea"]

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Tokenizes the text of the provided attribute of the incoming message."""
        text = message.get(attribute)
        tokens = [Token(text[word.start : word.end], word.start, word.end, lemma=word.lemma) for word in words(text)]
        cut_further: list[Token] = self._apply_token_pattern(tokens)
        return cut_further
