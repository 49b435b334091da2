"""Dense features to compare with: mean of e5's word-piece vectors, without its transformer.

Rasa's environment has no torch, so the encoder itself cannot run there; its input embeddings can.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from safetensors.numpy import load_file

ENCODER = Path(__file__).resolve().parent.parent / "models" / "encoder"
_TABLE = "embeddings.word_embeddings.weight"
_LONGEST_PIECE = 16
_UNKNOWN = -20.0


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class StaticVectors(DenseFeaturizer, GraphComponent):
    """Per token the mean of its pieces, per message the mean of all; centred, unit length."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Components that should be included in the pipeline before this component."""
        return [Tokenizer]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,  # noqa: ARG003
        resource: Resource,  # noqa: ARG003
        execution_context: ExecutionContext,
    ) -> StaticVectors:
        """Creates a new component (see parent class for full docstring)."""
        return cls(execution_context.node_name, config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Featurize all training data."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the features to each message."""
        for message in messages:
            tokens = message.get(TOKENS_NAMES[TEXT])
            if tokens:
                rows = np.stack([_vector(token.lemma) for token in tokens])
                sentence = _unit(rows.mean(axis=0, keepdims=True))
                self.add_features_to_message(rows, sentence, TEXT, message)
        return messages

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to check: there is nothing to set."""


@lru_cache(maxsize=50_000)
def _vector(lemma: str) -> np.ndarray:
    scores, table = _encoder()
    pieces = _pieces("▁" + lemma.strip().replace(" ", "▁"), scores)
    return table[pieces].mean(axis=0) if pieces else np.zeros(table.shape[1], dtype=np.float32)


def _pieces(text: str, scores: dict[str, Any]) -> list[int]:
    """The likeliest segmentation of ``text`` under the unigram model, as rows of the table."""
    best: list[Any] = [(0.0, None)] + [(-np.inf, None)] * len(text)
    for start in range(len(text)):
        for end in range(start + 1, min(len(text), start + _LONGEST_PIECE) + 1):
            row, score = scores.get(text[start:end], (None, _UNKNOWN if end == start + 1 else -np.inf))
            if best[start][0] + score > best[end][0]:
                best[end] = (best[start][0] + score, (start, row))
    rows: list[int] = []
    end = len(text)
    while end:
        end, row = best[end][1]
        if row is not None:
            rows.append(row)
    return rows


@lru_cache(maxsize=1)
def _encoder() -> Any:
    vocabulary = json.loads((ENCODER / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    table = load_file(str(ENCODER / "model.safetensors"))[_TABLE].astype(np.float32)
    return {piece: (row, score) for row, (piece, score) in enumerate(vocabulary)}, table - table.mean(axis=0)


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
