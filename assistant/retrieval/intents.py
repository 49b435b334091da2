"""What a message asks for, when Rasa is not there to say: the same examples, a linear model.

Used by the command line and evaluation, and for the second question inside one message.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from assistant.knowledge.model import Aspect
from assistant.text.mask import mask
from assistant.text.spelling import expand
from assistant.text.unicode import clean, fold

ASPECT_PREFIX = "ask_"
_CUES = Path(__file__).parent / "data" / "aspect_cues.yml"
_CLAUSE = re.compile(r"[?.!;,\n]+|\s(?:va|voi lai|roi thi|con|dong thoi|them nua la)\s")
_SURE_OF_CLAUSE = 0.5


class IntentModel:
    """A logistic regression over TF-IDF of word n-grams of folded text.

    Character n-grams and sentence vectors were tried beside (docs/intents.md): words alone carry
    what is asked, the rest carries what it is asked about.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Take the model's arrays: ``intents``, ``terms``, ``idf``, ``weights`` (intents, terms), ``bias``."""
        self.arrays = {name: arrays[name] for name in ("intents", "terms", "idf", "weights", "bias")}
        self.intents = [str(name) for name in arrays["intents"]]
        self._weights = arrays["weights"].T
        self._bias = arrays["bias"]
        self._vectorizer = _vectorizer(vocabulary={str(term): i for i, term in enumerate(arrays["terms"])})
        self._vectorizer.idf_ = arrays["idf"]

    def predict(self, text: str) -> list[tuple[str, float]]:
        """Every intent with its probability, likeliest first."""
        logits = np.asarray(self._vectorizer.transform([_prepared(text)]) @ self._weights).ravel() + self._bias
        shares = np.exp(logits - logits.max())
        shares /= shares.sum()
        order = np.argsort(-shares, kind="stable")
        return [(self.intents[i], float(shares[i])) for i in order]

    def aspects(self, text: str, first: Aspect | None = None) -> list[Aspect]:
        """The aspects asked for, in the order of the message, at most three.

        Args:
            text: the message.
            first: what the whole message was found to ask for, if that is known already.
        """
        whole = first or self.aspect(text)
        clauses = [c for c in _CLAUSE.split(fold(expand(clean(text)))) if c and c.strip()]
        found: list[Aspect] = []
        for clause in clauses if len(clauses) > 1 else ():
            aspect = self._clause_aspect(clause)
            if aspect and aspect not in found:
                found.append(aspect)
        if whole is None:
            return found[:3]
        if whole not in found:
            found.insert(0, whole)
        return [a for a in found if a is not Aspect.OVERVIEW or len(found) == 1][:3]

    def aspect(self, text: str) -> Aspect | None:
        """The likeliest aspect of a message, or None if its likeliest intent is not a question."""
        return aspect_of(self.predict(text)[0][0])

    def _clause_aspect(self, clause: str) -> Aspect | None:
        intent, probability = self.predict(clause)[0]
        aspect = aspect_of(intent)
        if aspect is None or probability < _SURE_OF_CLAUSE:
            return None
        padded = f" {clause.strip()} "
        return aspect if any(f" {cue} " in padded for cue in _cues().get(aspect.value, ())) else None


def aspect_of(intent: str) -> Aspect | None:
    """The aspect an intent stands for: ``ask_fee`` → fee; None for other talk."""
    name = intent.removeprefix(ASPECT_PREFIX)
    known = {aspect.value for aspect in Aspect}
    return Aspect(name) if intent.startswith(ASPECT_PREFIX) and name in known else None


def read_examples(folder: Path) -> list[tuple[str, str]]:
    """(text, intent) pairs of all Rasa NLU files in ``folder``."""
    pairs: list[tuple[str, str]] = []
    for path in sorted(folder.glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu", []):
            if "intent" in block:
                lines = (line.strip() for line in block["examples"].splitlines())
                pairs += [(line[2:].strip(), block["intent"]) for line in lines if line.startswith("- ")]
    return pairs


def train(pairs: Iterable[tuple[str, str]]) -> IntentModel:
    """Fit the model to (text, intent) pairs."""
    texts, labels = zip(*pairs, strict=True)
    vectorizer = _vectorizer()
    features = vectorizer.fit_transform(_prepared(text) for text in texts)
    model = LogisticRegression(C=20.0, max_iter=300).fit(features, labels)
    return IntentModel(
        {
            "intents": np.array([str(name) for name in model.classes_]),
            "terms": np.array(vectorizer.get_feature_names_out(), dtype=str),
            "idf": vectorizer.idf_.astype(np.float32),
            "weights": model.coef_.astype(np.float32),
            "bias": model.intercept_.astype(np.float32),
        }
    )


def _prepared(text: str) -> str:
    return fold(expand(mask(clean(text))))


def _vectorizer(vocabulary: dict[str, int] | None = None) -> TfidfVectorizer:
    return TfidfVectorizer(
        ngram_range=(1, 3), sublinear_tf=True, token_pattern=r"\w+", vocabulary=vocabulary, dtype=np.float32
    )


@lru_cache(maxsize=1)
def _cues() -> dict[str, list[str]]:
    cues: dict[str, list[str]] = yaml.safe_load(_CUES.read_text(encoding="utf-8"))
    return cues
