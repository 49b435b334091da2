"""Index versions on disk: incremental, switched at once, checked when opened."""

import json
import shutil
import signal
import subprocess
import sys

import numpy as np
import pytest

from assistant.errors import SearchIndexError
from assistant.knowledge import store
from assistant.retrieval import index
from tests.conftest import ROOT
from tests.doubles import HashedEncoder
from tests.small_knowledge import BIRTH, DEATH, edit

FILES = ("knowledge.json", "views.jsonl", "vectors.npy", "intents.npz", "calibration.json")


def first(opened, text):
    return opened.ranker.rank(text, opened.calibration.weights)[0].code


def versions(folder):
    return {name for name in folders(folder) if not name.startswith(".")}


def folders(folder):
    """Versions, and what unfinished builds left beside them."""
    return {path.name for path in folder.iterdir() if path.is_dir()}


def damage(path):
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    path.write_bytes(bytes(raw))


class TestBuild:
    def test_what_was_built_opens_and_finds(self, workshop):
        version = workshop.build()
        opened = workshop.open()
        assert opened.version == version == index.current(workshop.folder)
        assert set(opened.knowledge.procedures) == {"1.001193", "1.000656", "3.000347", "1.004194"}
        assert first(opened, "đổi bằng lái xe hết hạn") == "3.000347"
        assert first(opened, "khai sinh cho bé") == "1.001193"

    def test_an_unchanged_build_does_nothing(self, workshop):
        version = workshop.start()
        before = {path: path.stat().st_mtime_ns for path in (workshop.folder / version).iterdir()}
        encoder = HashedEncoder()
        assert workshop.build(encoder) == version
        assert encoder.encoded == []
        assert {path: path.stat().st_mtime_ns for path in (workshop.folder / version).iterdir()} == before

    def test_one_changed_entry_encodes_its_new_texts_only(self, workshop):
        version = workshop.start()
        edit(
            workshop.knowledge, BIRTH, "  - tôi đi đăng ký khai sinh ở đâu", "  - khai sinh cho cháu ngoại nộp chỗ nào"
        )
        encoder = HashedEncoder()
        changed = workshop.build(encoder)
        assert changed != version
        assert encoder.encoded == ["khai sinh cho cháu ngoại nộp chỗ nào"]
        assert workshop.open().version == changed

    def test_taken_over_vectors_are_those_of_their_texts(self, workshop):
        workshop.start()
        edit(workshop.knowledge, DEATH, "purpose: Ghi nhận", "purpose: Việc ghi nhận")
        version = workshop.build()
        rows = (workshop.folder / version / "views.jsonl").read_text(encoding="utf-8").split("\n")
        vectors = np.load(workshop.folder / version / "vectors.npy")
        fresh = HashedEncoder().passages([json.loads(row)[2] for row in rows])
        np.testing.assert_array_equal(vectors, fresh)

    def test_calibration_is_taken_over_until_asked_for(self, workshop):
        workshop.start()
        before = workshop.open().calibration
        edit(workshop.knowledge, BIRTH, "short_name: Làm", "short_name: Xin")
        workshop.build()
        assert not any("ngưỡng" in line for line in workshop.said)
        assert workshop.open().calibration == before
        workshop.build(recalibrate=True)
        assert any("ngưỡng" in line for line in workshop.said)

    def test_another_province_is_another_version(self, workshop):
        national = workshop.start()
        local = workshop.build(province="hai-phong")
        assert local != national
        assert workshop.open().knowledge.province.id == "hai-phong"

    def test_new_training_examples_are_another_version(self, workshop):
        before = workshop.start()
        text = (workshop.nlu / "all.yml").read_text(encoding="utf-8")
        (workshop.nlu / "all.yml").write_text(text + "    - hế lô\n", encoding="utf-8")
        assert workshop.build() != before

    def test_an_added_entry_with_other_texts_is_another_version(self, workshop):
        def with_added(name):
            known = store.load(workshop.knowledge)
            extra = known.procedures["1.000656"].model_copy(update={"code": "9.000001", "name": name})
            known.add([extra])
            return known

        before = workshop.build(known=with_added("Cấp phép nuôi hổ"))
        after = workshop.build(known=with_added("Cấp phép bay diều"))
        assert after != before
        assert first(workshop.open(), "cấp phép bay diều") == "9.000001"

    def test_progress_is_said_in_vietnamese(self, workshop):
        workshop.build()
        assert workshop.said[-1].startswith("xong: 4 thủ tục")

    def test_old_versions_go_but_a_few(self, workshop):
        for number in range(index.KEPT_VERSIONS + 3):
            edit(workshop.knowledge, BIRTH, "purpose: ", f"purpose: {number} ")
            newest = workshop.build()
        assert len(versions(workshop.folder)) == index.KEPT_VERSIONS
        assert newest in versions(workshop.folder)


