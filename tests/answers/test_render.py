"""Every answer that can be given, rendered from the shipped entries."""

import datetime as dt
import re

import pytest

from assistant.answers import render
from assistant.answers.turn import Button
from assistant.knowledge import store
from assistant.knowledge.model import Aspect, Case, Fee, Unconfirmed
from tests.conftest import SHIPPED

TODAY = dt.date(2026, 11, 22)
FAR = dt.date(2199, 1, 1)
PROVINCES = [None, *sorted(path.name for path in (SHIPPED / "local").iterdir())]
# Values of the model that must never be shown as they are written in the files.
RAW = re.compile(
    r"\bNone\b|\bTrue\b|\bFalse\b|\{\{|\{%|%\}|\}\}|Undefined|<class|datetime|Aspect\.|Channel\.|TimeUnit\."
    r"|\b(working_day|commune|ministry|desk|submit|partial|unknown|overview|documents)\b"
)
MONEY = re.compile(r"([\d.]+) đồng")


@pytest.fixture(scope="module", params=PROVINCES, ids=str)
def known(request):
    return store.load(SHIPPED, request.param)


def answers(known, aspects=tuple(Aspect), today=TODAY):
    """(procedure, aspect, case, text) of everything that can be asked."""
    for procedure in known.procedures.values():
        for aspect in aspects:
            for case in (None, *procedure.cases):
                text = render.answer(procedure, aspect, known, case.id if case else None, today)
                yield procedure, aspect, case, text


def date(day):
    return f"{day:%d/%m/%Y}"


class TestEveryAnswer:
    def test_says_what_it_is_about_and_where_it_is_from(self, known):
        for procedure, aspect, _, text in answers(known):
            assert procedure.code in text, (procedure.code, aspect)
            assert procedure.checked.source in text
            assert f"Kiểm tra ngày {date(procedure.checked.date)}" in text
            assert text.startswith(procedure.short_name or procedure.name)
            assert not procedure.portal_url or procedure.portal_url in text

    def test_says_what_the_province_checked(self, known):
        for procedure, _, _, text in answers(known):
            if procedure.local_checked:
                assert procedure.local_checked.source in text
                assert date(procedure.local_checked.date) in text

    def test_shows_nothing_raw(self, known):
        for procedure, aspect, case, text in answers(known):
            seen = RAW.search(re.sub(r"https?://\S+", "", text))
            assert not seen, (procedure.code, aspect, case, seen)

    def test_is_tidy(self, known):
        for procedure, aspect, _, text in answers(known):
            where = (procedure.code, aspect)
            assert text == text.strip(), where
            assert "\n\n\n" not in text, where
            assert not re.search(r"[ \t]\n|  +\S+  +| [,;:]|\(\)|(?<!\.)\.\.(?!\.)|: *\n*$", text), where
            assert not re.search(r"^\s*•\s*$", text, re.M), where

    def test_owns_up_to_what_is_not_confirmed(self, known):
        for procedure in known.procedures.values():
            for doubt in procedure.unconfirmed:
                assert doubt.note in render.answer(procedure, doubt.aspect, known, today=TODAY), procedure.code

    def test_keeps_the_note_for_clerks_to_itself(self, known):
        for procedure, _, _, text in answers(known):
            assert not procedure.clerk_note or procedure.clerk_note not in text


class TestDocuments:
    def test_each_is_listed_for_its_cases_only(self, known):
        for procedure, _, case, text in answers(known, [Aspect.DOCUMENTS]):
            lines = [line for line in text.splitlines() if line.startswith("•")]
            wanted = [d for d in procedure.documents if not case or not d.cases or case.id in d.cases]
            assert len(lines) == len(wanted), (procedure.code, case)
            for document in wanted:
                assert any(line.startswith(f"• {document.name}") for line in lines), (procedure.code, document.name)

    def test_copies_are_counted(self, known):
        for procedure, _, _, text in answers(known, [Aspect.DOCUMENTS]):
            for document in procedure.documents:
                if document.copies and f"• {document.name}" in text:
                    assert f"{document.copies} bản sao" in text


