"""Errors a caller can meet. All messages are for people, in Vietnamese.

AssistantError
├── SettingsError        a setting is wrong
├── KnowledgeError       the knowledge folder cannot be used
├── EncoderError         the encoder folder is missing or damaged
├── SearchIndexError     no usable index
└── EvaluationError      a question file is malformed
"""

from __future__ import annotations


class AssistantError(Exception):
    """Base of every error raised on purpose; its text tells the reader what to do."""


class SettingsError(AssistantError):
    """A setting is missing or wrong."""


class KnowledgeError(AssistantError):
    """The knowledge folder cannot be read or does not pass its check."""


class EncoderError(AssistantError):
    """The sentence encoder is missing, damaged or not the expected one."""


class SearchIndexError(AssistantError):
    """There is no usable search index."""


class EvaluationError(AssistantError):
    """A file of questions is malformed."""
