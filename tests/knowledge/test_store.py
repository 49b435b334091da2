"""Loading: provinces laid over the nation, storing beside an index, versions."""

import pytest

from assistant.errors import KnowledgeError
from assistant.knowledge import store
from assistant.knowledge.model import Aspect, OtherProcedure
from assistant.knowledge.store import Knowledge
from tests.conftest import SHIPPED
from tests.small_knowledge import BIRTH, LICENCE, LOCAL_BIRTH, edit

PARTS = (
    "procedures",
    "agencies",
    "fields",
    "life_events",
    "dossier_states",
    "others",
    "glossary",
    "ambiguous",
    "province",
)


class TestLoad:
    def test_entries_by_code(self, small_folder):
        known = store.load(small_folder)
        assert set(known.procedures) == {"1.001193", "1.000656", "3.000347", "1.004194"}
        assert known.procedures["1.001193"].short_name == "Làm giấy khai sinh cho con"
        assert known.province is None
        assert known.faults == []

    def test_no_such_province(self, small_folder):
        with pytest.raises(KnowledgeError, match="atlantis"):
            store.load(small_folder, "atlantis")

    def test_valid_knowledge_is_given_out(self, small_folder):
        assert len(store.load(small_folder).procedures) == 4

    def test_a_fault_is_placed(self, small_folder):
        edit(small_folder, BIRTH, "level: commune", "level: nowhere")
        (fault,) = store.load(small_folder).faults
        assert (fault.file, fault.field) == (BIRTH, "level")

    def test_a_faulty_entry_leaves_the_others(self, small_folder):
        edit(small_folder, BIRTH, "level: commune", "level: nowhere")
        assert set(store.load(small_folder).procedures) == {"1.000656", "3.000347", "1.004194"}


class TestProvince:
    def test_a_given_part_replaces_the_national_one_whole(self, small_folder):
        procedure = store.load(small_folder, "hai-phong").procedures["1.001193"]
        assert [fee.amount for fee in procedure.fees] == [8000]
        assert procedure.local_checked.source == "Nghị quyết của thành phố"

    def test_what_is_not_given_stays_national(self, small_folder):
        national = store.load(small_folder).procedures
        local = store.load(small_folder, "hai-phong").procedures
        assert local["1.001193"].documents == national["1.001193"].documents
        assert local["1.001193"].checked == national["1.001193"].checked
        assert local["3.000347"] == national["3.000347"]

    def test_an_agency_of_the_same_name_is_replaced(self, small_folder):
        local = store.load(small_folder, "hai-phong").agencies
        assert local["hcc-tinh"].name.endswith("Hải Phòng")
        assert local["ubnd-xa"] == store.load(small_folder).agencies["ubnd-xa"]

    def test_its_own_codes_are_added(self, small_folder):
        edit(small_folder, BIRTH, "name: ", 'same_need: ["1.111111"]\nname: ')
        edit(small_folder, LOCAL_BIRTH, "fees:", 'same_need: ["1.222222"]\nfees:')
        canonical = store.load(small_folder, "hai-phong").canonical
        assert canonical["1.111111"] == canonical["1.222222"] == canonical["1.001193"] == "1.001193"
        assert "1.222222" not in store.load(small_folder).canonical


class TestJson:
    @pytest.mark.parametrize("province", [None, "hai-phong", "quang-ngai", "hung-yen"])
    def test_shipped_knowledge_comes_back_as_it_was(self, province):
        known = store.load(SHIPPED, province)
        back = Knowledge.from_json(known.to_json())
        assert back.version == known.version
        for part in PARTS:
            assert getattr(back, part) == getattr(known, part), part
        assert back.canonical == known.canonical

    def test_and_the_same_text_again(self, small_folder):
        text = store.load(small_folder, "hai-phong").to_json()
        assert Knowledge.from_json(text).to_json() == text


class TestVersion:
    def test_equal_folders_have_equal_versions(self, small_folder, tmp_path):
        from tests import small_knowledge

        other = small_knowledge.make(tmp_path / "other")
        assert store.load(other).version == store.load(small_folder).version

    @pytest.mark.parametrize("name", [BIRTH, LOCAL_BIRTH, "agencies.yml"])
    def test_any_change_changes_it(self, small_folder, name):
        before = store.load(small_folder).version
        (small_folder / name).write_text((small_folder / name).read_text(encoding="utf-8") + "\n# \n", encoding="utf-8")
        assert store.load(small_folder).version != before

    def test_a_new_name_changes_it(self, small_folder):
        before = store.load(small_folder).version
        (small_folder / LICENCE).rename((small_folder / LICENCE).with_name("x.yml"))
        assert store.load(small_folder).version != before


class TestAdd:
    def test_further_entries_are_laid_under_ours(self, small_folder):
        known = store.load(small_folder)
        ours = known.procedures["1.001193"]
        foreign = ours.model_copy(update={"name": "Bản của cổng"})
        new = ours.model_copy(update={"code": "9.000001"})
        known.add([foreign, new, new.model_copy(update={"name": "Lần thứ hai"})])
        assert known.procedures["1.001193"] is ours
        assert known.procedures["9.000001"] is new

    def test_a_code_that_an_entry_answers_for_is_not_added(self, small_folder):
        edit(small_folder, BIRTH, "name: ", 'same_need: ["1.111111"]\nname: ')
        known = store.load(small_folder)
        known.add([known.procedures["1.000656"].model_copy(update={"code": "1.111111"})])
        assert known.canonical["1.111111"] == "1.001193"

    def test_what_was_known_by_name_becomes_an_entry(self, small_folder):
        known = store.load(small_folder)
        known.others["9.000001"] = OtherProcedure(code="9.000001", name="x", words=["x"], portal_url="https://x")
        known.add([known.procedures["1.000656"].model_copy(update={"code": "9.000001"})])
        assert "9.000001" not in known.others


def test_fault_messages_name_every_aspect_as_the_model_does():
    assert {a.value for a in Aspect} == {
        *("overview", "documents", "fee", "time", "place", "steps", "form", "conditions", "result", "legal", "online"),
        *("validity", "other"),
    }