class TestFees:
    def test_an_amount_comes_with_instrument_and_date(self, known):
        for procedure, _, case, text in answers(known, [Aspect.FEE]):
            for fee in procedure.fees:
                wanted = not case or fee.case in (None, case.id)
                in_force = not fee.valid_to or fee.valid_to >= TODAY
                if wanted and in_force and fee.amount is not None:
                    where = text.index(f"• {fee.label}")
                    assert f"Theo {fee.instrument}, áp dụng từ {date(fee.valid_from)}" in text[where:], procedure.code

    def test_free_is_said_in_words(self, known):
        for procedure, _, _, text in answers(known, [Aspect.FEE, Aspect.OVERVIEW]):
            rows = [line for line in text.splitlines() if line.startswith("•")]
            assert not [row for row in rows if re.search(r"(?<![\d.,])0 đồng", row)], procedure.code

    @pytest.mark.parametrize("aspect", [Aspect.FEE, Aspect.OVERVIEW])
    def test_an_expired_amount_is_never_shown(self, known, aspect):
        for procedure, _, case, text in answers(known, [aspect], today=FAR):
            still = {f.amount for f in procedure.fees if not f.valid_to and (not case or f.case in (None, case.id))}
            rows = [line for line in text.splitlines() if line.startswith("•") and not line.startswith("• Nộp")]
            # The amount stands behind the last colon of a row of the fee answer; notes stand below it.
            shown = {int(a.replace(".", "")) for row in rows for a in MONEY.findall(row) if a.strip(".")}
            assert shown <= still | _amounts_in_labels(procedure), procedure.code


def _amounts_in_labels(procedure):
    words = " ".join(f.label for f in procedure.fees) + " ".join(c.name for c in procedure.cases)
    return {int(a.replace(".", "")) for a in MONEY.findall(words) if a.strip(".")}


class TestOneFee:
    """Fees of an entry made up here, so that every date is known."""

    def answer(self, shipped, today=TODAY, aspect=Aspect.FEE, unconfirmed=(), **changes):
        fee = {
            "label": "Lệ phí cấp lại", "amount": 12345, "unit": "bản", "instrument": "Thông tư 99/2025/TT-BTC",
            "valid_from": dt.date(2025, 7, 1), "valid_to": dt.date(2026, 12, 31),
        } | changes  # fmt: skip
        cases = [Case(id="mat", name="Bị mất"), Case(id="moi", name="Làm mới")]
        procedure = shipped.procedures["1.001193"].model_copy(
            update={"fees": [Fee(**fee)], "cases": cases, "unconfirmed": list(unconfirmed)}
        )
        return render.answer(procedure, aspect, shipped, None, today)

    def test_in_force(self, shipped):
        text = self.answer(shipped)
        assert "12.345 đồng/bản" in text
        assert "Theo Thông tư 99/2025/TT-BTC, áp dụng từ 01/07/2025 đến hết 31/12/2026" in text

    def test_on_its_last_day(self, shipped):
        assert "12.345" in self.answer(shipped, dt.date(2026, 12, 31))

    @pytest.mark.parametrize("aspect", [Aspect.FEE, Aspect.OVERVIEW])
    def test_the_day_after(self, shipped, aspect):
        text = self.answer(shipped, dt.date(2027, 1, 1), aspect=aspect)
        assert "12.345" not in text
        if aspect is Aspect.FEE:
            assert "hết hiệu lực ngày 31/12/2026" in text
            assert "hỏi" in text

    @pytest.mark.parametrize("aspect", [Aspect.FEE, Aspect.OVERVIEW])
    def test_before_its_first_day(self, shipped, aspect):
        assert "12.345" not in self.answer(shipped, dt.date(2025, 6, 30), aspect=aspect)

    def test_unknown_amount(self, shipped):
        text = self.answer(shipped, amount=None, instrument=None, valid_from=None, valid_to=None)
        assert "chưa xác nhận được mức thu" in text
        assert "Theo" not in text

    def test_free(self, shipped):
        text = self.answer(shipped, amount=0)
        assert "Lệ phí cấp lại: miễn phí." in text
        assert "/bản" not in text

    @pytest.mark.parametrize(
        ("channel", "words"), [("desk", "nộp trực tiếp"), ("online", "nộp trực tuyến"), ("post", "bưu chính")]
    )
    def test_channel(self, shipped, channel, words):
        assert words in self.answer(shipped, channel=channel)

    def test_of_another_case(self, shipped):
        text = self.answer_for(shipped, fee_case="mat", case="moi")
        assert "12.345" not in text
        assert "Bị mất" in self.answer_for(shipped, fee_case="mat", case=None)
        assert "12.345" in self.answer_for(shipped, fee_case="mat", case="mat")

    def test_expired_of_another_case(self, shipped):
        assert "mức cũ" not in self.answer_for(shipped, fee_case="mat", case="moi", today=FAR)

    def answer_for(self, shipped, fee_case, case, today=TODAY):
        cases = [Case(id="mat", name="Bị mất"), Case(id="moi", name="Làm mới")]
        fee = Fee(
            label="Lệ phí cấp lại", amount=12345, case=fee_case, instrument="Thông tư 99/2025/TT-BTC",
            valid_from=dt.date(2025, 7, 1), valid_to=dt.date(2026, 12, 31),
        )  # fmt: skip
        procedure = shipped.procedures["1.001193"].model_copy(update={"fees": [fee], "cases": cases})
        return render.answer(procedure, Aspect.FEE, shipped, case, today)

    def test_the_overview_does_not_hide_that_an_amount_is_not_confirmed(self, shipped):
        doubt = Unconfirmed(aspect=Aspect.FEE, note="Mức này chưa đối chiếu.")
        text = self.answer(shipped, aspect=Aspect.OVERVIEW, unconfirmed=[doubt])
        assert "12.345" not in text or "hưa xác nhận" in text


