"""Numbers that point at a person never get past the mask; other numbers do."""

import datetime as dt
import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assistant.text.mask import LABELS, find, mask

digits = st.characters(min_codepoint=ord("0"), max_codepoint=ord("9"))
words_before = st.sampled_from(
    ["", "số ", "sđt: ", "CCCD ", "cccd:", "hồ sơ ", "(", "em tên Lan, ", "mã hồ sơ:", "\n", "gọi "]
)
words_after = st.sampled_from(["", " ạ", ".", ", cảm ơn", ")", "?", "\n", " nhé em"])


def of_length(size):
    return st.text(digits, min_size=size, max_size=size)


@st.composite
def phones(draw):
    number = draw(st.sampled_from(["0", "84", "+84"])) + draw(st.sampled_from("3579")) + draw(of_length(8))
    if draw(st.booleans()):
        number = (
            f"{number[:-6]}{draw(st.sampled_from(' .-'))}{number[-6:-3]}{draw(st.sampled_from(' .-'))}{number[-3:]}"
        )
    return number


@st.composite
def identity_numbers(draw):
    number = draw(of_length(draw(st.sampled_from([9, 12]))))
    if draw(st.booleans()):
        separator = draw(st.sampled_from(" .-"))
        number = separator.join(number[i : i + 3] for i in range(0, len(number), 3))
    return number


@st.composite
def emails(draw):
    part = st.text("abcxyz0123456789", min_size=1, max_size=8)
    name = ".".join(draw(st.lists(part, min_size=1, max_size=2)))
    return f"{name}@{draw(part)}.{draw(st.sampled_from(['com', 'vn', 'gov.vn', 'edu.vn']))}"


dates = st.dates(dt.date(2018, 1, 1), dt.date(2027, 12, 31))
agencies = st.tuples(st.sampled_from("GH"), of_length(2)).map("".join)


@st.composite
def dossier_codes(draw):
    """The shapes of section 3 of the fact sheet.

    2018: ``V1V2V3.Z1Z2.Y1Y2.MX1X2-YYMMDD-XXXX``. Now: ``MX1X2.Y1Y2Y3…-YYMMDD-XXXX``, for central
    services ``MX1X2.Y1Y2Y3.Z1Z2-YYMMDD-AAXXXX``, at some ministries with a date of eight digits.
    """
    agency = draw(agencies)
    if draw(st.booleans()):
        prefix = f"{draw(of_length(3))}.{draw(of_length(2))}.{draw(of_length(2))}.{agency}"
        serial = draw(of_length(4))
        date = f"{draw(dates):%y%m%d}"
    else:
        prefix = ".".join([agency, *draw(st.lists(st.one_of(of_length(2), of_length(3)), max_size=4))])
        serial = draw(of_length(draw(st.integers(4, 8))))
        date = draw(dates).strftime(draw(st.sampled_from(["%y%m%d", "%Y%m%d"])))
    dash = draw(st.sampled_from(["-", " - ", "–", "- "]))
    code = f"{prefix}{dash}{date}{dash}{serial}"
    return draw(st.sampled_from([str.upper, str.lower]))(code)


personal = st.one_of(phones(), identity_numbers(), emails(), dossier_codes())


