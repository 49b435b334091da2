import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.nlu.intent_classifier import NgramIntentClassifier
from assistant.nlu.tokenizer import UndertheseaTokenizer

EXAMPLES = {
    "ask_fee": ["hết bao nhiêu tiền", "lệ phí thế nào", "mất bao nhiêu tiền ạ", "có phải đóng phí không"],
    "ask_place": ["nộp ở đâu", "làm ở chỗ nào", "ra đâu nộp ạ", "địa chỉ nơi nộp"],
    "greet": ["xin chào", "chào bạn", "chào ad", "alo"],
}
CONFIG = NgramIntentClassifier.get_default_config()
STORY = "con em mới đẻ hôm mùng ba ở viện, hai vợ chồng ở trọ, quê thì xa, giờ làm khai sinh cho cháu thì "


@pytest.fixture
def storage(tmp_path):
    return LocalModelStorage.create(tmp_path)


def classifier(storage, how="create", **config):
    context = ExecutionContext(GraphSchema({}), model_id="1")
    return getattr(NgramIntentClassifier, how)({**CONFIG, **config}, storage, Resource("intents"), context)


def tokenized(messages):
    return UndertheseaTokenizer(UndertheseaTokenizer.get_default_config()).process(messages)


def examples():
    messages = [Message.build(text, intent) for intent, texts in EXAMPLES.items() for text in texts]
    return TrainingData(tokenized(messages))


def guess(component, text):
    (message,) = component.process(tokenized([Message.build(text)]))
    return message.get("intent"), message.get("intent_ranking")


@pytest.fixture
def trained(storage):
    component = classifier(storage)
    component.train(examples())
    return component


@pytest.mark.parametrize("text", ["bao nhiêu tiền", "bao nhieu tien", "BN TIỀN", STORY + "hết bao nhiêu tiền"])
def test_the_question_is_found_in_every_spelling_and_after_a_story(trained, text):
    intent, ranking = guess(trained, text)
    assert intent["name"] == "ask_fee"
    assert ranking[0] == intent
    assert sum(row["confidence"] for row in ranking) == pytest.approx(1)


def test_a_loaded_classifier_answers_the_same(trained, storage):
    assert guess(classifier(storage, "load"), "nộp ở đâu") == guess(trained, "nộp ở đâu")


def test_training_twice_gives_the_same_model(trained, storage):
    again = classifier(storage)
    again.train(examples())
    assert guess(again, "chào") == guess(trained, "chào")


def test_the_ranking_is_as_long_as_asked(storage):
    component = classifier(storage, ranking_length=2)
    component.train(examples())
    assert len(guess(component, "chào")[1]) == 2


@pytest.mark.parametrize("text", ["", "👍", "zzz"])
def test_nothing_known_is_no_certainty(trained, text):
    (message,) = trained.process([Message.build(text)] if not text else tokenized([Message.build(text)]))
    assert message.get("intent")["confidence"] < 0.6


def test_without_training_there_is_no_intent(storage):
    component = classifier(storage, "load")
    assert guess(component, "chào")[0] == {"name": None, "confidence": 0.0}
    component.train(TrainingData(tokenized([Message.build("chào", "greet")])))
    assert guess(component, "chào")[0]["name"] is None
