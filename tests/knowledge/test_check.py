"""Each fault that the check knows, made by one change to a folder without faults."""

import copy
import datetime as dt
import re

import pytest
import yaml

from assistant.errors import KnowledgeError
from assistant.knowledge import check, store
from assistant.text.unicode import has_diacritics
from tests.small_knowledge import BIRTH, DEATH, LICENCE, LOCAL_AGENCIES, LOCAL_BIRTH, PROVINCE, edit, line_of

TODAY = dt.date(2026, 11, 22)
WHOLE_FILE = "(cả tệp)"
# What pydantic and PyYAML would say by themselves.
ENGLISH = re.compile(
    r"\b(input|should|valid|value|field|must|expected|type|string|integer|found|mapping|parsing)\b", re.I
)


ODD_VALUES = [
    *(5, -1, 1.5, "x", "", "\u200b", True, None, [1], ["a"], [None], [[]], [{"a": 1}], {"a": 1}, 10**20),
    *(float("inf"), float("nan"), dt.date(2026, 1, 1), dt.datetime(2026, 1, 1, 10, 30)),
]


def _places(data, path=()):
    """One path to every kind of field in an entry."""
    found = {}
    for key, value in data.items() if isinstance(data, dict) else enumerate(data[:1]):
        below = (*path, key)
        found[below] = None
        if isinstance(value, dict | list):
            found.update(dict.fromkeys(_places(value, below)))
    return list(found)


def _write_changed(path, original, place, value):
    data = copy.deepcopy(original)
    holder = data
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = value
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")


def faults_of(folder, today=TODAY):
    return check.check(folder, today=today)


def break_and_check(folder, name, old, new, mark):
    """The faults after one change, and the line of ``mark`` in the changed file."""
    edit(folder, name, old, new)
    return faults_of(folder), line_of(folder, name, mark)


def test_the_folder_that_is_broken_here_has_no_fault(small_folder):
    assert faults_of(small_folder) == []


