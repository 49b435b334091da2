"""Logging: one shape for every process, personal numbers masked on the way out."""

from __future__ import annotations

import logging
import sys

from assistant.text.mask import mask


class MaskingFormatter(logging.Formatter):
    """Formats a record, traceback included, then masks what points at a person."""

    def format(self, record: logging.LogRecord) -> str:
        """The finished line, masked."""
        return mask(super().format(record))


def configure(level: int = logging.INFO) -> None:
    """Send all logging of this process to standard error, masked."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(MaskingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
