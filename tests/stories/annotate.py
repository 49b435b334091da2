"""Mark the entities in the test stories as the spaCy model finds them; run when the knowledge has changed.

    .venv-rasa/bin/python -m tests.stories.annotate

``rasa test`` compares the entities of every message with those marked in the story, so that a story
fails when a procedure gets a new name and nothing else is wrong. This marks them anew.
"""

import re
from pathlib import Path

import spacy

import assistant.nlu.spacy_tokenizer  # noqa: F401

HERE = Path(__file__).parent
_USER = re.compile(r"^(\s*- user: \|\n\s*)(.+)$", re.MULTILINE)
_MARK = re.compile(r"\[([^]]+)]\((?:procedure|agency|document|dossier_code)\)")


def main() -> None:
    """Rewrite the story files in place."""
    nlp = spacy.load(HERE.parents[1] / "models" / "spacy-vi")
    for path in sorted(HERE.glob("test_*.yml")):
        text = path.read_text(encoding="utf-8")
        path.write_text(_USER.sub(lambda m: m.group(1) + marked(nlp, m.group(2)), text), encoding="utf-8")


def marked(nlp, text):
    """``text`` with every entity as ``[entity](label)``."""
    plain = _MARK.sub(r"\1", text)
    for entity in reversed(nlp(plain).ents):
        plain = f"{plain[: entity.start_char]}[{entity.text}]({entity.label_}){plain[entity.end_char :]}"
    return plain


if __name__ == "__main__":
    main()
