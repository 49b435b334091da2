"""spaCy tokenizer over the same segmentation, registered by name so that a saved model finds it."""

from __future__ import annotations

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from assistant.nlu.words import syllables

NAME = "assistant.SyllableTokenizer.v1"


class SyllableTokenizer:
    """Text to a spaCy ``Doc`` of syllables, each with its one spelling as ``NORM``.

    Syllables, because patterns are matched token by token: "giấy khai sinh" must be three tokens
    in the pattern and in every message, and segmentation joins it or not depending on the words
    around it and on the diacritics.
    """

    def __init__(self, vocab: Vocab) -> None:
        """Keep the vocabulary of the pipeline this tokenizer belongs to."""
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """The document; its text is ``text`` to the character, so offsets hold."""
        pieces: list[str] = []
        spaces: list[bool] = []
        norms: dict[int, str] = {}
        position = 0
        for word in syllables(text):
            _add_gap(text[position : word.start], pieces, spaces)
            norms[len(pieces)] = word.lemma
            pieces.append(text[word.start : word.end])
            spaces.append(False)
            position = word.end
        _add_gap(text[position:], pieces, spaces)
        doc = Doc(self.vocab, words=pieces, spaces=spaces)
        for index, norm in norms.items():
            doc[index].norm_ = norm
        return doc

    def to_disk(self, path: object, **kwargs: object) -> None:
        """Nothing to save: the data files are the package's."""

    def from_disk(self, path: object, **kwargs: object) -> SyllableTokenizer:
        """Nothing to load."""
        return self

    def to_bytes(self, **kwargs: object) -> bytes:
        """Nothing to save."""
        return b""

    def from_bytes(self, data: bytes, **kwargs: object) -> SyllableTokenizer:
        """Nothing to load."""
        return self


def _add_gap(gap: str, pieces: list[str], spaces: list[bool]) -> None:
    """Account for what lies between two words: one space as spaCy does, the rest as a token."""
    if gap.startswith(" ") and pieces:
        spaces[-1] = True
        gap = gap[1:]
    if gap:
        pieces.append(gap)
        spaces.append(False)


@spacy.registry.tokenizers(NAME)
def _create() -> object:
    def create(nlp: Language) -> SyllableTokenizer:
        return SyllableTokenizer(nlp.vocab)

    return create
