"""Choices, cases, corrections and follow-ups, read from what people type."""

import pytest
from hypothesis import given

from assistant.answers.reading import case_of, choice, topic_words, without_correction, words
from assistant.text.unicode import fold
from tests.text.strategies import anything

CODES = ("1.001193", "1.000656", "3.000347")


@pytest.fixture(scope="module")
def options(shipped):
    return [shipped.procedures[code] for code in CODES]


class TestChoice:
    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ("1", 0), ("2", 1), ("3", 2), ("số 2", 1), ("so 2", 1), ("2 ạ", 1), ("cái số 3 nhé", 2), ("chọn 1", 0),
            ("đầu tiên", 0), ("cái đầu tiên", 0), ("thứ nhất", 0), ("thứ hai", 1), ("cái thứ 2", 1), ("thu hai", 1),
            ("cái thứ ba ạ", 2), ("cuối", 2), ("cái cuối cùng", 2), ("em chọn cái thứ hai nha", 1), ("SỐ 2", 1),
            ("2.", 1), ("(3)", 2),
        ],
    )  # fmt: skip
    def test_by_number_and_place(self, options, text, place):
        assert choice(text, options) is options[place]

    @pytest.mark.parametrize("place", range(3))
    def test_by_title_name_and_code(self, options, place):
        option = options[place]
        for text in (
            option.short_name,
            option.name,
            option.short_name.upper(),
            fold(option.short_name),
            f"mã {option.code}",
        ):
            assert choice(text, options) is option, text

    @pytest.mark.parametrize(
        ("text", "place"), [("khai tử", 1), ("khai sinh", 0), ("cái khai tử ấy", 1), ("bằng lái", 2)]
    )
    def test_by_words_that_one_of_them_has(self, options, text, place):
        assert choice(text, options) is options[place]

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "0",
            "4",
            "99999999999999999999",
            "-",
            "👋",
            "không",
            "cái nào cũng được",
            "tạm trú",
            "12",
            "1 2",
            "cần giấy tờ gì",
            "khai",
        ],
    )
    def test_no_choice(self, options, text):
        assert choice(text, options) is None

    def test_a_story_is_no_choice(self, options):
        assert (
            choice("con em mới sinh được hai tuần mà chưa kịp đi đâu làm gì cả nay rảnh mới hỏi số 2", options) is None
        )

    def test_nothing_was_offered(self):
        assert choice("1", []) is None

    @given(text=anything)
    def test_any_text_is_one_of_them_or_none(self, shipped, text):
        offered = [shipped.procedures[code] for code in CODES]
        assert choice(text, offered) in (None, *offered)


class TestCaseOf:
    def test_words_of_one_case(self, shipped):
        assert case_of("bé nhà em mới đẻ", shipped.procedures["1.001193"]) == "dung-han"
        assert case_of("khai sinh quá hạn thì sao", shipped.procedures["1.001193"]) == "qua-han"

    def test_typed_without_diacritics(self, shipped):
        assert case_of("be moi de duoc 2 tuan tuoi", shipped.procedures["1.001193"]) == "dung-han"

    def test_words_of_two_cases_say_nothing(self, shipped):
        assert case_of("mới sinh mà đã quá hạn", shipped.procedures["1.001193"]) is None

    @pytest.mark.parametrize("text", ["", "làm giấy khai sinh cần gì", "👋"])
    def test_no_case(self, shipped, text):
        assert case_of(text, shipped.procedures["1.001193"]) is None

    @pytest.mark.parametrize("text", ["tôi muốn làm giấy khai sinh", "em muốn hỏi khai sinh cho con"])
    def test_another_word_with_the_same_letters_is_no_case(self, shipped, text):
        # "muộn" (late) is a word of one case, "muốn" (want) is in every other message.
        assert case_of(text, shipped.procedures["1.001193"]) is None

    def test_the_name_of_every_shipped_case_tells_it(self, shipped):
        untold = [
            (procedure.code, case.id)
            for procedure in shipped.procedures.values()
            for case in procedure.cases
            if case_of(case.name, procedure) not in (case.id, None)
        ]
        assert untold == []

    def test_plain_requests_tell_no_case(self, shipped):
        told = {
            (procedure.code, case_of(text, procedure))
            for procedure in shipped.procedures.values()
            for text in (
                "tôi muốn hỏi thủ tục này",
                "cho em hỏi cần giấy tờ gì ạ",
                "mất bao nhiêu tiền",
                "nộp ở đâu vậy",
            )
            if case_of(text, procedure)
        }
        assert told == set()


class TestWithoutCorrection:
    @pytest.mark.parametrize(
        ("text", "rest"),
        [
            ("không, ý tôi là khai tử", "khai tử"),
            ("Không phải, ý em là khai tử", "khai tử"),
            ("à không, khai tử cơ", "khai tử cơ"),
            ("nhầm rồi, khai tử", "khai tử"),
            ("khong y toi la khai tu", "khai tu"),
            ("không phải cái đó, tôi hỏi khai tử", "khai tử"),
            ("khai tử", "khai tử"),
        ],
    )
    def test_what_is_left(self, text, rest):
        assert without_correction(text) == rest

    @pytest.mark.parametrize("text", ["", "khôngđược", "nhầmlẫn gì đó"])
    def test_never_half_a_word(self, text):
        assert without_correction(text) == text

    @pytest.mark.parametrize("text", ["không", "nhầm rồi", "Không phải."])
    def test_nothing_but_a_correction(self, text):
        assert without_correction(text) == ""

    @given(anything)
    def test_any_text(self, text):
        assert isinstance(without_correction(text), str)


class TestTopicWords:
    @pytest.mark.parametrize(
        "text",
        ["thế mất bao nhiêu tiền ạ", "cần giấy tờ gì", "nộp ở đâu vậy", "bao lâu thì xong", "1", "", "vâng ạ",
         "the mat bao nhieu tien", "có làm online được không", "em cần mang theo những gì ạ"],
    )  # fmt: skip
    def test_follow_ups_have_none(self, text):
        assert topic_words(text) == []

    @pytest.mark.parametrize(
        "text", ["khai sinh", "đổi bằng lái mất bao nhiêu tiền", "tam tru", "sổ đỏ", "cccd", "so do"]
    )
    def test_subjects_have_some(self, text):
        assert topic_words(text)

    @pytest.mark.parametrize(
        "text", ["khai tử thì sao", "còn mất sổ đỏ thì làm lại ở đâu", "mất thẻ", "thế bằng lái thì mất bao nhiêu tiền"]
    )
    def test_so_has_a_change_of_subject(self, text):
        assert topic_words(text)

    @given(anything)
    def test_are_among_the_words(self, text):
        assert set(topic_words(text)) <= set(words(text))

    def test_every_shipped_entry_can_be_named(self, shipped):
        assert [p.code for p in shipped.procedures.values() if not topic_words(p.short_name or p.name)] == []