# (what is changed, by what, where the fault must be shown, its field, words of the message)
ONE_CHANGE = {
    # completeness
    "no short name": ("short_name: Làm giấy khai sinh cho con\n", "", "code:", "short_name", "tên ngắn"),
    "no purpose": ("purpose: Ghi nhận việc trẻ được sinh ra.\n", "", "code:", "purpose", "mục đích"),
    "no citizen words": (
        "citizen_words: [làm giấy khai sinh, khai sinh cho bé]",
        "citizen_words: []",
        "citizen_words:",
        "citizen_words",
        "từ người dân",
    ),
    "no level": ("level: commune\n", "", "code:", "level", "cấp giải quyết"),
    "nobody decides": ("decided_by: ubnd-xa\n", "", "code:", "decided_by", "cơ quan quyết định"),
    "nowhere to file": ("file_at: [hcc-xa, hcc-tinh]", "file_at: []", "file_at:", "file_at", "nơi nộp"),
    "no applicants": (
        "applicants:\n  - Công dân Việt Nam",
        "applicants: []",
        "applicants:",
        "applicants",
        "ai được làm",
    ),
    "no steps": (
        "steps:\n  - Chuẩn bị giấy tờ đăng ký khai sinh.\n  - Nộp hồ sơ và nhận giấy hẹn.",
        "steps: []",
        "steps:",
        "steps",
        "các bước",
    ),
    "no methods": (
        "methods:\n  - channel: desk\n  - channel: online\n    online_level: partial",
        "methods: []",
        "methods:",
        "methods",
        "các cách nộp",
    ),
    "no results": ("results:\n  - Giấy tờ đăng ký khai sinh", "results: []", "results:", "results", "kết quả"),
    "no legal basis": (
        'legal_basis:\n  - {number: "60/2014/QH13", title: Luật Hộ tịch, in_force_from: 2016-01-01}',
        "legal_basis: []",
        "legal_basis:",
        "legal_basis",
        "căn cứ pháp lý",
    ),
    "no portal page": (
        "portal_url: https://dichvucong.gov.vn/thu-tuc-hanh-chinh/1.001193\n",
        "",
        "code:",
        "portal_url",
        "Cổng dịch vụ công",
    ),
    "another portal": (
        "https://dichvucong.gov.vn/thu-tuc",
        "https://example.com/thu-tuc",
        "portal_url:",
        "portal_url",
        "phải bắt đầu bằng",
    ),
    # references
    "unknown field": ("field: ho-tich", "field: ho-tro", "field:", "field", "«ho-tro» không có trong fields.yml"),
    "wrong folder": ("field: ho-tich", "field: cu-tru", "field:", "field", "thư mục «cu-tru»"),
    "unknown deciding agency": (
        "decided_by: ubnd-xa",
        "decided_by: ubnd-huyen",
        "decided_by:",
        "decided_by",
        "«ubnd-huyen»",
    ),
    "unknown filing agency": ("file_at: [hcc-xa, ", "file_at: [hcc-xom, ", "file_at:", "file_at", "«hcc-xom»"),
    "unknown related code": (
        'related: ["1.000656"]',
        'related:\n  - "1.000656"\n  - "9.999999"',
        '  - "9.999999"',
        "related[2]",
        "9.999999",
    ),
    "unknown life event": (
        "life_events: [sinh-con]",
        "life_events: [sinh-con, len-doi]",
        "life_events:",
        "life_events[2]",
        "«len-doi»",
    ),
    "unknown case of a document": (
        "    cases: [bi-mat]",
        "    cases: [bi-hong]",
        "cases: [bi-hong]",
        "documents[3].cases",
        "«bi-hong»",
    ),
    "unknown form": ("    form: to-khai", "    form: to-don", "form: to-don", "documents[1].form", "«to-don»"),
    "unknown case of a fee": (
        "    case: bi-mat\n    instrument",
        "    case: bi-rach\n    instrument",
        "case: bi-rach",
        "fees[2].case",
        "«bi-rach»",
    ),
    "unknown case of a time": (
        "    unit: day\n    case: bi-mat",
        "    unit: day\n    case: bi-rach",
        "case: bi-rach",
        "times[2].case",
        "«bi-rach»",
    ),
    # fees
    "amount without instrument": (
        '    instrument: "Thông tư 02/2025/TT-BTC, Điều 4"\n',
        "",
        "label: Lệ phí cấp lại",
        "fees[2]",
        "instrument",
    ),
    "free without instrument": (
        '    instrument: "Thông tư 01/2025/TT-BTC"\n',
        "",
        "label: Lệ phí đăng ký",
        "fees[1]",
        "instrument",
    ),
    "amount without a date": ("    valid_from: 2025-07-01\n", "", "label: Lệ phí cấp lại", "fees[2]", "valid_from"),
    "unknown amount not owned up to": (
        "    amount: 15000",
        "    amount: null",
        "label: Lệ phí cấp lại",
        "fees[2]",
        "unconfirmed",
    ),
    "expired": ("valid_to: 2099-12-31", "valid_to: 2026-11-21", "valid_to:", "fees[2].valid_to", "hết hiệu lực"),
    # examples
    "too few examples": ("  - ai được đi đăng ký khai sinh thay tôi\n", "", "examples:", "examples", "ít nhất 8"),
    "too few without diacritics": (
        "toi muon dang ky khai sinh o dau",
        "tôi muốn đăng ký khai sinh nơi nào",
        "examples:",
        "examples",
        "không dấu",
    ),
    # dates
    "checked tomorrow": ("date: 2026-01-15", "date: 2026-11-23", "checked:", "checked.date", "tương lai"),
}


@pytest.mark.parametrize("name", ONE_CHANGE)
def test_one_change_one_fault(small_folder, name):
    old, new, mark, field, words = ONE_CHANGE[name]
    faults, line = break_and_check(small_folder, BIRTH, old, new, mark)
    assert [(f.file, f.line, f.field) for f in faults] == [(BIRTH, line, field)]
    assert words in faults[0].message
    assert has_diacritics(faults[0].message)
    assert str(faults[0]).startswith(f"{BIRTH}:{line}: {field}: ")


