"""A sentence-transformers module whose forward pass is an ONNX graph.

sentence-transformers has an ONNX backend of its own, through optimum; that held the library two
major versions back when tried (docs/adr/0003), and this is all that it would be used for.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import onnxruntime
import torch
from torch import nn
from transformers import AutoTokenizer


class OnnxTransformer(nn.Module):
    """Tokenises, runs ``model.onnx``, and hands token embeddings to the pooling module."""

    def __init__(self, folder: Path, threads: int = 1, max_seq_length: int = 256) -> None:
        """Open the graph in ``folder`` with ``threads`` threads per call."""
        super().__init__()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self.tokenizer = AutoTokenizer.from_pretrained(str(folder))
        self.max_seq_length = max_seq_length
        self.width = int(self.session.get_outputs()[0].shape[-1])

    def preprocess(self, inputs: list[str], prompt: str | None = None, **_: Any) -> dict[str, Any]:
        """Token ids and mask, padded to the longest of ``inputs``."""
        texts = [prompt + text for text in inputs] if prompt else inputs
        encoded = self.tokenizer(
            texts, padding=True, truncation=True, max_length=self.max_seq_length, return_tensors="pt"
        )
        return {name: encoded[name] for name in ("input_ids", "attention_mask")}

    def tokenize(self, texts: list[str], **kwargs: Any) -> dict[str, Any]:
        """The name under which older sentence-transformers calls :meth:`preprocess`."""
        return self.preprocess(texts, **kwargs)

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Add ``token_embeddings`` (batch, tokens, width) to ``features``."""
        (hidden,) = self.session.run(None, {name: features[name].numpy() for name in ("input_ids", "attention_mask")})
        features["token_embeddings"] = torch.from_numpy(hidden)
        return features
