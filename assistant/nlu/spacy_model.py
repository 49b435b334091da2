"""Build the spaCy model whose entities are the names that the knowledge uses.

    python -m assistant.nlu.spacy_model models/spacy-vi knowledge

A blank Vietnamese pipeline: our tokenizer and an entity ruler, nothing trained. The knowledge is
read as plain data, because its models need newer Python than Rasa runs on; whether it is sound is
for ``assistant knowledge check`` to say.
"""

from __future__ import annotations

import argparse
import itertools
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import spacy
import yaml
from spacy.language import Language

from assistant import __version__
from assistant.nlu.spacy_tokenizer import NAME
from assistant.nlu.words import syllables, words
from assistant.text.spelling import expand, short_forms
from assistant.text.unicode import clean, fold

# A name that stands in two kinds belongs to the first of them.
PROCEDURE, AGENCY, DOCUMENT, DOSSIER_CODE = "procedure", "agency", "document", "dossier_code"
_DOSSIER_LABEL = "[mã hồ sơ]"  # one of assistant.text.mask.LABELS
_LONGEST_DOCUMENT = 5  # words; longer "names" are sentences that nobody types
_MOST_SHORTENED = 3  # places of one name that may be abbreviated at once
_OFFICIAL = re.compile(r"^thủ tục\s+", re.IGNORECASE)
# What follows tells which document, in words that nobody repeats in a question.
_TAIL = re.compile(r"[(,;:/]|\s(?:do|của|có|còn|đã|để|theo|kèm|tại|trong|về việc|hoặc|nếu)\s")

# Names of nothing in particular.
_ANY_DOCUMENT = {"giay to", "van ban", "tai lieu", "ho so", "ban sao", "to khai", "giay"}

Pattern = dict[str, Any]


def build(out: Path, knowledge: Path) -> int:
    """Write the model folder ``out`` from the ``knowledge`` folder; the old one stays until then.

    Returns:
        The number of patterns.

    Raises:
        OSError: a folder cannot be read or written.
        ValueError: a knowledge file is not YAML or has another shape, or there is none.
    """
    nlp, count = pipeline(patterns(knowledge))
    fresh = out.with_name(out.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.parent.mkdir(parents=True, exist_ok=True)
    nlp.to_disk(fresh)
    shutil.rmtree(out, ignore_errors=True)
    fresh.rename(out)
    return count


def pipeline(rules: list[Pattern]) -> tuple[Language, int]:
    """The spaCy pipeline with these entity patterns, and how many they are."""
    nlp = spacy.blank(
        "vi",
        config={"nlp": {"tokenizer": {"@tokenizers": NAME}}},
        meta={"name": "dich_vu_cong", "version": __version__},
    )
    ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "NORM"})
    ruler.add_patterns(rules)
    return nlp, len(rules)


def patterns(knowledge: Path) -> list[Pattern]:
    """Entity ruler patterns of everything that has a name in the knowledge, in a fixed order.

    A name is a phrase compared by ``NORM``, so that it is found however it is spelled. A name of
    one syllable is compared as written: without diacritics "thuế" and "thuê" are one.
    """
    found: dict[tuple[str, ...], Pattern] = {}
    for kind, names in (
        (PROCEDURE, _procedure_names(knowledge)),
        (AGENCY, _agency_names(knowledge)),
        (DOCUMENT, _document_names(knowledge)),
    ):
        for name in names:
            for spelling in _spellings(name):
                key = tuple(part.lemma for part in syllables(spelling))
                if len(fold(expand(spelling)).split()) > 1:
                    found.setdefault(key, {"label": kind, "pattern": spelling})
                elif clean(spelling):
                    found.setdefault((spelling,), {"label": kind, "pattern": [{"LOWER": spelling.lower()}]})
    # A code stands in the text as typed, or as the label that masking left of it: one lemma.
    return [{"label": DOSSIER_CODE, "pattern": _DOSSIER_LABEL}, *found.values()]


def _procedure_names(knowledge: Path) -> Iterator[str]:
    for entry in _procedures(knowledge):
        name = entry.get("name") or ""
        yield from (name, _OFFICIAL.sub("", name), entry.get("short_name") or "")
        yield from entry.get("citizen_words") or ()


def _document_names(knowledge: Path) -> Iterator[str]:
    for entry in _procedures(knowledge):
        for document in entry.get("documents") or ():
            name = _TAIL.split(clean(document.get("name") or ""))[0].strip()
            if fold(name) not in _ANY_DOCUMENT and 0 < len(words(name)) <= _LONGEST_DOCUMENT:
                yield name


def _agency_names(knowledge: Path) -> Iterator[str]:
    for agency in _read(knowledge / "agencies.yml"):
        yield agency.get("short_name") or ""
        yield from agency.get("words") or ()


def _procedures(knowledge: Path) -> list[dict[str, Any]]:
    paths = sorted((knowledge / "procedures").glob("*/*.yml"))
    if not paths:
        raise ValueError(f"{knowledge / 'procedures'}: không có tệp thủ tục nào.")
    return [_read(path) for path in paths]


def _read(path: Path) -> Any:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ValueError(f"{path}: không phải YAML ({error})") from error
    expected = list if path.name == "agencies.yml" else dict
    if not isinstance(data, expected):
        raise ValueError(f"{path}: không đúng dạng của một mục tri thức.")
    return data


def _spellings(name: str) -> Iterable[str]:
    """The name written out, and with each of its parts abbreviated as people do.

    An abbreviation is one token, the words it stands for are several; a phrase matches token by
    token, so both need a pattern. One short form per meaning is enough: they share their lemma.
    """
    full = expand(clean(name))
    folded = fold(full)
    places = []
    for meaning, short in _shortest().items():
        start = f" {folded} ".find(f" {meaning} ")
        if start >= 0:
            places.append((start, start + len(meaning), short))
    for count in range(min(len(places), _MOST_SHORTENED) + 1):
        for chosen in itertools.combinations(sorted(places), count):
            if all(left[1] <= right[0] for left, right in zip(chosen, chosen[1:], strict=False)):
                yield _replaced(full, chosen)


def _replaced(text: str, places: Iterable[tuple[int, int, str]]) -> str:
    for start, end, short in sorted(places, reverse=True):
        text = text[:start] + short + text[end:]
    return text


def _shortest() -> dict[str, str]:
    """One short form for each meaning of several syllables, both folded."""
    by_meaning: dict[str, str] = {}
    for short, full in sorted(short_forms().items()):
        if " " in full:
            by_meaning.setdefault(fold(full), short)
    return by_meaning


def main(arguments: list[str] | None = None) -> int:
    """Command line; 0 when the model was written."""
    parser = argparse.ArgumentParser(
        prog="python -m assistant.nlu.spacy_model",
        description="Dựng mô hình spaCy nhận ra tên thủ tục, cơ quan, giấy tờ và mã hồ sơ, từ thư mục tri thức.",
        epilog="Ví dụ: python -m assistant.nlu.spacy_model models/spacy-vi knowledge",
    )
    parser.add_argument("out", type=Path, help="thư mục mô hình sẽ ghi, ví dụ models/spacy-vi")
    parser.add_argument("knowledge", type=Path, help="thư mục tri thức, ví dụ knowledge")
    given = parser.parse_args(arguments)
    try:
        count = build(given.out, given.knowledge)
    except (OSError, ValueError) as error:
        print(f"Không dựng được mô hình spaCy: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    print(f"{given.out}: {count} mẫu tên gọi.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
