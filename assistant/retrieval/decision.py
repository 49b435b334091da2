"""From a ranking to what to do: answer, ask back, or admit that no entry fits.

Two thresholds decide, both learned from labelled questions (:mod:`assistant.retrieval.calibrate`):
how sure one must be that *some* entry is meant, and that the *first* one is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from assistant.retrieval.ranking import SIGNALS, Candidate

MAX_OPTIONS = 4


class Verdict(StrEnum):
    """What the ranking allows."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    NONE = "none"


@dataclass(frozen=True)
class Calibration:
    """Everything learned from labelled questions; stored with the index.

    ``weights`` fuse the signals; ``coverage`` and ``bias`` turn the first candidate's features
    into the probability that some entry is meant.
    """

    weights: list[float]
    coverage: list[float]
    bias: float
    some_entry: float
    first_entry: float
    clarify_share: float
    report: dict[str, float]



@dataclass(frozen=True)
class Decision:
    """A verdict, the codes it is about (one to answer, several to ask back), and how sure."""

    verdict: Verdict
    codes: list[str]
    some_entry: float
    first_entry: float


def features(ranking: Sequence[Candidate]) -> list[float]:
    """What says whether any entry is meant: the best of each signal, the score, the lead."""
    first = ranking[0]
    lead = first.score - (ranking[1].score if len(ranking) > 1 else 0.0)
    best = [max(c.signals[name] for c in ranking[:5]) for name in SIGNALS]
    return [first.score, lead, *(first.signals[name] for name in SIGNALS), *best]


def probability_of_some_entry(ranking: Sequence[Candidate], calibration: Calibration) -> float:
    """Probability that the question is about any entry of the index."""
    logit = float(np.dot(features(ranking), calibration.coverage)) + calibration.bias
    return float(1 / (1 + np.exp(-logit)))


def decide(ranking: Sequence[Candidate], calibration: Calibration) -> Decision:
    """Apply the learned thresholds to a ranking of at least one candidate."""
    some = probability_of_some_entry(ranking, calibration)
    first = ranking[0].probability
    if some < calibration.some_entry:
        return Decision(Verdict.NONE, [], some, first)
    options = [c.code for c in ranking[:MAX_OPTIONS] if c.probability >= calibration.clarify_share]
    if first >= calibration.first_entry or len(options) < 2:
        return Decision(Verdict.ANSWER, [ranking[0].code], some, first)
    return Decision(Verdict.CLARIFY, options, some, first)
