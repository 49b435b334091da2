"""Reading a message against what was said before: choices, corrections, follow-ups, cases."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from assistant.knowledge.model import Procedure
from assistant.text.segment import domain_terms
from assistant.text.spelling import expand
from assistant.text.unicode import clean, fold

_DATA = Path(__file__).parent / "data"
_WORD = re.compile(r"[^\W_]+")
# Longest message that can be a choice: a button's title, or a few words around a number.
_LONGEST_CHOICE = 16


def words(text: str) -> list[str]:
    """Folded syllables of ``text``, short forms written out."""
    return [fold(word) for word in _spoken(text)]


def topic_words(text: str) -> list[str]:
    """The syllables, folded, that can tell which procedure is meant.

    A word typed with diacritics is compared with them ("thẻ" is not "thế"); one typed without is
    taken for a function word, unless it belongs to a term of our field ("so do" is "sổ đỏ").

    >>> topic_words("thế mất bao nhiêu tiền ạ"), topic_words("so do")
    ([], ['so', 'do'])
    """
    said = _spoken(text)
    nearby = (term for first in {fold(word) for word in said} for term in _topical_terms().get(first, ()))
    in_terms = {i for term in nearby for start in _places(said, term) for i in range(start, start + len(term))}
    return [
        fold(word)
        for i, word in enumerate(said)
        if i in in_terms or not (word.isdigit() or any(_same(word, known) for known in _function_words(fold(word))))
    ]


def choice(text: str, options: Sequence[Procedure]) -> Procedure | None:
    """Which of the offered ``options`` a message picks: by number, place, title or words."""
    said = words(text)
    if not options or not said or len(said) > _LONGEST_CHOICE:
        return None
    position = _position(said, len(options))
    if position is not None:
        return options[position]
    for option in options:
        if said in (words(option.short_name or ""), words(option.name)) or option.code in text:
            return option
    return _by_words(text, options)


def case_of(text: str, procedure: Procedure) -> str | None:
    """Id of the case that a message tells about, if exactly one case's words stand in it.

    A function word by itself tells nothing: "mất" is a case of some entries, and stands in
    "mất bao nhiêu tiền" as well.
    """
    said = _spoken(text)
    hits = {
        case.id
        for case in procedure.cases
        for phrase in (case.name, *case.words)
        if (len(words(phrase)) > 1 or topic_words(phrase)) and _places(said, _spoken(phrase))
    }
    return hits.pop() if len(hits) == 1 else None


def goes_back(text: str) -> bool:
    """Whether a message wants to return to what was talked about before.

    >>> goes_back("quay lại việc lúc nãy, lệ phí thế nào")
    True
    """
    said = f" {' '.join(words(text))} "
    return any(f" {phrase} " in said for phrase in _table()["going_back"])


def without_correction(text: str) -> str:
    """What follows "không, ý tôi là…"; nothing if that is all.

    >>> without_correction("không, ý tôi là khai tử")
    'khai tử'
    """
    rest = clean(text)
    changed = True
    while changed:
        changed = False
        for opening in _corrections():
            found = re.match(rf"\W*{opening}(?!\w)\W*", fold(rest))
            if found and len(fold(rest)) == len(rest):
                rest, changed = rest[found.end() :], True
    return rest


def _position(said: Sequence[str], size: int) -> int | None:
    places, filler = _choices()
    kept = [word for word in said if word not in filler] or list(said)
    key = " ".join(kept)
    number = int(key) if key.isdigit() else places.get(key, places.get(" ".join(said)))
    if number is None:
        return None
    index = size - 1 if number == -1 else number - 1
    return index if 0 <= index < size else None


def _by_words(text: str, options: Sequence[Procedure]) -> Procedure | None:
    """The one option whose names hold what was said, if one stands out."""
    kept = topic_words(text)
    if not kept:
        return None
    scores = [_agreement(kept, option) for option in options]
    best = max(scores)
    if best < 1 or scores.count(best) > 1:
        return None
    return options[scores.index(best)]


def _agreement(kept: Sequence[str], option: Procedure) -> float:
    """Share of the ``kept`` words among an option's names and cases, and one more for all in a row."""
    names = [option.name, option.short_name or "", *option.citizen_words]
    names += [phrase for case in option.cases for phrase in (case.name, *case.words)]
    split = [words(name) for name in names]
    known = {word for name in split for word in name}
    in_a_row = any(_places(name, kept) for name in split)
    return sum(word in known for word in kept) / len(kept) + in_a_row


def _spoken(text: str) -> list[str]:
    """Lower-case syllables as typed, short forms written out."""
    return _WORD.findall(expand(clean(text)).lower())


def _same(said: str, known: str) -> bool:
    """Whether a typed word is a known one: letter for letter, or typed without any diacritics."""
    return said == known or (said == fold(said) and said == fold(known))


def _places(said: Sequence[str], phrase: Sequence[str]) -> list[int]:
    """Where ``phrase`` stands in ``said``."""
    size = len(phrase)
    return [
        start
        for start in range(len(said) - size + 1 if size else 0)
        if all(_same(said[start + i], phrase[i]) for i in range(size))
    ]


def _function_words(folded: str) -> tuple[str, ...]:
    """The function words that fold to ``folded``."""
    return _function_table().get(folded, ())


@lru_cache(maxsize=1)
def _function_table() -> dict[str, tuple[str, ...]]:
    lines = (_DATA / "function_words.txt").read_text(encoding="utf-8").splitlines()
    table: dict[str, tuple[str, ...]] = {}
    for word in (word for line in lines if not line.startswith("#") for word in line.split()):
        table[fold(word)] = (*table.get(fold(word), ()), word)
    return table


@lru_cache(maxsize=1)
def _topical_terms() -> dict[str, list[tuple[str, ...]]]:
    """Terms of our field that are more than function words, by their first syllable, folded."""
    terms: dict[str, list[tuple[str, ...]]] = {}
    for term in (tuple(_spoken(text)) for text in domain_terms()):
        if any(word not in _function_words(fold(word)) for word in term):
            terms.setdefault(fold(term[0]), []).append(term)
    return terms


@lru_cache(maxsize=1)
def _table() -> dict[Any, list[str]]:
    table: dict[Any, list[str]] = yaml.safe_load((_DATA / "choices.yml").read_text(encoding="utf-8"))
    return table


@lru_cache(maxsize=1)
def _choices() -> tuple[dict[str, int], frozenset[str]]:
    places = {word: place for place, list_ in _table().items() if isinstance(place, int) for word in list_}
    filler = {part for phrase in _table()["filler"] for part in phrase.split()}
    return places, frozenset(filler)


@lru_cache(maxsize=1)
def _corrections() -> tuple[str, ...]:
    return tuple(sorted((re.escape(c) for c in _table()["corrections"]), key=len, reverse=True))