@pytest.mark.parametrize(
    ("part", "following", "aspect"),
    [("documents", "steps", "documents"), ("fees", "times", "fee"), ("times", "methods", "time")],
)
class TestPartsThatMayBeUnconfirmed:
    def emptied(self, folder, part, following):
        text = (folder / LICENCE).read_text(encoding="utf-8")
        text = re.sub(rf"^{part}:\n.*?(?=^{following}:)", f"{part}: []\n", text, flags=re.S | re.M)
        (folder / LICENCE).write_text(text, encoding="utf-8")

    def test_empty_is_a_fault(self, small_folder, part, following, aspect):
        self.emptied(small_folder, part, following)
        (fault,) = faults_of(small_folder)
        assert (fault.file, fault.line, fault.field) == (LICENCE, line_of(small_folder, LICENCE, f"{part}: []"), part)
        assert f"aspect: {aspect}" in fault.message

    def test_empty_and_owned_up_to_is_none(self, small_folder, part, following, aspect):
        self.emptied(small_folder, part, following)
        edit(small_folder, LICENCE, "unconfirmed:\n", f'unconfirmed:\n  - {{aspect: {aspect}, note: "Chưa rõ."}}\n')
        assert faults_of(small_folder) == []


class TestFees:
    def test_an_amount_owned_up_to_needs_no_instrument(self, small_folder):
        edit(small_folder, BIRTH, "    amount: 15000", "    amount: null")
        edit(small_folder, BIRTH, "unconfirmed:\n", 'unconfirmed:\n  - {aspect: fee, note: "Chưa rõ."}\n')
        assert faults_of(small_folder) == []

    def test_the_last_day_is_a_valid_day(self, small_folder):
        edit(small_folder, BIRTH, "valid_to: 2099-12-31", f"valid_to: {TODAY}")
        assert faults_of(small_folder) == []
        assert len(faults_of(small_folder, TODAY + dt.timedelta(days=1))) == 1

    def test_an_end_before_the_beginning(self, small_folder):
        faults, line = break_and_check(small_folder, BIRTH, "valid_to: 2099-12-31", "valid_to: 2024-01-01", "valid_to:")
        assert {(f.line, f.field) for f in faults} == {(line, "fees[2].valid_to")}
        assert any("trước ngày bắt đầu" in f.message for f in faults)


class TestClaims:
    @pytest.mark.parametrize(
        "claimed",
        ["tôi đi đăng ký khai sinh ở đâu", "Tôi đi đăng ký khai sinh ở đâu?", "toi di dang ky khai sinh o dau"],
    )
    def test_two_entries_claim_one_example(self, small_folder, claimed):
        edit(small_folder, DEATH, "tôi đi đăng ký khai tử ở đâu", claimed)
        faults = [f for f in faults_of(small_folder) if "đã thuộc về" in f.message]
        # Entries are read in the order of their files: the death entry has the example first.
        (fault,) = faults
        assert (fault.file, fault.field) == (BIRTH, "examples[2]")
        assert fault.line == line_of(small_folder, BIRTH, "tôi đi đăng ký khai sinh ở đâu")
        assert "1.000656" in fault.message

    def test_two_files_with_one_code(self, small_folder):
        faults, line = break_and_check(small_folder, LICENCE, 'code: "3.000347"', 'code: "1.001193"', "code:")
        places = {(f.file, f.line, f.field) for f in faults}
        # The licence file is read before the birth file, which then finds its code taken.
        assert (BIRTH, line, "code") in places
        assert any(f.field == "code" and LICENCE in f.message for f in faults)

    def test_one_code_claimed_as_the_same_need_by_two_entries(self, small_folder):
        for name in (BIRTH, DEATH):
            edit(small_folder, name, "name: ", 'same_need: ["1.111111"]\nname: ')
        faults = faults_of(small_folder)
        assert [f.field for f in faults] == ["same_need[1]"]

    def test_an_entrys_code_claimed_as_the_same_need_by_another(self, small_folder):
        edit(small_folder, BIRTH, "name: ", 'same_need: ["1.000656"]\nname: ')
        assert [(f.file, f.line, f.field) for f in faults_of(small_folder)] == [(BIRTH, 2, "same_need[1]")]


