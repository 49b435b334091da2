"""From a ranking to what to do: answer, ask back, or admit that no entry fits.

Two thresholds decide, both learned from labelled questions (:mod:`assistant.retrieval.calibrate`):
how sure one must be that *some* entry is meant, and that the *first* one is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

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
    """A verdict, the codes it is about (one to answer, several to ask back), and how sure.

    With the verdict ``none``, a code is that of a procedure known by name only.
    """

    verdict: Verdict
    codes: list[str]
    some_entry: float
    first_entry: float


def features(ranking: Sequence[Candidate]) -> list[float]:
    """What says whether any entry is meant: the first one's signals, its lead, the others' share."""
    first = next((c for c in ranking if c.is_entry), ranking[0])
    rival = max((c.score for c in ranking if c is not first), default=0.0)
    others = sum(c.probability for c in ranking if not c.is_entry)
    return [first.score, first.score - rival, others, *(first.signals[name] for name in SIGNALS)]


def probability_of_some_entry(ranking: Sequence[Candidate], calibration: Calibration) -> float:
    """Probability that the question is about any entry of the index."""
    logit = float(np.dot(features(ranking), calibration.coverage)) + calibration.bias
    return float(1 / (1 + np.exp(-logit)))


def decide(ranking: Sequence[Candidate], calibration: Calibration) -> Decision:
    """Apply the learned thresholds to a ranking of at least one candidate."""
    some = probability_of_some_entry(ranking, calibration)
    entries = [c for c in ranking if c.is_entry]
    if some < calibration.some_entry or not entries:
        named = [] if ranking[0].is_entry else [ranking[0].code]
        return Decision(Verdict.NONE, named, some, ranking[0].probability)
    first = entries[0].probability
    options = [c.code for c in entries[:MAX_OPTIONS] if c.probability >= calibration.clarify_share]
    if first >= calibration.first_entry or len(options) < 2:
        return Decision(Verdict.ANSWER, [entries[0].code], some, first)
    return Decision(Verdict.CLARIFY, options, some, first)