class TestEncoderChange:
    def test_an_index_of_another_encoder_is_refused(self, workshop):
        workshop.start()
        with pytest.raises(SearchIndexError, match="Bộ mã hóa câu đã đổi"):
            workshop.open(HashedEncoder("another@2"))

    def test_building_again_encodes_everything_again(self, workshop):
        first_encoder, second = HashedEncoder(), HashedEncoder("another@2")
        workshop.build(first_encoder)
        workshop.build(second)
        assert sorted(second.encoded) == sorted(first_encoder.encoded)
        assert workshop.open(HashedEncoder("another@2"))

    def test_and_learns_its_thresholds_again(self, workshop):
        workshop.start()
        workshop.build(HashedEncoder("another@2"))
        assert any("ngưỡng" in line for line in workshop.said)


class TestDamage:
    @pytest.mark.parametrize("name", [*FILES, "manifest.json"])
    def test_a_damaged_file_sends_back_to_the_last_good_version(self, workshop, two_versions, name):
        older, newer = two_versions
        damage(workshop.folder / newer / name)
        assert workshop.open().version == older

    @pytest.mark.parametrize("name", [*FILES, "manifest.json"])
    def test_so_does_a_missing_one(self, workshop, two_versions, name):
        older, newer = two_versions
        (workshop.folder / newer / name).unlink()
        assert workshop.open().version == older

    @pytest.mark.parametrize("name", FILES)
    def test_and_a_half_written_one(self, workshop, two_versions, name):
        older, newer = two_versions
        raw = (workshop.folder / newer / name).read_bytes()
        (workshop.folder / newer / name).write_bytes(raw[: len(raw) // 2])
        assert workshop.open().version == older

    @pytest.mark.parametrize(
        "manifest", ["[]", "1", "null", "{}", '{"format": 1}', '{"format": 1, "files": []}', "{", ""]
    )
    def test_a_manifest_that_is_none(self, workshop, two_versions, manifest):
        older, newer = two_versions
        (workshop.folder / newer / "manifest.json").write_text(manifest, encoding="utf-8")
        assert workshop.open().version == older

    def test_a_manifest_of_another_format(self, workshop, two_versions):
        older, newer = two_versions
        path = workshop.folder / newer / "manifest.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"format": index.FORMAT + 1}))
        assert workshop.open().version == older

    @pytest.mark.parametrize("pointer", [b"", b"\n", b"nonsense", b"../../etc", b"\x00", b"\xff\xfe\x00"])
    def test_a_damaged_pointer(self, workshop, two_versions, pointer):
        (workshop.folder / index.CURRENT).write_bytes(pointer)
        assert workshop.open().version == two_versions[1]

    def test_a_lost_pointer(self, workshop, two_versions):
        (workshop.folder / index.CURRENT).unlink()
        assert workshop.open().version == two_versions[1]

    def test_the_next_build_mends_it(self, workshop, two_versions):
        _, newer = two_versions
        damage(workshop.folder / newer / "vectors.npy")
        mended = workshop.build()
        assert mended.startswith(newer)
        assert workshop.open().version == mended

    def test_nothing_sound_is_left(self, workshop, two_versions):
        for version in two_versions:
            damage(workshop.folder / version / "vectors.npy")
        with pytest.raises(SearchIndexError, match="assistant index build"):
            workshop.open()

    def test_nothing_was_ever_built(self, workshop, tmp_path):
        with pytest.raises(SearchIndexError, match="assistant index build"):
            workshop.open()
        with pytest.raises(SearchIndexError, match="assistant index build"):
            index.info(tmp_path / "nowhere")


class TestInterruption:
    def test_a_build_that_fails_midway_leaves_the_old_version(self, workshop):
        older = workshop.start()
        for name in (BIRTH, DEATH):
            text = (workshop.knowledge / name).read_text(encoding="utf-8")
            (workshop.knowledge / name).write_text(text.replace("đăng ký", "làm thủ tục"), encoding="utf-8")
        with pytest.raises(RuntimeError, match="power"):
            workshop.build(HashedEncoder(fail_after=4))
        assert index.current(workshop.folder) == older
        assert workshop.open().version == older
        assert versions(workshop.folder) == {older}

    def test_a_first_build_that_fails_leaves_nothing(self, workshop):
        with pytest.raises(RuntimeError, match="power"):
            workshop.build(HashedEncoder(fail_after=4))
        assert index.current(workshop.folder) is None
        assert versions(workshop.folder) == set()

    def test_a_failed_relearning_leaves_the_only_version_usable(self, workshop, monkeypatch):
        version = workshop.start()
        monkeypatch.setattr(type(workshop.folder), "rename", _disk_full)
        with pytest.raises(OSError, match="disk full"):
            workshop.build(recalibrate=True)
        monkeypatch.undo()
        assert workshop.open().version == version

    @pytest.mark.parametrize("moment", ["mã hóa", "ngưỡng", "manifest"])
    def test_a_killed_build_leaves_the_old_version(self, workshop, moment):
        older = workshop.start()
        edit(workshop.knowledge, BIRTH, "short_name: Làm", "short_name: Xin")
        _kill_at(moment, workshop)
        assert index.current(workshop.folder) == older
        assert workshop.open().version == older
        newer = workshop.build()
        assert workshop.open().version == newer != older

    def test_what_a_killed_build_left_is_cleared_away_by_the_next(self, workshop):
        older = workshop.start()
        edit(workshop.knowledge, BIRTH, "short_name: Làm", "short_name: Xin")
        _kill_at("manifest", workshop)
        newer = workshop.build()
        assert folders(workshop.folder) == {older, newer}

    def test_what_a_killed_build_left_is_no_version(self, workshop):
        older = workshop.start()
        edit(workshop.knowledge, BIRTH, "short_name: Làm", "short_name: Xin")
        _kill_at("manifest", workshop)
        (workshop.folder / index.CURRENT).unlink()
        assert workshop.open().version == older

    def test_the_pointer_is_never_seen_empty_or_half_written(self, workshop):
        older = workshop.start()
        edit(workshop.knowledge, BIRTH, "short_name: Làm", "short_name: Xin")
        pointer = str(workshop.folder / index.CURRENT)
        watcher = subprocess.Popen([sys.executable, "-c", _WATCH, pointer], stdout=subprocess.PIPE, text=True)
        assert watcher.stdout.readline().strip() == older
        newer = workshop.build()
        assert watcher.stdout.readline().strip() == newer
        watcher.terminate()
        assert watcher.communicate()[0] == ""


class TestInfo:
    def test_says_what_is_in_use(self, workshop):
        version = workshop.build(province="hai-phong")
        said = index.info(workshop.folder)
        assert said["version"] == version
        assert said["sound"] is True
        assert (said["procedures"], said["province"], said["encoder"]) == (4, "hai-phong", "hashed@1")
        assert said["bytes"] == sum(path.stat().st_size for path in (workshop.folder / version).iterdir())
        assert set(said["calibration"]) >= {"weights", "some_entry", "first_entry", "report"}

    def test_says_that_it_is_damaged(self, workshop):
        version = workshop.start()
        damage(workshop.folder / version / "vectors.npy")
        assert index.info(workshop.folder)["sound"] is False


def test_a_copied_folder_is_the_same_index(workshop, tmp_path):
    version = workshop.build()
    shutil.copytree(workshop.folder, tmp_path / "copy")
    assert index.open_current(tmp_path / "copy", HashedEncoder()).version == version


def _disk_full(self, target):
    raise OSError("disk full")


_WATCH = """
import sys
last = None
while True:
    try:
        seen = open(sys.argv[1]).read() or "EMPTY"
    except FileNotFoundError:
        seen = "MISSING"
    if seen != last:
        print(seen, flush=True)
        last = seen
"""

# Builds, and dies without a word, like a process that is killed: once "mã hóa" or "ngưỡng" is
# said, or when everything is written and only the switch is missing.
_BUILD_AND_HANG = """
import pathlib, sys, time
from assistant.knowledge import store
from assistant.retrieval import index
from tests.doubles import HashedEncoder
from tests.retrieval.conftest import QUESTIONS

knowledge, folder, nlu, moment = sys.argv[1:]

def hang(*arguments):
    print("here", flush=True)
    time.sleep(60)

if moment == "manifest":
    pathlib.Path.rename = hang
sources = index.Sources(pathlib.Path(nlu), QUESTIONS, HashedEncoder())
progress = lambda line: hang() if moment in line else None
index.build(pathlib.Path(folder), store.load(pathlib.Path(knowledge)), sources, progress, moment == "ngưỡng")
"""


def _kill_at(moment, workshop):
    arguments = [str(workshop.knowledge), str(workshop.folder), str(workshop.nlu), moment]
    process = subprocess.Popen(
        [sys.executable, "-c", _BUILD_AND_HANG, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline().strip() == "here"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
