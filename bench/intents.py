"""Compare intent classifiers by cross-validation; the table in docs/intents.md is this command's.

    .venv-rasa/bin/python bench/intents.py                         # the quick ones, 5 folds
    .venv-rasa/bin/python bench/intents.py --only ours diet --folds 3   # long: 40 minutes
    .venv-rasa/bin/python bench/intents.py --confusions ours       # which examples went wrong

Folds, training and parsing are Rasa's own (rasa.nlu.test.generate_folds, rasa.model_training). Each
fold's model also labels the aspects of data/questions/dev.jsonl, questions by other writers that no
classifier trains on.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import resource
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
os.environ.update(
    OMP_NUM_THREADS="1",
    TF_CPP_MIN_LOG_LEVEL="3",
    RASA_TELEMETRY_ENABLED="false",
    RASA_MAX_CACHE_SIZE="0",  # or the second run of a fold would "train" in no time
    SQLALCHEMY_SILENCE_UBER_WARNING="1",
)
sys.path.insert(0, str(ROOT))
warnings.simplefilter("ignore")
logging.disable(logging.WARNING)

import numpy as np  # noqa: E402
import rasa.model_training  # noqa: E402
import rasa.shared.utils.io  # noqa: E402
import structlog  # noqa: E402
from rasa.core.agent import Agent  # noqa: E402
from rasa.core.channels.channel import UserMessage  # noqa: E402
from rasa.nlu.test import generate_folds  # noqa: E402
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLWriter  # noqa: E402
from rasa.shared.nlu.training_data.loading import load_data  # noqa: E402
from rasa.shared.nlu.training_data.training_data import TrainingData  # noqa: E402
from sklearn.metrics import f1_score  # noqa: E402

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))

TOKENS: dict[str, Any] = {"name": "assistant.nlu.tokenizer.UndertheseaTokenizer"}
COUNTS: list[dict[str, Any]] = [
    {"name": "CountVectorsFeaturizer", "analyzer": "word", "min_ngram": 1, "max_ngram": 2},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 2, "max_ngram": 5},
]
DENSE: dict[str, Any] = {"name": "bench.static_vectors.StaticVectors"}
LINEAR: dict[str, Any] = {"name": "LogisticRegressionClassifier", "max_iter": 300}
DIET: dict[str, Any] = {
    "name": "DIETClassifier",
    "epochs": 50,
    "entity_recognition": False,
    "random_seed": 42,
    "constrain_similarities": True,
}
OURS = "assistant.nlu.intent_classifier.NgramIntentClassifier"
PIPELINES: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "ours": ("NgramIntentClassifier", [TOKENS, {"name": OURS}]),
    "ours-c1": ("… with C = 1", [TOKENS, {"name": OURS, "C": 1.0}]),
    "ours-whole": ("… without the closing syllables", [TOKENS, {"name": OURS, "closing_weight": 0.0}]),
    "ours-words": (
        "… nor characters",
        [TOKENS, {"name": OURS, "closing_weight": 0.0, "char_weight": 0.0}],
    ),
    "sparse": ("LogisticRegression, sparse", [TOKENS, *COUNTS, LINEAR]),
    "dense": ("LogisticRegression, sparse + dense", [TOKENS, *COUNTS, DENSE, LINEAR]),
    "diet": ("DIET 50 epochs, sparse", [TOKENS, *COUNTS, DIET]),
    "diet-dense": ("DIET 50 epochs, sparse + dense", [TOKENS, *COUNTS, DENSE, DIET]),
}
QUICK = [name for name in PIPELINES if not name.startswith("diet")]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=PIPELINES, nargs="+", default=QUICK, help="pipelines to compare")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--confusions", choices=PIPELINES, help="print the wrong ones of this pipeline instead")
    given = parser.parse_args()
    data = _examples()
    print(f"{len(data.intent_examples)} examples, {len(data.intents)} intents, {given.folds} folds", flush=True)
    if given.confusions:
        _print_confusions(_cross_validate(given.confusions, data, given.folds)["wrong"])
        return
    print("| classifier | folds | accuracy | macro F1 | dev aspects | train s | parse ms p50 / p95 | memory GB |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for name in given.only:
        print(_row(PIPELINES[name][0], given.folds, _cross_validate(name, data, given.folds)), flush=True)


def _examples() -> TrainingData:
    """All of data/nlu but the questions of dev.jsonl.

    They stand there in several spellings each, so folds would share them, and they are asked below.
    """
    paths = sorted(p for p in (ROOT / "data" / "nlu").glob("*.yml") if p.name != "aspects_dev.yml")
    return TrainingData().merge(*(load_data(str(path)) for path in paths))


def _cross_validate(name: str, data: TrainingData, folds: int) -> dict[str, Any]:
    expected: list[str] = []
    predicted: list[str] = []
    found: dict[str, Any] = {"train": [], "parse": [], "dev": [], "wrong": []}
    np.random.seed(42)  # Rasa draws its folds from here; the same ones for every pipeline
    for train, test in generate_folds(folds, data):
        with tempfile.TemporaryDirectory() as folder:
            parse, seconds = _train(PIPELINES[name][1], train, Path(folder))
            found["train"].append(seconds)
            for example in test.intent_examples:
                text, intent = example.get("text"), example.get("intent")
                start = time.perf_counter()
                guess = parse(text)
                found["parse"].append(time.perf_counter() - start)
                expected.append(intent)
                predicted.append(guess["name"])
                if guess["name"] != intent:
                    found["wrong"].append((intent, guess["name"], guess["confidence"], text))
            found["dev"].append(np.mean([parse(text)["name"] == intent for text, intent in _dev_questions()]))
    found["accuracy"] = np.mean(np.array(expected) == np.array(predicted))
    found["f1"] = f1_score(expected, predicted, average="macro")
    return found


def _train(pipeline: list[dict[str, Any]], data: TrainingData, folder: Path) -> tuple[Any, float]:
    """A function from text to intent, and the seconds that training took."""
    config = {"recipe": "default.v1", "language": "vi", "assistant_id": "bench", "pipeline": pipeline}
    rasa.shared.utils.io.write_yaml(config, folder / "config.yml")
    RasaYAMLWriter().dump(folder / "nlu.yml", data)
    start = time.perf_counter()
    model = rasa.model_training.train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder))
    seconds = time.perf_counter() - start
    processor = Agent.load(model).processor
    loop = asyncio.new_event_loop()

    def parse(text: str) -> dict[str, Any]:
        return loop.run_until_complete(processor.parse_message(UserMessage(text)))["intent"]

    parse("khởi động")
    return parse, seconds


def _dev_questions() -> list[tuple[str, str]]:
    path = ROOT / "data" / "questions" / "dev.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(r["question"], f"ask_{r['aspect']}") for r in rows if r.get("aspect") not in (None, "other")]


def _row(title: str, folds: int, found: dict[str, Any]) -> str:
    p50, p95 = np.percentile(found["parse"], [50, 95]) * 1000
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return (
        f"| {title} | {folds} | {found['accuracy']:.3f} | {found['f1']:.3f} | {np.mean(found['dev']):.3f} "
        f"| {np.mean(found['train']):.0f} | {p50:.1f} / {p95:.1f} | {memory:.1f} |"
    )


def _print_confusions(wrong: list[tuple[str, str, float, str]]) -> None:
    for (intent, guess), count in Counter((w[0], w[1]) for w in wrong).most_common(25):
        print(f"{count:4d}  {intent} → {guess}")
    for intent, guess, confidence, text in sorted(wrong, key=lambda w: -w[2])[:150]:
        print(f"{confidence:.2f}  {intent} → {guess}: {text}")


if __name__ == "__main__":
    main()
