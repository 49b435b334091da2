import shutil
from pathlib import Path

import pytest
import spacy
import yaml
from hypothesis import given
from rasa.nlu.extractors.spacy_entity_extractor import SpacyEntityExtractor
from rasa.nlu.utils.spacy_utils import SpacyNLP
from rasa.shared.nlu.training_data.message import Message

from assistant.nlu import spacy_model
from assistant.nlu.spacy_tokenizer import SyllableTokenizer
from assistant.text.mask import LABELS
from tests.text.strategies import anything

ROOT = Path(__file__).resolve().parents[2]
ENTRY = {
    "code": "1.001193",
    "name": "Thủ tục đăng ký khai sinh",
    "short_name": "Làm giấy khai sinh cho con",
    "citizen_words": ["làm KS", "khai sinh muộn", "xin giấy phép lái xe"],
    "documents": [
        {"name": "Giấy chứng sinh do bệnh viện, trạm y tế cấp"},
        {"name": "Giấy tờ của người đi làm"},
        {"name": "Văn bản của cơ sở y tế xác nhận việc mang thai hộ rất dài"},
    ],
}
AGENCIES = [
    {"id": "hcc-xa", "short_name": "Trung tâm hành chính công xã, phường", "words": ["một cửa", "ra phường"]},
    {"id": "co-quan-thue", "short_name": "Cơ quan thuế", "words": ["thuế", "chi cục thuế"]},
]


@pytest.fixture
def knowledge(tmp_path):
    folder = tmp_path / "knowledge"
    (folder / "procedures" / "ho-tich").mkdir(parents=True)
    write(folder / "procedures" / "ho-tich" / "1.001193.yml", ENTRY)
    write(folder / "agencies.yml", AGENCIES)
    return folder


def write(path, data):
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")


def entities(nlp, text):
    return [(entity.text, entity.label_) for entity in nlp(text).ents]


@pytest.fixture
def nlp(knowledge):
    return spacy_model.pipeline(spacy_model.patterns(knowledge))[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "ra phường làm giấy khai sinh cho con",
            [("ra phường", "agency"), ("làm giấy khai sinh cho con", "procedure")],
        ),
        (
            "ra phuong LAM GIAY KHAI SINH CHO CON",
            [("ra phuong", "agency"), ("LAM GIAY KHAI SINH CHO CON", "procedure")],
        ),
        ("làm ks, đky khai sinh", [("làm ks", "procedure"), ("đky khai sinh", "procedure")]),
        ("xin gplx, doi gplx", [("xin gplx", "procedure")]),
        ("có giấy chứng sinh chưa", [("giấy chứng sinh", "document")]),
        ("giấy tờ gì cũng được", []),
        ("đóng thuế, thuê nhà, nop thue", [("thuế", "agency")]),
        ("tra H24.15-261008-0975", [("H24.15-261008-0975", "dossier_code")]),
        ("tra [mã hồ sơ] giúp", [("[mã hồ sơ]", "dossier_code")]),
        ("sđt 0912345678", []),
        ("xin chào", []),
    ],
)
def test_names_are_found_however_they_are_spelled(nlp, text, expected):
    assert entities(nlp, text) == expected


def test_the_label_of_a_masked_dossier_code_is_the_one_that_masking_writes():
    assert spacy_model._DOSSIER_LABEL in LABELS


def test_patterns_are_the_same_each_time(knowledge):
    assert spacy_model.patterns(knowledge) == spacy_model.patterns(knowledge)


@given(anything)
def test_the_document_is_the_text(text):
    nlp = spacy.blank("vi", config={"nlp": {"tokenizer": {"@tokenizers": "assistant.SyllableTokenizer.v1"}}})
    assert isinstance(nlp.tokenizer, SyllableTokenizer)
    assert nlp(text).text == text


def test_rasa_loads_the_folder_and_sets_entities(knowledge, tmp_path):
    out = tmp_path / "models" / "spacy-vi"
    assert spacy_model.main([str(out), str(knowledge)]) == 0
    provided = SpacyNLP.create({"model": str(out), "case_sensitive": True}, None, None, None).provide()
    text = "ra phường làm KS"
    message = SpacyEntityExtractor({"dimensions": None}).process([Message.build(text)], provided)[0]
    found = {(e["entity"], text[e["start"] : e["end"]]) for e in message.get("entities")}
    assert found == {("agency", "ra phường"), ("procedure", "làm KS")}


@pytest.mark.parametrize("broken", ["code: [", "- a list", ""])
def test_a_broken_file_is_named_and_the_old_model_stays(knowledge, tmp_path, capsys, broken):
    out = tmp_path / "spacy-vi"
    assert spacy_model.main([str(out), str(knowledge)]) == 0
    (knowledge / "procedures" / "ho-tich" / "2.000000.yml").write_text(broken, encoding="utf-8")
    assert spacy_model.main([str(out), str(knowledge)]) == 1
    error = capsys.readouterr().err
    assert "2.000000.yml" in error
    assert error.count("\n") == 1
    assert entities(spacy.load(out), "làm ks") == [("làm ks", "procedure")]


def test_a_folder_without_procedures_is_no_knowledge(knowledge, tmp_path, capsys):
    shutil.rmtree(knowledge / "procedures")
    assert spacy_model.main([str(tmp_path / "out"), str(knowledge)]) == 1
    assert "không có tệp thủ tục nào" in capsys.readouterr().err


def test_the_shipped_knowledge_is_quick_enough():
    import time

    nlp, count = spacy_model.pipeline(spacy_model.patterns(ROOT / "knowledge"))
    texts = [f"con em mới đẻ được {n} tuần, ra phường làm giấy khai sinh cần mang gì" for n in range(50)]
    nlp(texts[0])
    started = time.perf_counter()
    for text in texts:
        nlp(text)
    assert count > 500
    assert (time.perf_counter() - started) / len(texts) < 0.02  # 1–2 ms on a quiet machine
