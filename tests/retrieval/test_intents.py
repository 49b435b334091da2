"""What a message asks for, by the linear model."""

import pytest

from assistant.knowledge.model import Aspect
from assistant.retrieval import intents
from tests.retrieval.conftest import NLU


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nlu")
    (folder / "all.yml").write_text(NLU, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def model(folder):
    return intents.train(intents.read_examples(folder))


@pytest.fixture(scope="module")
def full(some_nlu):
    return intents.train(intents.read_examples(some_nlu))


class TestReadExamples:
    def test_pairs_in_order(self, folder):
        pairs = intents.read_examples(folder)
        assert len(pairs) == 20
        assert pairs[0] == ("cần giấy tờ gì", "ask_documents")
        assert pairs[-1] == ("alo", "greet")

    def test_blocks_that_are_no_intents_are_left_out(self, tmp_path):
        text = (
            'version: "3.1"\nnlu:\n- synonym: x\n  examples: |\n    - y\n- intent: greet\n  examples: |\n    - chào\n'
        )
        (tmp_path / "a.yml").write_text(text, encoding="utf-8")
        (tmp_path / "b.yml").write_text('version: "3.1"\n', encoding="utf-8")
        assert intents.read_examples(tmp_path) == [("chào", "greet")]


class TestPredict:
    @pytest.mark.parametrize(
        ("text", "intent"),
        [
            ("cần mang giấy tờ gì", "ask_documents"),
            ("CẦN GIẤY TỜ GÌ?", "ask_documents"),
            ("mat bao nhieu tien vay", "ask_fee"),
            ("nộp ở đâu", "ask_place"),
            ("xin chào bạn", "greet"),
        ],
    )
    def test_alike_messages(self, model, text, intent):
        assert model.predict(text)[0][0] == intent

    @pytest.mark.parametrize("text", ["", "👋", "xyz", "a" * 10_000])
    def test_every_message_has_every_intent(self, model, text):
        ranked = model.predict(text)
        assert (
            {name for name, _ in ranked}
            == set(model.intents)
            == {"ask_documents", "ask_fee", "ask_time", "ask_place", "greet"}
        )
        assert sum(share for _, share in ranked) == pytest.approx(1, abs=1e-4)
        assert [share for _, share in ranked] == sorted((share for _, share in ranked), reverse=True)

    def test_diacritics_make_no_difference(self, model):
        assert model.predict("cần giấy tờ gì") == model.predict("can giay to gi")

    def test_a_personal_number_makes_no_difference(self, model):
        assert model.predict("cccd 031099001234 cần giấy tờ gì") == model.predict("cccd 031099009876 cần giấy tờ gì")


class TestAspects:
    @pytest.mark.parametrize(
        ("text", "aspects"),
        [
            ("cần giấy tờ gì, mất bao nhiêu tiền", ["documents", "fee"]),
            ("cần giấy tờ gì và nộp ở đâu", ["documents", "place"]),
            ("hết bao nhiêu tiền? bao lâu thì xong?", ["fee", "time"]),
            ("can giay to gi, nop o dau, mat bao nhieu tien", ["documents", "place", "fee"]),
            ("cần giấy tờ gì", ["documents"]),
        ],
    )
    def test_of_messages_in_parts(self, model, text, aspects):
        assert [a.value for a in model.aspects(text)] == aspects

    def test_no_more_than_three(self, model):
        text = "cần giấy tờ gì, nộp ở đâu, mất bao nhiêu tiền, bao lâu thì xong"
        assert len(model.aspects(text)) <= 3

    def test_what_rasa_found_is_among_them(self, model):
        assert Aspect.CONDITIONS in model.aspects("cần giấy tờ gì, nộp ở đâu", Aspect.CONDITIONS)

    def test_the_overview_stands_alone_or_not_at_all(self, model):
        assert model.aspects("cần giấy tờ gì, nộp ở đâu", Aspect.OVERVIEW) == [Aspect.DOCUMENTS, Aspect.PLACE]
        assert model.aspects("khai sinh", Aspect.OVERVIEW) == [Aspect.OVERVIEW]

    def test_talk_asks_for_nothing(self, model):
        assert model.aspects("xin chào bạn") == []
        assert model.aspect("xin chào bạn") is None

    def test_aspect_of_an_intent(self):
        assert intents.aspect_of("ask_fee") is Aspect.FEE
        assert [intents.aspect_of(name) for name in ("greet", "fee", "ask_help", "ask_", "", "ask_dossier_status")] == [
            None
        ] * 6


class TestShippedExamples:
    def test_every_aspect_has_an_intent(self, some_nlu):
        found = {intents.aspect_of(intent) for _, intent in intents.read_examples(some_nlu)}
        assert found >= set(Aspect) - {Aspect.OTHER}

    @pytest.mark.parametrize(
        ("text", "aspect"),
        [
            ("làm giấy khai sinh cần mang giấy tờ gì", Aspect.DOCUMENTS),
            ("đổi bằng lái hết bao nhiêu tiền", Aspect.FEE),
            ("làm căn cước bao lâu thì có", Aspect.TIME),
            ("nộp hồ sơ ở đâu", Aspect.PLACE),
        ],
    )
    def test_plain_questions(self, full, text, aspect):
        assert full.aspect(text) is aspect
