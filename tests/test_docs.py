"""The documentation says what the program does: nothing missing, nothing stale, no dead link."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import settings

ROOT = Path(__file__).resolve().parent.parent
MADE = {"var", "models", "results", "node_modules"}
MACHINE_PATH = re.compile(r"(?<![\w.:/}])/(?:work|tmp|home|root|Users)/")
LINK = re.compile(r"\]\(([^)\s]+)\)")
MAKE = re.compile(r"\bmake ([a-z][a-z-]*)")


def _generator():
    spec = importlib.util.spec_from_file_location("generate_docs", ROOT / "scripts" / "generate_docs.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _files(*suffixes: str) -> Iterator[Path]:
    folders = [ROOT]
    for folder in folders:  # grows while it is walked
        for path in sorted(folder.iterdir()):
            if path.is_dir() and not path.name.startswith(".") and path.name not in MADE:
                folders.append(path)
            elif path.suffix in suffixes:
                yield path


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


docs = _generator()
COMMANDS = dict(docs.commands())
MARKDOWN = list(_files(".md"))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_help_and_an_example_of_itself(name):
    command = COMMANDS[name]
    assert command.help
    assert command.epilog
    assert command.epilog.startswith(f"Ví dụ: {name}")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_help(name):
    assert [p.name for p in COMMANDS[name].params if not p.help] == []


def test_generated_pages_are_fresh():
    found = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "generate_docs.py"), "--check"], capture_output=True, text=True
    )
    assert found.returncode == 0, found.stderr


def test_a_stale_page_is_noticed(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(docs, "REFERENCE", tmp_path)
    assert docs.main(["--check"]) == 1
    assert "settings.md is stale" in capsys.readouterr().err
    assert docs.main([]) == 0
    assert docs.main(["--check"]) == 0


@pytest.mark.parametrize("name", COMMANDS)
def test_the_reference_has_every_command(name):
    assert f"## `{name}`" in docs.pages()["cli.md"]


def test_exit_codes_are_those_of_the_program():
    from assistant import cli

    told = {int(code) for code in re.findall(r"\b(\d+) \w", cli.app.info.help.split("Mã thoát:")[1])}
    assert told <= set(docs.EXIT_CODES)


def test_the_reference_has_every_setting():
    page = docs.pages()["settings.md"]
    setup = (ROOT / "scripts" / "setup.py").read_text(encoding="utf-8")
    asked = {name for name in re.findall(r'environ\.get\("([A-Z_]+)"', setup) if not name.startswith(settings.PREFIX)}
    expected = {name for name, _, _ in settings.described()} | (asked - {"PYENV_ROOT"}) | {"PYTHON310", "PYTHON311"}
    assert {name for name in expected if f"| `{name}` |" not in page} == set()


@pytest.mark.parametrize("kind", docs.models(), ids=lambda kind: kind.__name__)
def test_the_reference_has_every_field(kind):
    section = docs.pages()["entry.md"].split(f"\n## {docs.TITLES[kind.__name__]}\n")[1].split("\n## ")[0]
    assert [name for name in kind.model_fields if f"| `{name}` |" not in section] == []
    assert [name for name, info in kind.model_fields.items() if not info.description] == []


@pytest.mark.parametrize("path", MARKDOWN, ids=_name)
def test_make_commands_are_targets(path):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    code = re.findall(r"```.*?```|`[^`\n]+`", path.read_text(encoding="utf-8"), re.DOTALL)
    named = {target for text in code for target in MAKE.findall(text)}
    assert named <= targets


def test_both_readmes_name_the_same_commands_and_links():
    english, vietnamese = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.vi.md"))
    assert set(MAKE.findall(english)) >= {"run", "test"}
    assert re.findall(r"^make .*|^[A-Z_]+=.* make .*", english, re.MULTILINE) == re.findall(
        r"^make .*|^[A-Z_]+=.* make .*", vietnamese, re.MULTILINE
    )
    assert set(LINK.findall(english)) - {"README.vi.md"} == set(LINK.findall(vietnamese)) - {"README.md"}


@pytest.mark.parametrize("path", MARKDOWN, ids=_name)
def test_relative_links_lead_somewhere(path):
    links = [link for link in LINK.findall(path.read_text(encoding="utf-8")) if ":" not in link]
    broken = [link for link in links if not (path.parent / link.split("#")[0]).exists()]
    anchors = [link for link in links if "#" in link and link not in broken and not _has_anchor(path, link)]
    assert broken + anchors == []


def _has_anchor(path: Path, link: str) -> bool:
    file, anchor = link.split("#", 1)
    page = path.parent / file if file else path
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return anchor in {docs._anchor(heading) for heading in headings}


@pytest.mark.parametrize("suffix", [".md", ".py", ".yml"])
def test_no_file_names_a_path_of_one_machine(suffix):
    told = [_name(path) for path in _files(suffix) if MACHINE_PATH.search(path.read_text(encoding="utf-8"))]
    assert told == []
