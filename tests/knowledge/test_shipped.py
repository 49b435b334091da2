"""The knowledge that ships: without a fault, and complete."""

import re

import pytest

from assistant.knowledge import check
from assistant.knowledge.model import Channel
from assistant.text.unicode import clean
from tests.conftest import SHIPPED

# The frequent procedures of table 10 of the project's fact sheet.
CODES = [
    *(
        "1.001193",
        "2.002621",
        "1.000656",
        "1.000894",
        "1.004873",
        "2.000806",
        "1.001022",
        "1.004859",
        "2.000635",
        "1.004884",
    ),
    *("2.000815", "2.000884", "2.001035"),
    *("1.004222", "1.004194", "1.002755", "1.010038", "1.003197", "1.010041", "2.001159"),
    *("1.014061", "1.014062", "1.014063", "1.014064", "3.000228", "3.000333"),
    *("3.000347", "3.000348", "1.012575", "1.013076", "1.001456"),
    *("1.013225", "1.013978", "1.012783", "1.012786", "1.012784", "1.013831", "1.012790", "1.012812"),
    *("1.001612", "2.000720", "1.001570", "1.001266"),
    *("1.014748", "1.014173", "1.014166", "1.014137"),
    *("1.014027", "1.014028", "1.001776", "1.001699", "1.010803", "1.013133"),
    *("2.002854", "1.008498", "2.002043"),
]


def test_no_fault_in_any_province():
    assert [str(fault) for fault in check.check(SHIPPED)] == []


def test_every_frequent_procedure_is_there(shipped):
    assert len(set(CODES)) == 56
    assert [code for code in CODES if code not in shipped.canonical] == []


def test_files_are_named_after_their_codes(shipped):
    assert [e.source.name for e in shipped.entries.values() if e.source.path.stem != e.procedure.code] == []


def test_ten_dossier_states(shipped):
    assert sorted(shipped.dossier_states) == list(range(1, 11))


def test_glossary_has_the_ninety_seven_words(shipped):
    assert check.summary(shipped)["glossary_words"] >= 97


def test_three_provinces_have_their_own_facts():
    assert {p.name for p in (SHIPPED / "local").iterdir() if p.is_dir()} >= {"hai-phong", "quang-ngai", "hung-yen"}


@pytest.mark.parametrize("path", sorted(SHIPPED.rglob("*.yml")), ids=lambda path: str(path.relative_to(SHIPPED)))
def test_texts_are_clean_and_hold_no_template(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    text = "\n".join("" if line.lstrip().startswith("#") else line for line in lines)
    dirty = [number for number, line in enumerate(text.splitlines(), 1) if clean(line) != " ".join(line.split())]
    assert dirty == []
    assert "{{" not in text
    assert "{%" not in text
    assert not re.search(r"<\w+[ >/]", text)


def test_every_amount_names_its_instrument_and_date(shipped):
    for procedure in shipped.procedures.values():
        for fee in procedure.fees:
            assert fee.amount is None or (fee.instrument and fee.valid_from), procedure.code
            assert fee.channel in (None, *Channel)


def test_short_phrases_offer_two_to_four_entries(shipped):
    for term in shipped.ambiguous:
        assert 2 <= len({shipped.canonical[code] for code in term.options}) <= 4, term.words