class TestLists:
    @pytest.mark.parametrize("name", sorted(store.LISTS))
    def test_a_missing_list(self, small_folder, name):
        (small_folder / name).unlink()
        fault = next(f for f in faults_of(small_folder) if f.file == name)
        assert (fault.line, fault.field, fault.message) == (1, WHOLE_FILE, "thiếu tệp này")

    def test_no_list_at_all(self, small_folder):
        (small_folder / "glossary.yml").write_text("words: [x]\n", encoding="utf-8")
        (fault,) = faults_of(small_folder)
        assert (fault.file, fault.line, fault.field) == ("glossary.yml", 1, WHOLE_FILE)
        assert "danh sách" in fault.message

    @pytest.mark.parametrize(
        ("name", "row", "field"),
        [
            ("fields.yml", "- {id: ho-tich, name: Lại hộ tịch}\n", "id"),
            ("agencies.yml", "- {id: ubnd-xa, name: Lại ủy ban, source: x}\n", "id"),
            ("life_events.yml", "- {id: sinh-con, name: Lại sinh con}\n", "id"),
            ("dossier_states.yml", "- {id: 1, name: Lại mới, plain: x, todo: x}\n", "id"),
        ],
    )
    def test_a_code_used_twice(self, small_folder, name, row, field):
        text = (small_folder / name).read_text(encoding="utf-8")
        size = len(yaml.safe_load(text))
        (small_folder / name).write_text(text + row, encoding="utf-8")
        (fault,) = faults_of(small_folder)
        assert (fault.file, fault.line, fault.field) == (name, len(text.splitlines()) + 1, f"[{size + 1}].{field}")
        assert "đã dùng" in fault.message

    def test_a_short_phrase_that_leads_nowhere(self, small_folder):
        edit(small_folder, "ambiguous.yml", '"3.000347"', '"3.999999"')
        (fault,) = faults_of(small_folder)
        assert fault.file == "ambiguous.yml"
        assert "3.999999" in fault.message

    def test_a_short_phrase_that_leads_nowhere_is_placed(self, small_folder):
        edit(small_folder, "ambiguous.yml", '"3.000347"', '"3.999999"')
        (fault,) = faults_of(small_folder)
        assert fault.line == line_of(small_folder, "ambiguous.yml", "3.999999")

    def test_a_short_phrase_without_words(self, small_folder):
        (small_folder / "ambiguous.yml").write_text('- {words: [], options: ["9.999999"]}\n', encoding="utf-8")
        assert {f.file for f in faults_of(small_folder)} == {"ambiguous.yml"}

    def test_known_by_name_although_there_is_an_entry(self, small_folder):
        row = '- {code: "1.000656", name: Khai tử, words: [khai tử], portal_url: "https://dichvucong.gov.vn/x"}\n'
        (small_folder / "other_procedures.yml").write_text("# tên thôi\n" + row, encoding="utf-8")
        (fault,) = faults_of(small_folder)
        assert fault.file == "other_procedures.yml"
        assert "1.000656" in str(fault)
        assert "đã có mục riêng" in fault.message

    def test_known_by_name_although_there_is_an_entry_is_placed(self, small_folder):
        row = '- {code: "1.000656", name: Khai tử, words: [khai tử], portal_url: "https://dichvucong.gov.vn/x"}\n'
        (small_folder / "other_procedures.yml").write_text("# tên thôi\n" + row, encoding="utf-8")
        (fault,) = faults_of(small_folder)
        assert fault.line == 2


