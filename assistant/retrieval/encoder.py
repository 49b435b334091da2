"""The sentence encoder at run time: text in, unit vectors out, nothing downloaded."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.errors import EncoderError

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Anything that turns texts into comparable vectors."""

    name: str

    def queries(self, texts: list[str]) -> Vectors:
        """Unit vectors (n, width) of questions."""

    def passages(self, texts: list[str]) -> Vectors:
        """Unit vectors (n, width) of texts to be found."""

    def syllable_scores(self) -> dict[str, float]:
        """Log-probabilities of single syllables, empty if the model has none."""


class SentenceEncoder:
    """A sentence-transformers model, run by ONNX Runtime where its folder has a graph."""

    def __init__(self, model: str, threads: int = 1) -> None:
        """Load ``model``: a folder, or the name of a Hugging Face model already on this machine.

        Raises:
            EncoderError: there is no such model, or its files were damaged.
        """
        from sentence_transformers import SentenceTransformer

        folder = Path(model)
        self.name = identify(model)
        try:
            if (folder / "model.onnx").is_file():
                self._model = _with_onnx_runtime(folder, threads)
            else:
                self._model = SentenceTransformer(model, device="cpu")
        except Exception as error:  # each library below has errors of its own for a damaged file
            raise EncoderError(
                f"Không nạp được bộ mã hóa câu «{model}»: chạy «make setup», hoặc tải mô hình về máy trước."
            ) from error

    def queries(self, texts: list[str]) -> Vectors:
        """See :class:`Encoder`."""
        return self._encode(texts, "query")

    def passages(self, texts: list[str]) -> Vectors:
        """See :class:`Encoder`."""
        return self._encode(texts, "passage")

    def syllable_scores(self) -> dict[str, float]:
        """See :class:`Encoder`; unigram tokenizers carry them."""
        state = json.loads(self._model.tokenizer.backend_tokenizer.to_str())["model"]
        if state.get("type") != "Unigram":
            return {}
        pieces = ((piece.removeprefix("▁"), score) for piece, score in state["vocab"] if piece[0] == "▁")
        return {piece: score for piece, score in pieces if piece.isalpha() and piece.islower()}

    def _encode(self, texts: list[str], kind: str) -> Vectors:
        prompt = kind if kind in (self._model.prompts or {}) else None
        vectors = self._model.encode(texts, prompt_name=prompt, normalize_embeddings=True, show_progress_bar=False)
        return np.ascontiguousarray(vectors, dtype=np.float32)


def identify(model: str) -> str:
    """A name that changes when the model does, so that an index knows what it was built with."""
    manifest = Path(model) / "manifest.json"
    if manifest.is_file():
        return f"{Path(model).name}@{hashlib.sha256(manifest.read_bytes()).hexdigest()[:12]}"
    return model


def verify(folder: Path) -> None:
    """Compare every file of an encoder folder with its manifest.

    Raises:
        EncoderError: naming the first file that is missing or damaged.
    """
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        raise EncoderError(f"Chưa có bộ mã hóa câu ở «{folder}»: chạy «make setup».")
    try:
        files: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))["files"]
        listed = list(files.items())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EncoderError(f"Tệp «{manifest}» hỏng: chạy «assistant encoder build --force».") from error
    for name, digest in listed:
        path = folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise EncoderError(f"Tệp «{path}» thiếu hoặc hỏng: chạy «assistant encoder build --force».")


def _with_onnx_runtime(folder: Path, threads: int) -> Any:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Normalize, Pooling

    from assistant.retrieval.onnx_module import OnnxTransformer

    config = json.loads((folder / "config_sentence_transformers.json").read_text(encoding="utf-8"))
    transformer = OnnxTransformer(folder, threads)
    return SentenceTransformer(
        modules=[transformer, Pooling(transformer.width, pooling_mode="mean"), Normalize()],
        prompts=config["prompts"],
        device="cpu",
    )
