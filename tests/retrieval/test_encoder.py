"""The encoder's folder, and the real encoder where it has been built."""

import hashlib
import json

import numpy as np
import pytest

from assistant.errors import EncoderError
from assistant.retrieval import encoder
from tests.conftest import ROOT

MODEL = ROOT / "models" / "encoder"
built = pytest.mark.skipif(not (MODEL / "manifest.json").is_file(), reason="models/encoder: run make setup first")
TEXTS = [
    "làm giấy khai sinh cho con cần giấy tờ gì",
    "đăng ký tạm trú mất bao nhiêu tiền",
    "lam giay khai sinh",
    "Xin chào! 👋",
    "a",
    "thủ tục cấp lại giấy phép lái xe bị mất, nộp ở đâu và bao lâu thì có " * 12,
]


@pytest.fixture
def folder(tmp_path):
    """A folder with a manifest and two small files."""
    (tmp_path / "1_Pooling").mkdir()
    files = {"config.json": b"{}", "1_Pooling/config.json": b'{"a": 1}'}
    for name, raw in files.items():
        (tmp_path / name).write_bytes(raw)
    digests = {name: hashlib.sha256(raw).hexdigest() for name, raw in files.items()}
    (tmp_path / "manifest.json").write_text(json.dumps({"files": digests}))
    return tmp_path


class TestVerify:
    def test_a_whole_folder(self, folder):
        encoder.verify(folder)

    @pytest.mark.parametrize("name", ["config.json", "1_Pooling/config.json"])
    def test_a_damaged_file_is_named(self, folder, name):
        (folder / name).write_bytes(b"{ }")
        with pytest.raises(EncoderError, match=name):
            encoder.verify(folder)

    def test_a_missing_file_is_named(self, folder):
        (folder / "config.json").unlink()
        with pytest.raises(EncoderError, match=r"config\.json"):
            encoder.verify(folder)

    @pytest.mark.parametrize("manifest", ["", "{", "[]", "{}"])
    def test_a_damaged_manifest(self, folder, manifest):
        (folder / "manifest.json").write_text(manifest)
        with pytest.raises(EncoderError):
            encoder.verify(folder)

    def test_no_folder(self, tmp_path):
        with pytest.raises(EncoderError, match="make setup"):
            encoder.verify(tmp_path / "none")


class TestIdentify:
    def test_changes_with_the_manifest(self, folder):
        before = encoder.identify(str(folder))
        (folder / "manifest.json").write_text("{}")
        assert before != encoder.identify(str(folder))
        assert before.startswith(f"{folder.name}@")

    def test_a_model_by_name_is_its_name(self):
        assert encoder.identify("intfloat/multilingual-e5-base") == "intfloat/multilingual-e5-base"


class TestLoading:
    @pytest.mark.parametrize("name", ["no-such/model", "/no/such/folder"])
    def test_no_such_model(self, name):
        with pytest.raises(EncoderError, match="make setup"):
            encoder.SentenceEncoder(name)

    def test_a_damaged_graph(self, folder):
        (folder / "model.onnx").write_bytes(b"not a graph")
        (folder / "config_sentence_transformers.json").write_text('{"prompts": {}}')
        with pytest.raises(EncoderError):
            encoder.SentenceEncoder(str(folder))


@built
@pytest.mark.slow
class TestRealEncoder:
    @pytest.fixture(scope="class")
    def real(self):
        return encoder.SentenceEncoder(str(MODEL))

    def test_vectors_have_length_one(self, real):
        for vectors in (real.queries(TEXTS), real.passages(TEXTS)):
            assert vectors.shape[0] == len(TEXTS)
            assert vectors.dtype == np.float32
            np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)

    def test_company_makes_no_difference(self, real):
        together = real.queries(TEXTS)
        alone = np.concatenate([real.queries([text]) for text in TEXTS])
        assert (np.sum(together * alone, axis=1) > 0.9999).all()

    def test_the_graph_gives_what_torch_gives(self, real):
        from sentence_transformers import SentenceTransformer

        plain = SentenceTransformer(str(MODEL), device="cpu")
        for kind, ours in (("query", real.queries(TEXTS)), ("passage", real.passages(TEXTS))):
            theirs = plain.encode(TEXTS, prompt_name=kind, normalize_embeddings=True)
            assert (np.sum(ours * theirs, axis=1) > 0.9999).all()

    def test_questions_and_passages_differ(self, real):
        assert not np.allclose(real.queries(TEXTS[:1]), real.passages(TEXTS[:1]))

    def test_meaning_is_near(self, real):
        question, near, far = real.queries(["bằng lái hết hạn thì làm sao", "đổi giấy phép lái xe", "trợ cấp mai táng"])
        assert question @ near > question @ far

    def test_syllables_have_scores(self, real):
        scores = real.syllable_scores()
        assert scores["sinh"] < 0
        assert all(piece.isalpha() for piece in scores)

    def test_the_name_tells_the_build(self, real):
        assert real.name == encoder.identify(str(MODEL))
        assert real.name.startswith("encoder@")
