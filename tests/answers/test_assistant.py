"""Conversations with the assistant: what is remembered, asked back, corrected and never said."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answers.assistant import Assistant
from assistant.answers.turn import Message, Outcome, Reply, State
from assistant.knowledge.model import Aspect
from tests.text.strategies import anything

BIRTH, DEATH, LICENCE, STAY = "1.001193", "1.000656", "3.000347", "1.004194"
OUTCOMES = {
    *(
        "answered",
        "clarify",
        "need_detail",
        "no_entry",
        "out_of_scope",
        "handover",
        "smalltalk",
        "dossier_link",
        "refused",
        "error",
    )
}
NOTHING = State()


def ask(assistant, text, intent="ask_documents", state=NOTHING):
    return assistant.answer(Message(text, intent), state)


def shown(reply):
    """Everything of a reply that a person sees."""
    return "\n".join([*reply.texts, *(button.title + button.payload for button in reply.buttons)])


def check(reply: Reply):
    """What holds for every reply."""
    assert reply.outcome.value in OUTCOMES
    assert list(reply.turn) == ["outcome", "procedures", "aspects", "options", "version"]
    json.dumps(reply.turn)
    assert reply.texts
    assert all(text.strip() for text in reply.texts)
    assert bool(reply.procedures) == (reply.outcome is Outcome.ANSWERED)
    assert State.from_slots(json.loads(json.dumps(reply.state.to_slots()))) == reply.state
    return reply


@pytest.fixture(scope="module")
def after_birth(assistant):
    """What is remembered after the papers for a birth certificate were asked for."""
    return State(BIRTH, None, ["documents"], [], None)


class TestOneQuestion:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("đăng ký khai sinh cho con cần giấy tờ gì", BIRTH),
            ("đăng ký khai tử cần giấy tờ gì", DEATH),
            ("đổi bằng lái xe cần giấy tờ gì", LICENCE),
            ("doi bang lai xe can giay to gi", LICENCE),
            ("ĐĂNG KÝ TẠM TRÚ CẦN GIẤY TỜ GÌ", STAY),
        ],
    )
    def test_is_answered(self, assistant, text, code):
        reply = check(ask(assistant, text))
        assert (reply.outcome, reply.procedures, reply.aspects) == (Outcome.ANSWERED, [code], [Aspect.DOCUMENTS])
        assert reply.state.procedure == code
        assert code in reply.texts[0]

    def test_names_of_nearly_all_entries_find_them(self, assistant):
        missed = []
        for code, procedure in assistant.procedures.items():
            reply = ask(assistant, f"{procedure.short_name or procedure.name} cần giấy tờ gì")
            if code not in (*reply.procedures, *reply.options):
                missed.append(code)
        assert len(missed) <= len(assistant.procedures) * 0.1, missed

    def test_two_questions_in_one_message(self, assistant, after_birth):
        reply = check(ask(assistant, "cần giấy tờ gì, mất bao nhiêu tiền", state=after_birth))
        assert (reply.procedures, set(reply.aspects)) == ([BIRTH], {Aspect.DOCUMENTS, Aspect.FEE})
        assert len(reply.texts) == len(reply.aspects)

    def test_the_version_is_that_of_the_index(self, assistant):
        assert ask(assistant, "đăng ký khai sinh").version == assistant.index.version

    def test_the_situation_told_about_is_kept(self, assistant, after_birth):
        reply = ask(assistant, "quá hạn thì mất bao nhiêu tiền", "ask_fee", after_birth)
        assert (reply.procedures, reply.state.case) == ([BIRTH], "qua-han")
        follow_up = ask(assistant, "cần giấy tờ gì", state=reply.state)
        assert follow_up.state.case == "qua-han"


class TestFollowUp:
    def test_without_a_name_stays(self, assistant, after_birth):
        reply = check(ask(assistant, "thế mất bao nhiêu tiền", "ask_fee", after_birth))
        assert (reply.procedures, reply.aspects) == ([BIRTH], [Aspect.FEE])

    @pytest.mark.parametrize(
        ("text", "intent"),
        [("bao lâu thì xong", "ask_time"), ("nộp ở đâu vậy", "ask_place"), ("co lam online duoc ko", "ask_online")],
    )
    def test_so_does_any_other(self, assistant, after_birth, text, intent):
        assert ask(assistant, text, intent, after_birth).procedures == [BIRTH]

    def test_another_name_switches_and_remembers_the_one_before(self, assistant, after_birth):
        reply = check(ask(assistant, "đổi giấy phép lái xe hết hạn mất bao nhiêu tiền", "ask_fee", after_birth))
        assert reply.procedures == [LICENCE]
        assert (reply.state.procedure, reply.state.previous) == (LICENCE, BIRTH)

    def test_and_back_again(self, assistant):
        first = ask(assistant, "đăng ký tạm trú cần giấy tờ gì")
        away = ask(assistant, "đổi giấy phép lái xe hết hạn", "ask_fee", first.state)
        back = ask(assistant, "đăng ký tạm trú bao lâu thì xong", "ask_time", away.state)
        assert (first.procedures, away.procedures, back.procedures) == ([STAY], [LICENCE], [STAY])
        assert (back.state.procedure, back.state.previous) == (STAY, LICENCE)

    def test_the_situation_is_forgotten_with_the_subject(self, assistant, after_birth):
        state = replace(after_birth, case="qua-han")
        assert ask(assistant, "đổi giấy phép lái xe hết hạn", "ask_fee", state).state.case != "qua-han"

    def test_nothing_was_talked_about(self, assistant):
        reply = check(ask(assistant, "thế mất bao nhiêu tiền", "ask_fee"))
        assert reply.outcome in (Outcome.CLARIFY, Outcome.NEED_DETAIL)
        assert reply.state.aspects == ["fee"]

    def test_and_then_the_subject_is_named(self, assistant):
        asked = ask(assistant, "thế mất bao nhiêu tiền", "ask_fee")
        assert asked.procedures == []
        reply = ask(assistant, "đăng ký khai sinh", "ask_overview", asked.state)
        assert reply.outcome in (Outcome.ANSWERED, Outcome.CLARIFY)

    def test_what_is_remembered_may_be_gone_from_the_knowledge(self, assistant):
        state = State("9.999999", "8.888888", ["fee"], ["7.777777"], "khong-co")
        for text in ("thế mất bao nhiêu tiền", "1", "khai tử"):
            check(ask(assistant, text, "ask_fee", state))
        check(assistant.choose(Message("có", "affirm"), state))
        check(assistant.correct(Message("không phải, mất bao nhiêu tiền", "correct"), state))
        check(assistant.simplify(state))
        check(assistant.out_of_scope(Message("thế à", "out_of_scope"), state))


class TestClarify:
    @pytest.fixture
    def offered(self, assistant):
        return check(ask(assistant, "khai sinh", "ask_overview"))

    def test_an_ambiguous_phrase_asks_back(self, assistant, offered):
        assert offered.outcome is Outcome.CLARIFY
        assert 2 <= len(offered.options) <= 4
        assert offered.state.options == offered.options == offered.turn["options"]
        assert BIRTH in offered.options
        for number, code in enumerate(offered.options, 1):
            procedure = assistant.procedures[code]
            assert f"{number}. {procedure.short_name or procedure.name}" in offered.texts[0]
        assert len(offered.buttons) == len(offered.options)

    @pytest.mark.parametrize(
        "phrase", ["khai sinh", "Khai sinh?", "sổ đỏ", "căn cước", "cc", "khai sinh ạ", "giấy phép", "bảo hiểm"]
    )
    def test_so_does_every_phrase_that_is_listed(self, assistant, phrase):
        assert ask(assistant, phrase, "ask_overview").outcome is Outcome.CLARIFY

    def test_phrases_typed_without_diacritics(self, assistant):
        for phrase in ("can cuoc", "giay phep", "khai sinh", "so do"):
            assert ask(assistant, phrase, "ask_overview").outcome is Outcome.CLARIFY, phrase

    def test_land_certificates_after_another_subject(self, assistant, after_birth):
        assert ask(assistant, "sổ đỏ", "ask_overview", after_birth).procedures != [BIRTH]
        assert ask(assistant, "mất sổ đỏ thì làm lại ở đâu", "ask_place", after_birth).procedures != [BIRTH]

    @pytest.mark.parametrize(("text", "place"), [("2", 1), ("cái đầu tiên", 0), ("số 1 ạ", 0), ("cuối cùng", -1)])
    def test_then_one_is_chosen(self, assistant, offered, text, place):
        for respond in (assistant.choose, assistant.answer):
            reply = check(respond(Message(text, "choose"), offered.state))
            assert reply.procedures == [offered.options[place]]
            assert reply.state.options == []

    def test_or_its_button_is_pressed(self, assistant, offered):
        for place, button in enumerate(offered.buttons):
            reply = check(assistant.choose(Message(button.payload, "ask_overview"), offered.state))
            assert reply.procedures == [offered.options[place]]

    def test_yes_is_the_first(self, assistant, offered):
        assert assistant.choose(Message("đúng rồi", "affirm"), offered.state).procedures == offered.options[:1]

    def test_no_asks_what_instead(self, assistant, offered):
        reply = check(assistant.choose(Message("không", "deny"), offered.state))
        assert (reply.outcome, reply.options, reply.state.options) == (Outcome.CLARIFY, [], [])

    def test_what_was_asked_is_remembered(self, assistant):
        state = State(None, None, ["fee"], [BIRTH, DEATH])
        reply = assistant.choose(Message("2", "choose"), state)
        assert (reply.procedures, reply.aspects) == ([DEATH], [Aspect.FEE])

    def test_something_else_is_a_new_question(self, assistant, offered):
        reply = check(assistant.choose(Message("đổi giấy phép lái xe hết hạn", "choose"), offered.state))
        assert reply.procedures == [LICENCE]

    def test_a_number_that_was_not_offered(self, assistant, offered):
        reply = check(assistant.choose(Message("9", "choose"), offered.state))
        assert reply.outcome is not Outcome.ANSWERED


class TestComingBack:
    @pytest.mark.parametrize("text", ["quay lại việc lúc nãy, lệ phí thế nào", "quay lai cai hoi nay, phi bao nhieu"])
    def test_to_what_was_talked_about_before(self, assistant, text):
        state = State(procedure="1.004194", previous="1.001193", aspects=["time"])
        reply = check(assistant.answer(Message(text, "ask_fee"), state))
        assert (reply.procedures, reply.aspects) == (["1.001193"], [Aspect.FEE])
        assert reply.state.previous == "1.004194"

    def test_by_name(self, assistant):
        state = State(procedure="1.004194", previous="1.001193", aspects=["time"])
        reply = check(assistant.answer(Message("quay lại cái khai tử lúc nãy, cần giấy gì", "ask_documents"), state))
        assert reply.procedures != ["1.001193"]


class TestCorrection:
    def test_another_subject(self, assistant, after_birth):
        reply = check(assistant.correct(Message("không, ý tôi là đăng ký khai tử", "correct"), after_birth))
        assert reply.procedures == [DEATH]
        assert reply.aspects == [Aspect.DOCUMENTS]

    def test_another_aspect(self, assistant, after_birth):
        reply = check(assistant.correct(Message("không, ý tôi là mất bao nhiêu tiền", "correct"), after_birth))
        assert (reply.procedures, reply.aspects) == ([BIRTH], [Aspect.FEE])

    def test_only_no(self, assistant, after_birth):
        reply = check(assistant.correct(Message("nhầm rồi", "correct"), after_birth))
        assert reply.outcome is Outcome.CLARIFY
        assert reply.state.procedure is None

    def test_nothing_was_said_before(self, assistant):
        check(assistant.correct(Message("không, ý tôi là đăng ký khai tử", "correct"), NOTHING))


class TestOtherWaysOut:
    @pytest.fixture
    def shy(self, assistant):
        """An assistant that is never sure enough that any entry is meant."""
        calibration = replace(assistant.index.calibration, some_entry=1.1)
        return Assistant(replace(assistant.index, calibration=calibration))

    def test_no_entry(self, shy):
        reply = check(ask(shy, "xin phép bay diều trên sông Hồng"))
        assert reply.outcome is Outcome.NO_ENTRY
        assert "dichvucong.gov.vn" in reply.texts[0]

    def test_no_entry_but_a_name(self, shy):
        other = next(iter(shy.index.knowledge.others.values()))
        reply = check(ask(shy, f"{other.name} cần giấy tờ gì"))
        assert reply.outcome is Outcome.NO_ENTRY
        assert not reply.procedures
        for code in shy.procedures:
            assert code not in reply.texts[0]

    def test_no_entry_and_no_subject(self, shy):
        assert check(ask(shy, "cần giấy tờ gì")).outcome is Outcome.CLARIFY

    def test_out_of_scope(self, assistant):
        reply = check(assistant.out_of_scope(Message("giá vàng hôm nay bao nhiêu", "out_of_scope"), NOTHING))
        assert reply.outcome is Outcome.OUT_OF_SCOPE

    def test_taken_for_out_of_scope_but_an_entry_is_named(self, assistant):
        reply = check(assistant.out_of_scope(Message("đổi giấy phép lái xe", "out_of_scope"), NOTHING))
        assert reply.procedures in ([LICENCE], [])

    def test_handover(self, assistant):
        reply = check(assistant.handover(NOTHING))
        assert reply.outcome is Outcome.HANDOVER
        assert "Trung tâm" in reply.texts[0]

    def test_dossier(self, assistant):
        reply = check(assistant.dossier_status(NOTHING))
        assert reply.outcome is Outcome.DOSSIER_LINK
        assert "dichvucong.gov.vn" in reply.texts[0]

    def test_nothing_to_repeat(self, assistant):
        assert check(assistant.nothing_to_repeat(NOTHING)).outcome is Outcome.SMALLTALK

    def test_simpler(self, assistant, after_birth):
        reply = check(assistant.simplify(after_birth))
        assert reply.procedures == [BIRTH]
        assert "1. " in reply.texts[0]

    def test_simpler_but_what(self, assistant):
        reply = check(assistant.simplify(NOTHING))
        assert reply.procedures == []

    def test_yes_after_an_answer_goes_on_with_the_steps(self, assistant, after_birth):
        reply = check(assistant.choose(Message("vâng", "affirm"), after_birth))
        assert (reply.procedures, reply.aspects) == ([BIRTH], [Aspect.STEPS])

    def test_thin_air(self, assistant):
        for respond in (assistant.answer, assistant.choose, assistant.correct, assistant.out_of_scope):
            check(respond(Message("", None), NOTHING))


class TestEcho:
    @pytest.mark.parametrize(
        "mark", ["<script>alert('xsszz')</script>", "{{ 7*7 }}xsszz", "xsszz@mail.vn", "\u202exsszz", "0912345678"]
    )
    @pytest.mark.parametrize(
        "around",
        ["{}", "{} đăng ký khai sinh cần giấy tờ gì", "khai sinh {}", "không, ý tôi là {}", "mất bao nhiêu tiền {}"],
    )
    def test_nothing_of_a_message_comes_back(self, assistant, after_birth, mark, around):
        message = Message(around.format(mark), "ask_documents")
        for state in (NOTHING, after_birth, State(options=[BIRTH, DEATH])):
            for respond in (assistant.answer, assistant.choose, assistant.correct, assistant.out_of_scope):
                said = shown(respond(message, state))
                assert "xsszz" not in said
                assert "0912345678" not in said
                assert "49" not in said.split("xsszz")[0] or "7*7" not in around


class TestBadInput:
    @pytest.mark.parametrize(
        "text",
        ["👋👋👋", "?", "hello how are you", "привет", "\x00\x01\x07", "a" * 10_000, "khai sinh " * 1_000, "😀" * 3_000,
         "<b>khai sinh</b>", "\ud800", "/restart", "/ask_fee", "null", "' OR 1=1 --", "../../etc/passwd"],
        ids=lambda text: ascii(text[:12]),
    )  # fmt: skip
    def test_gets_a_polite_answer(self, assistant, after_birth, text):
        for state in (NOTHING, after_birth, State(options=[BIRTH, DEATH])):
            for respond in (assistant.answer, assistant.choose, assistant.correct, assistant.out_of_scope):
                check(respond(Message(text, None), state))

    @given(
        text=anything, intent=st.sampled_from([None, "ask_fee", "choose", "deny", "affirm", "greet", "nlu_fallback"])
    )
    @settings(max_examples=40)
    def test_so_does_anything(self, assistant, text, intent):
        for state in (NOTHING, State(BIRTH, DEATH, ["fee"], [BIRTH, DEATH], "qua-han")):
            check(assistant.answer(Message(text, intent), state))
            check(assistant.choose(Message(text, intent), state))

    def test_decomposed_text_is_the_same_text(self, assistant):
        import unicodedata

        text = "đăng ký khai sinh cần giấy tờ gì"
        assert ask(assistant, unicodedata.normalize("NFD", text)).turn == ask(assistant, text).turn


class TestState:
    def test_slots_there_and_back(self):
        state = State(BIRTH, DEATH, ["fee"], [BIRTH], "qua-han")
        assert State.from_slots(state.to_slots()) == state

    @pytest.mark.parametrize(
        "slots", [{}, {"procedure": None, "options": None}, {"procedure": "", "aspects": ""}, {"other": 1}]
    )
    def test_empty_slots_are_nothing(self, slots):
        assert State.from_slots(slots) == NOTHING


def test_outcomes_are_the_closed_list():
    assert {outcome.value for outcome in Outcome} == OUTCOMES