class TestShape:
    @pytest.mark.parametrize(
        ("old", "new", "mark", "field", "words"),
        [
            ("name: Thủ tục đăng ký khai sinh\n", "", "code:", "name", "thiếu trường"),
            ("purpose:", "muc_dich:", "muc_dich:", "muc_dich", "không có trường nào tên như vậy"),
            ('code: "1.001193"', 'code: "1.1193"', "code:", "code", "khuôn mẫu: «1.1193»"),
            ('code: "1.001193"', "code: 1.001193", "code:", "code", "phải là chữ"),
            ("level: commune", "level: xa", "level:", "level", "giá trị lạ «xa»"),
            ("field: ho-tich", "field: Hộ tịch", "field:", "field", "khuôn mẫu"),
            ("amount: 15000", "amount: mười lăm nghìn", "amount: mười", "fees[2].amount", "phải là số nguyên"),
            ("amount: 15000", "amount: -1", "amount: -1", "fees[2].amount", "số quá nhỏ"),
            ("amount: 15000", "amount: 15000.5", "amount: 15000.5", "fees[2].amount", "số nguyên"),
            ("  - value: 3", "  - value: ba", "value: ba", "times[1].value", "phải là số"),
            ("    copies: 2", "    copies: hai", "copies: hai", "documents[3].copies", "phải là số nguyên"),
            ("valid_from: 2025-07-01", "valid_from: nay", "valid_from: nay", "fees[2].valid_from", "phải là ngày"),
            ("valid_from: 2025-07-01", "valid_from: [2025]", "valid_from: [", "fees[2].valid_from", "phải là ngày"),
            ("applicants:\n  - Công dân Việt Nam", "applicants: ai", "applicants:", "applicants", "phải là danh sách"),
            ("  - Công dân Việt Nam", '  - "  "', '  - "  "', "applicants[1]", "không được để trống"),
            ('{date: 2026-01-15, source: "Cổng Dịch vụ công quốc gia"}', "nay", "checked:", "checked", "nhóm"),
        ],
    )  # fmt: skip
    def test_wrong_value(self, small_folder, old, new, mark, field, words):
        faults, line = break_and_check(small_folder, BIRTH, old, new, mark)
        (fault,) = [f for f in faults if f.file == BIRTH]
        assert (fault.line, fault.field) == (line, field)
        assert words in fault.message

    @pytest.mark.parametrize("value", ODD_VALUES, ids=repr)
    def test_no_value_in_any_place_gives_english(self, small_folder, value):
        original = yaml.safe_load((small_folder / BIRTH).read_text(encoding="utf-8"))
        english = []
        for path in _places(original):
            _write_changed(small_folder / BIRTH, original, path, value)
            for fault in store.load(small_folder).faults:
                said = re.sub(r"«[^»]*»|\([^)]*\)|\b(true|false|commune|chỉ dùng.*)", "", fault.message)
                if ENGLISH.search(said) or not has_diacritics(fault.message):
                    english.append(f"{path}: {fault.message}")
        assert english == []

    def test_several_faults_of_one_file_come_together(self, small_folder):
        edit(small_folder, BIRTH, "level: commune", "level: xa")
        edit(small_folder, BIRTH, "amount: 15000", "amount: nhiều")
        assert {f.field for f in faults_of(small_folder) if f.file == BIRTH} == {"level", "fees[2].amount"}

    @pytest.mark.parametrize(
        ("text", "line"),
        [('code: "1.001193\nname: x\n', None), ("code: a\n  b: [\n", None), ("a: 1\n\tb: 2\n", 2), ("a: b: c\n", 1)],
    )
    def test_no_yaml(self, small_folder, text, line):
        (small_folder / BIRTH).write_text(text, encoding="utf-8")
        (fault,) = [f for f in faults_of(small_folder) if f.file == BIRTH]
        assert fault.field == WHOLE_FILE
        assert "YAML" in fault.message
        assert line is None or fault.line == line

    def test_no_yaml_is_said_in_vietnamese_only(self, small_folder):
        (small_folder / BIRTH).write_text("a: b: c\n", encoding="utf-8")
        (fault,) = [f for f in faults_of(small_folder) if f.file == BIRTH]
        assert not re.search(r"mapping|allowed|found|expected", fault.message)

    @pytest.mark.parametrize("raw", [b"\xff\xfe\x00", "name: Thủ tục".encode("utf-16"), b"a: \x00"])
    def test_no_utf8(self, small_folder, raw):
        (small_folder / BIRTH).write_bytes(raw)
        (fault,) = [f for f in faults_of(small_folder) if f.file == BIRTH]
        assert (fault.line, fault.field) == (1, WHOLE_FILE)

    def test_a_day_that_is_in_no_calendar(self, small_folder):
        faults, line = break_and_check(
            small_folder, BIRTH, "valid_from: 2025-07-01", "valid_from: 2025-02-30", "2025-02-30"
        )
        (fault,) = [f for f in faults if f.file == BIRTH]
        assert fault.line in (1, line)

    @pytest.mark.parametrize("text", ["", "# chỉ có chú thích\n", "- a\n- b\n", "chữ\n", "42\n"])
    def test_no_entry_in_the_file(self, small_folder, text):
        (small_folder / BIRTH).write_text(text, encoding="utf-8")
        (fault,) = [f for f in faults_of(small_folder) if f.file == BIRTH]
        assert (fault.line, fault.field) == (1, WHOLE_FILE)


