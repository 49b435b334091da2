"""Intent classifier: logistic regression over weighted n-grams of lemmas, and of how a message ends.

Chosen by measurement, see docs/intents.md. Against Rasa's ``CountVectorsFeaturizer`` with
``LogisticRegressionClassifier`` three things differ, each for a reason seen in the messages:

- n-grams are weighted by tf-idf, so that the words of the story ("con", "em", "làm") weigh less
  than the word that asks;
- the last syllables are features of their own, because people tell the story first and ask at the
  end: "con em mới đẻ được 2 tuần, ra phường làm giấy khai sinh cần mang gì";
- ``C`` is a setting.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import skops.io  # type: ignore[import-not-found]
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

_FILE = "intents.skops"
# What the weights of tf-idf are kept in, and not on the list of types that skops trusts by itself.
_TRUSTED = ["scipy.sparse._csr.csr_matrix"]
_NUMBER = re.compile(r"\b[0-9]+\b")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class NgramIntentClassifier(IntentClassifier, GraphComponent):
    """Reads the lemmas of the tokenizer; needs no featurizer."""

    @classmethod
    def required_components(cls) -> list[type[Any]]:
        """Components that should be included in the pipeline before this component."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Any extra python dependencies required for this component to run."""
        return ["sklearn", "skops"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The component's default config (see parent class for full docstring)."""
        return {
            # Shortest and longest n-gram of syllables, and of characters inside a syllable.
            "word_ngrams": [1, 2],
            "char_ngrams": [2, 5],
            # How much characters count beside syllables; they carry messages with typing errors.
            "char_weight": 0.7,
            # How many syllables the end of a message has, and how much it counts.
            "closing_syllables": 8,
            "closing_weight": 0.8,
            # Inverse regularisation of the logistic regression.
            "C": 5.0,
            "max_iter": 300,
            # How many intents the ranking of a message names.
            "ranking_length": 10,
        }

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        """Make an untrained classifier."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = _untrained(config)
        self._trained = False

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003
    ) -> NgramIntentClassifier:
        """Creates a new untrained component (see parent class for full docstring)."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit to the examples that have a text and an intent, and persist."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT) and e.get(INTENT)]
        if len({e.get(INTENT) for e in examples}) > 1:
            self._model.fit(self._columns(examples), [e.get(INTENT) for e in examples])
            self._trained = True
            with self._model_storage.write_to(self._resource) as folder:
                skops.io.dump(self._model, folder / _FILE)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to add: no later component learns from this one's predictions."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and intent ranking of each message; no intent when there is no model."""
        if not self._trained or not messages:
            for message in messages:
                message.set(INTENT, {"name": None, "confidence": 0.0}, add_to_output=True)
            return messages
        shares = self._model.predict_proba(self._columns(messages))
        for message, row in zip(messages, shares, strict=True):
            order = np.argsort(-row, kind="stable")[: self._config["ranking_length"]]
            ranking = [{"name": str(self._model.classes_[i]), "confidence": float(row[i])} for i in order]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003
        **kwargs: Any,  # noqa: ARG003
    ) -> NgramIntentClassifier:
        """Loads trained component (see parent class for full docstring)."""
        component = cls(config, model_storage, resource)
        try:
            with model_storage.read_from(resource) as folder:
                component._model = skops.io.load(folder / _FILE, trusted=_TRUSTED)
                component._trained = True
        except ValueError:  # what Rasa's storage raises when training had nothing to persist
            pass
        return component

    def _columns(self, messages: list[Message]) -> np.ndarray:
        """Object array (messages, 2): all syllables, and the closing ones."""
        rows: list[tuple[str, str]] = []
        for message in messages:
            lemmas = " ".join(token.lemma for token in message.get(TOKENS_NAMES[TEXT]) or [])
            text = _NUMBER.sub("__number__", lemmas.lower())
            rows.append((text, " ".join(text.split()[-self._config["closing_syllables"] :])))
        return np.array(rows, dtype=object)


def _untrained(config: dict[str, Any]) -> Pipeline:
    word = {"token_pattern": r"(?u)\b\w+\b", "ngram_range": tuple(config["word_ngrams"]), "sublinear_tf": True}
    char = {"analyzer": "char_wb", "ngram_range": tuple(config["char_ngrams"]), "sublinear_tf": True}
    features = ColumnTransformer(
        [
            ("words", TfidfVectorizer(**word), 0),
            ("chars", TfidfVectorizer(**char), 0),
            ("closing", TfidfVectorizer(**word), 1),
        ],
        transformer_weights={"words": 1.0, "chars": config["char_weight"], "closing": config["closing_weight"]},
    )
    # Balanced: that an intent has few examples says nothing of how often citizens mean it.
    model = LogisticRegression(C=config["C"], class_weight="balanced", max_iter=config["max_iter"], random_state=42)
    return Pipeline([("features", features), ("model", model)])
