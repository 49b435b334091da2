"""Reading a message against what was said before: choices, corrections, follow-ups, cases."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from assistant.knowledge.model import Procedure
from assistant.text.spelling import expand
from assistant.text.unicode import clean, fold

_DATA = Path(__file__).parent / "data"
_WORD = re.compile(r"[a-z0-9]+")
# Longest message that can be a choice: a button's title, or a few words around a number.
_LONGEST_CHOICE = 16


def words(text: str) -> list[str]:
    """Folded syllables of ``text``, short forms written out."""
    return _WORD.findall(fold(expand(clean(text))))


def topic_words(text: str) -> list[str]:
    """The syllables that can tell which procedure is meant.

    >>> topic_words("thế mất bao nhiêu tiền ạ")
    []
    """
    return [word for word in words(text) if word not in _function_words() and not word.isdigit()]


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
    return _by_words(said, options)


def case_of(text: str, procedure: Procedure) -> str | None:
    """Id of the case that a message tells about, if exactly one case's words stand in it."""
    said = f" {' '.join(words(text))} "
    hits = {
        case.id
        for case in procedure.cases
        for phrase in (case.name, *case.words)
        if f" {' '.join(words(phrase))} " in said
    }
    return hits.pop() if len(hits) == 1 else None


def without_correction(text: str) -> str:
    """What follows "không, ý tôi là…"; the text itself if nothing does.

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
    return rest or clean(text)


def _position(said: Sequence[str], size: int) -> int | None:
    places, filler = _choices()
    kept = [word for word in said if word not in filler] or list(said)
    key = " ".join(kept)
    number = int(key) if key.isdigit() else places.get(key, places.get(" ".join(said)))
    if number is None:
        return None
    index = size - 1 if number == -1 else number - 1
    return index if 0 <= index < size else None


def _by_words(said: Sequence[str], options: Sequence[Procedure]) -> Procedure | None:
    """The one option whose names hold most of what was said, if one stands out."""
    kept = {word for word in said if word in topic_words(" ".join(said))}
    if not kept:
        return None
    scores = [_share(kept, option) for option in options]
    best = max(scores)
    if best < 0.99 or scores.count(best) > 1:
        return None
    return options[scores.index(best)]


def _share(kept: set[str], option: Procedure) -> float:
    names = [option.name, option.short_name or "", *option.citizen_words]
    names += [word for case in option.cases for word in (case.name, *case.words)]
    known = {word for name in names for word in words(name)}
    return len(kept & known) / len(kept)


@lru_cache(maxsize=1)
def _function_words() -> frozenset[str]:
    lines = (_DATA / "function_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


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