class TestTimes:
    def test_units_are_said_in_words(self, known):
        words = {"working_day": "ngày làm việc", "day": "ngày", "hour": "giờ", "month": "tháng"}
        for procedure, _, case, text in answers(known, [Aspect.TIME]):
            for row in procedure.times:
                if row.value and (not case or row.case in (None, case.id)):
                    assert re.search(rf"{f'{row.value:g}'.replace('.', ',')}\b.* {words[row.unit]}", text), (
                        procedure.code
                    )

    def test_zero_is_the_same_day(self, known):
        for procedure, _, _, text in answers(known, [Aspect.TIME, Aspect.OVERVIEW]):
            assert not re.search(r"(?<![\d,])0 (ngày|giờ|tháng)", text), procedure.code


class TestPlace:
    def test_agencies_are_named(self, known):
        for procedure, _, _, text in answers(known, [Aspect.PLACE]):
            for agency in procedure.file_at:
                assert known.agencies[agency].name in text


def test_an_entry_with_nothing_but_a_name_can_be_asked_anything(shipped):
    bare = type(shipped.procedures["1.001193"])(
        code="9.000001", name="Cấp phép bay diều", field="ho-tich", checked={"date": TODAY, "source": "Cổng"}
    )
    for aspect in Aspect:
        text = render.answer(bare, aspect, shipped, today=TODAY)
        assert text.startswith("Cấp phép bay diều")
        assert not RAW.search(text)
        assert len(text.splitlines()) >= 3, aspect


def test_an_unknown_case_is_no_case(shipped):
    procedure = shipped.procedures["1.001193"]
    assert render.answer(procedure, Aspect.FEE, shipped, "khong-co", TODAY) == render.answer(
        procedure, Aspect.FEE, shipped, None, TODAY
    )


class TestFollowUps:
    def test_do_not_suggest_what_was_asked(self):
        for aspect in Aspect:
            titles = [button.title for button in render.follow_ups([aspect])]
            assert 1 <= len(titles) <= 4
            assert len(set(titles)) == len(titles)
        assert len(render.follow_ups([Aspect.DOCUMENTS])) == 4
        assert render.follow_ups([Aspect.DOCUMENTS])[0] != render.follow_ups([])[0]

    def test_are_what_a_person_would_type(self):
        for button in render.follow_ups([]):
            assert isinstance(button, Button)
            assert not button.payload.startswith("/")


class TestSay:
    @pytest.mark.parametrize("province", PROVINCES, ids=str)
    @pytest.mark.parametrize(
        "name",
        ["no_entry", "out_of_scope", "handover", "dossier_link", "no_procedure", "which_instead", "nothing_to_repeat"],
    )
    def test_fixed_texts(self, name, province):
        known = store.load(SHIPPED, province)
        agency = known.agencies[known.province.handover_agency if known.province else "hcc-xa"]
        text = render.say(name, agency=agency, province=known.province, other=None)
        assert text
        assert not RAW.search(text)

    def test_without_an_office(self):
        for name in ("no_entry", "handover"):
            text = render.say(name, agency=None, province=None, other=None)
            assert "dichvucong.gov.vn" in text
            assert not RAW.search(text)

    def test_options_are_numbered(self, shipped):
        options = [shipped.procedures["1.001193"], shipped.procedures["1.000656"]]
        text = render.say("clarify", options=options)
        assert f"1. {options[0].short_name}" in text
        assert f"2. {options[1].short_name}" in text

    def test_the_error_text(self):
        assert "thử lại" in render.say("error")