class TestWhatIsMasked:
    @given(words_before, personal, words_after)
    @settings(max_examples=400)
    def test_nothing_of_a_personal_number_is_left(self, before, number, after):
        masked = mask(before + number + after)
        assert number not in masked
        assert not re.search(r"\d{3}", masked.replace(before.strip(), ""))
        assert "@" not in masked
        assert masked.startswith(before)
        assert masked.endswith(after)

    @given(st.lists(personal, min_size=2, max_size=4))
    def test_several_in_one_message(self, numbers):
        masked = mask("; ".join(numbers))
        assert not re.search(r"\d", masked)
        assert masked.count("; ") == len(numbers) - 1

    @given(
        words_before,
        st.sampled_from(["cccd", "CMND", "sđt", "cc.", "số.", "a", "Đ"]),
        st.sampled_from([9, 12]),
        st.data(),
    )
    def test_numbers_glued_to_a_word(self, before, word, size, data):
        number = data.draw(of_length(size))
        assert not re.search(r"\d{9}", mask(f"{before}{word}{number} ạ"))

    @given(st.text(st.sampled_from("0123456789 .-ab,đ"), max_size=40))
    @settings(max_examples=500)
    def test_no_run_of_nine_or_twelve_digits_is_left(self, text):
        runs = re.findall(r"\d+", mask(text))
        assert not [run for run in runs if len(run) in (9, 12)]

    @pytest.mark.parametrize(
        "code",
        [
            "000.00.53.H48-220921-0099",
            "000.00.04.H51-200221-0001",
            "H15.50.05.13-261008-0975",
            "h24.15-261008-0975",
            "G09.20-20260609-0092637",
            "H24.105.01-261008-240012",
            "H15.50.05.13 - 261008 - 0975",
        ],
    )
    def test_dossier_codes_of_every_generation(self, code):
        assert mask(f"hồ sơ {code} tới đâu rồi") == "hồ sơ [mã hồ sơ] tới đâu rồi"

    @pytest.mark.parametrize("phone", ["0912345678", "0912 345 678", "0912.345.678", "+84 912 345 678", "84912345678"])
    def test_mobile_numbers(self, phone):
        assert mask(f"gọi {phone} nhé") == "gọi [số điện thoại] nhé"

    @pytest.mark.parametrize("phone", ["02253821055", "0225 3821 055", "024 3825 3536", "1900 1234 56"])
    def test_other_phone_numbers(self, phone):
        assert not re.search(r"\d", mask(f"gọi {phone} nhé"))

    @pytest.mark.parametrize("number", ["031 099 001 234", "031.099.001.234", "031-099-001-234", "031 099 001234"])
    def test_identification_numbers_in_groups(self, number):
        assert mask(f"căn cước {number} của em") == "căn cước [số giấy tờ] của em"

    @pytest.mark.parametrize("phone", ["(0225) 3821055", "(+84) 912345678", "+84 (0)912345678"])
    def test_phone_numbers_with_brackets(self, phone):
        assert not re.search(r"\d{5}", mask(f"gọi {phone} nhé"))

    @pytest.mark.parametrize("plate", ["15A-123.45", "29B1-12345", "51F 12345", "15a12345"])
    def test_number_plates(self, plate):
        assert mask(f"xe {plate} của tôi") == "xe [biển số] của tôi"

    def test_passport_numbers(self):
        assert mask("hộ chiếu C1234567") == "hộ chiếu [số giấy tờ]"


class TestWhatStays:
    @given(
        st.integers(1, 99_999).map(lambda thousands: f"{thousands * 1000:,}".replace(",", ".")),
        st.sampled_from([" đồng", "đ", " đ", " đồng/trang", " VND", "đ ạ"]),
    )
    def test_money_up_to_one_hundred_million(self, amount, unit):
        assert mask(f"lệ phí {amount}{unit} phải không") == f"lệ phí {amount}{unit} phải không"

    @given(
        st.integers(100_000, 9_999_999).map(lambda thousands: f"{thousands * 1000:,}".replace(",", ".")),
        st.sampled_from([" đồng", "đ"]),
    )
    def test_money_above(self, amount, unit):
        assert mask(f"bán đất được {amount}{unit}") == f"bán đất được {amount}{unit}"

    @given(dates, st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]))
    def test_dates(self, date, shape):
        assert mask(f"từ ngày {date.strftime(shape)} ạ") == f"từ ngày {date.strftime(shape)} ạ"

    @given(st.integers(0, 9), of_length(6), words_before.filter(lambda text: "số" not in text), words_after)
    def test_procedure_codes(self, first, rest, before, after):
        text = f"{before}thủ tục {first}.{rest}{after}"
        assert mask(text) == text

    @pytest.mark.parametrize(
        "text",
        [
            "thủ tục 1.001193",
            "mã 1.001193, 2.000635 và 1.014061",
            "1.001122.000.00.00.H48",
            "Nghị định 118/2025/NĐ-CP",
            "Luật 60/2014/QH13",
            "sinh năm 1990, 60 ngày tuổi",
            "từ 01/07/2025 đến 31/12/2026",
            "năm học 2025-2026",
            "ngõ 12/34 đường Lê Lợi",
            "50.000 đồng, 70.000 đồng",
            "8 giờ 30",
            "",
        ],
    )
    def test_other_numbers(self, text):
        assert mask(text) == text


class TestShape:
    @given(st.one_of(st.text(max_size=80), st.text(st.sampled_from("0123456789 .-–@aGH[]\n"), max_size=60)))
    @settings(max_examples=300)
    def test_is_idempotent(self, text):
        assert mask(mask(text)) == mask(text)

    @given(
        st.lists(st.one_of(personal, st.sampled_from(["và", "của em", "1.001193", "20.000 đồng", *LABELS])), max_size=5)
    )
    @settings(max_examples=200)
    def test_find_says_what_mask_does(self, parts):
        text = " ; ".join(parts)
        assume(" ; " in text or text)
        found = find(text)
        result, position = "", 0
        for start, end, label in found:
            assert position <= start < end
            result, position = result + text[position:start] + label, end
        assert result + text[position:] == mask(text)