class TestProvinces:
    def test_a_local_part_replaces_the_national_one_and_its_faults_are_its_own(self, small_folder):
        faults, line = break_and_check(
            small_folder, LOCAL_BIRTH, '    instrument: "Nghị quyết 12/2018/NQ-HĐND"\n', "", "label: Lệ phí riêng"
        )
        assert [(f.file, f.line, f.field) for f in faults] == [(LOCAL_BIRTH, line, "fees[1]")]

    def test_a_national_fault_is_named_once_and_in_the_national_file(self, small_folder):
        faults, line = break_and_check(small_folder, BIRTH, "decided_by: ubnd-xa", "decided_by: nobody", "decided_by:")
        assert [(f.file, f.line) for f in faults] == [(BIRTH, line)]

    def test_a_local_expired_fee(self, small_folder):
        edit(
            small_folder,
            LOCAL_BIRTH,
            "    valid_from: 2018-08-01",
            "    valid_from: 2018-08-01\n    valid_to: 2026-01-01",
        )
        (fault,) = faults_of(small_folder)
        assert (fault.file, fault.field) == (LOCAL_BIRTH, "fees[1].valid_to")

    def test_a_local_file_for_no_entry(self, small_folder):
        faults, line = break_and_check(small_folder, LOCAL_BIRTH, '"1.001193"', '"1.777777"', "code:")
        assert [(f.file, f.line, f.field) for f in faults] == [(LOCAL_BIRTH, line, "code")]
        assert "1.777777" in faults[0].message

    def test_a_part_that_no_province_may_replace(self, small_folder):
        faults, line = break_and_check(small_folder, LOCAL_BIRTH, "fees:", "examples: [a]\nfees:", "examples:")
        assert [(f.file, f.line, f.field) for f in faults] == [(LOCAL_BIRTH, line, "examples")]

    def test_checked_tomorrow_by_the_province(self, small_folder):
        faults, line = break_and_check(small_folder, LOCAL_BIRTH, "date: 2026-02-20", "date: 2026-11-23", "checked:")
        assert [(f.file, f.line, f.field) for f in faults] == [(LOCAL_BIRTH, line, "checked.date")]

    def test_an_unknown_agency_to_hand_over_to(self, small_folder):
        faults, line = break_and_check(
            small_folder, PROVINCE, "handover_agency: hcc-tinh", "handover_agency: ai-do", "handover"
        )
        assert [(f.file, f.line, f.field) for f in faults] == [(PROVINCE, line, "handover_agency")]

    def test_faults_of_shape_in_the_provinces_own_files(self, small_folder):
        edit(small_folder, PROVINCE, "name: Thành phố Hải Phòng\n", "")
        edit(small_folder, LOCAL_AGENCIES, "  source: Cổng của thành phố\n", "")
        places = {(f.file, f.field) for f in faults_of(small_folder)}
        assert places == {(PROVINCE, "name"), (LOCAL_AGENCIES, "[1].source")}

    def test_only_the_provinces_that_are_asked_for(self, small_folder):
        edit(small_folder, LOCAL_BIRTH, "amount: 8000", "amount: nhiều")
        assert check.check(small_folder, provinces=[], today=TODAY) == []
        assert len(check.check(small_folder, provinces=["hai-phong"], today=TODAY)) == 1


def test_no_folder(tmp_path):
    with pytest.raises(KnowledgeError, match="Không thấy thư mục tri thức"):
        check.check(tmp_path)


def test_faults_are_sorted_by_file_and_line(small_folder):
    for name in (LICENCE, BIRTH):
        edit(small_folder, name, "level: commune", "level: x")
        edit(small_folder, name, "case: bi-mat\n    instrument", "case: y\n    instrument")
    faults = faults_of(small_folder)
    assert [(f.file, f.line) for f in faults] == sorted((f.file, f.line) for f in faults)
    assert len(faults) == len(set(faults))


def test_summary_counts(small_folder):
    counts = check.summary(store.load(small_folder))
    assert counts["procedures"] == 4
    assert counts["examples"] == 32
    assert counts["with_unconfirmed"] == 4
    assert counts["glossary_words"] == 1
