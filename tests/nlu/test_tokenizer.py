from hypothesis import given
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.nlu.tokenizer import UndertheseaTokenizer
from tests.text.strategies import anything


def tokenizer(**config):
    return UndertheseaTokenizer.create({**UndertheseaTokenizer.get_default_config(), **config}, None, None, None)


def tokens(text, **config):
    return tokenizer(**config).process([Message.build(text)])[0].get("text_tokens")


def test_tokens_have_text_place_and_lemma():
    first, second = tokens("Đki khai sinh")
    assert (first.text, first.start, first.end, first.lemma) == ("Đki", 0, 3, "dang ky")
    assert (second.text, second.start, second.end, second.lemma) == ("khai sinh", 4, 13, "khai sinh")


@given(anything)
def test_a_token_is_what_stands_at_its_place(text):
    message = Message(data={TEXT: text})
    for token in tokenizer().tokenize(message, TEXT):
        assert token.text == text[token.start : token.end]


def test_training_examples_get_tokens_and_their_intent_stays_whole():
    data = TrainingData([Message.build("xin chào", "greet"), Message.build("hết bao nhiêu", "ask_fee")])
    examples = tokenizer().process_training_data(data).training_examples
    assert [token.text for token in examples[0].get("text_tokens")] == ["xin", "chào"]
    assert [token.text for token in examples[1].get("intent_tokens")] == ["ask_fee"]


def test_the_token_pattern_of_rasa_works():
    assert [t.text for t in tokens("1-2", token_pattern=r"\d")] == ["1", "2"]
