"""The ``assistant`` command: help, exit codes, one clear line for every error."""

import json
import re
import socket
import subprocess
import sys

import pytest
import typer

from assistant import cli
from assistant.text.unicode import has_diacritics
from tests.conftest import ROOT
from tests.doubles import HashedEncoder
from tests.small_knowledge import BIRTH, edit


def commands(group=None, path=()):
    """The words that name each command and each group."""
    group = group or typer.main.get_command(cli.app)
    yield path, True
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), False


ALL = list(commands())


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Run a command line in this process: exit code, standard output, standard error."""
    for name in ("PROVINCE", "KNOWLEDGE", "DATA", "ENCODER"):
        monkeypatch.delenv(f"ASSISTANT_{name}", raising=False)
    monkeypatch.setenv("ASSISTANT_DATA", str(tmp_path / "var"))
    import assistant.retrieval.encoder

    monkeypatch.setattr(assistant.retrieval.encoder, "SentenceEncoder", lambda *arguments: HashedEncoder())

    def call(*arguments, **environment):
        for name, value in environment.items():
            monkeypatch.setenv(f"ASSISTANT_{name}", str(value))
        monkeypatch.setattr(sys, "argv", ["assistant", *map(str, arguments)])
        try:
            cli.main()
            code = 0
        except SystemExit as error:
            code = error.code
        return code or 0, *capsys.readouterr()

    return call


def one_clear_line(result):
    """What every error is: exit code 2 and one line of Vietnamese."""
    code, output, error = result
    assert code == 2
    assert output == ""
    assert error.startswith("Lỗi: ")
    assert error.count("\n") == 1
    assert has_diacritics(error)
    assert "Traceback" not in error
    return error


class TestHelp:
    @pytest.mark.parametrize(
        ("path", "is_group"), ALL, ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
    )
    def test_of_every_command(self, run, path, is_group):
        code, output, _ = run(*path, "--help")
        assert code == 0
        assert has_diacritics(output)
        if not is_group:
            assert f"Ví dụ: assistant {' '.join(path)}" in " ".join(output.split())

    def test_every_option_and_argument_is_explained(self):
        unexplained = []
        for path, is_group in ALL:
            command = typer.main.get_command(cli.app)
            for name in path:
                command = command.commands[name]
            if not is_group:
                unexplained += [
                    (path, p.name) for p in command.params if p.name != "help" and not getattr(p, "help", None)
                ]
        assert unexplained == []

    def test_the_commands_that_were_asked_for_are_there(self):
        assert {path for path, is_group in ALL if not is_group} >= {
            *(("ask",), ("chat",), ("evaluate",), ("knowledge", "check"), ("index", "build"), ("index", "info")),
        }

    def test_as_a_process(self):
        done = subprocess.run([sys.executable, "-m", "assistant", "--help"], capture_output=True, text=True, cwd=ROOT)
        assert done.returncode == 0
        assert "knowledge" in done.stdout
        assert done.stderr == ""

    def test_exit_codes_are_told(self, run):
        assert re.search(r"Mã thoát: 0 .* 1 .* 2 ", " ".join(run("--help")[1].split()))

    @pytest.mark.parametrize("arguments", [["no-such"], ["ask"], ["ask", "--no-such", "x"], ["knowledge", "no-such"]])
    def test_a_wrong_command_line(self, run, arguments):
        code, _, error = run(*arguments)
        assert code == 2
        assert "Traceback" not in error


class TestErrors:
    def test_no_such_question_file(self, run, tmp_path):
        assert "none.jsonl" in one_clear_line(run("evaluate", tmp_path / "none.jsonl"))

    def test_a_bad_question_file(self, run, tmp_path):
        (tmp_path / "q.jsonl").write_text("{}\n")
        assert "q.jsonl:1" in one_clear_line(run("evaluate", tmp_path / "q.jsonl"))

    def test_no_such_way(self, run, tmp_path):
        (tmp_path / "q.jsonl").write_text('{"question": "x", "procedures": []}\n')
        assert "--through" in one_clear_line(run("evaluate", tmp_path / "q.jsonl", "--through", "zalo"))

    def test_no_such_added_file(self, run, tmp_path):
        assert "none.jsonl" in one_clear_line(run("index", "build", "--add", tmp_path / "none.jsonl"))

    def test_no_index(self, run):
        for arguments in (["ask", "khai sinh"], ["index", "info"]):
            assert "index build" in one_clear_line(run(*arguments))

    def test_no_knowledge(self, run, tmp_path):
        assert "nowhere" in one_clear_line(run("knowledge", "check", KNOWLEDGE=tmp_path / "nowhere"))

    def test_no_such_province(self, run):
        assert "atlantis" in one_clear_line(run("knowledge", "check", PROVINCE="atlantis"))

    def test_no_encoder(self, run, tmp_path):
        assert "make setup" in one_clear_line(run("encoder", "verify", ENCODER=tmp_path / "none"))

    def test_no_wheel(self, run, tmp_path):
        code, progress, error = run("encoder", "build", tmp_path / "none.whl", ENCODER=tmp_path / "encoder")
        assert "make setup" in one_clear_line((code, "", error))
        assert has_diacritics(progress)

    def test_a_wrong_setting(self, run):
        assert "ASSISTANT_WEB_PORT" in one_clear_line(run("index", "info", WEB_PORT="x"))

    def test_rasa_is_not_running(self, run, monkeypatch):
        with socket.create_server(("127.0.0.1", 0)) as door:
            port = door.getsockname()[1]
        monkeypatch.setattr("builtins.input", lambda prompt: "khai sinh")
        code, _, error = run("chat", RASA_PORT=port)
        assert (code, error.count("\n")) == (2, 1)
        assert "make run" in error

    def test_faulty_knowledge_cannot_be_indexed(self, run, small_folder):
        edit(small_folder, BIRTH, "level: commune", "level: x")
        edit(small_folder, BIRTH, "field: ho-tich", "field: Hộ tịch")
        code, _, error = run("index", "build", KNOWLEDGE=small_folder)
        assert code == 2
        assert BIRTH in error
        assert "Traceback" not in error

    def test_as_a_process(self, tmp_path):
        command = [sys.executable, "-m", "assistant", "evaluate", str(tmp_path / "none.jsonl")]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert done.stderr.startswith("Lỗi: ")


class TestKnowledge:
    def test_shipped(self, run):
        code, output, _ = run("knowledge", "check")
        assert code == 0
        assert "Không có lỗi" in output

    def test_faulty(self, run, small_folder):
        edit(small_folder, BIRTH, "decided_by: ubnd-xa", "decided_by: nobody")
        code, output, _ = run("knowledge", "check", KNOWLEDGE=small_folder)
        assert code == 1
        assert re.search(rf"^{BIRTH}:\d+: decided_by: .*«nobody»", output, re.M)
        assert "1 lỗi" in output

    def test_faulty_as_json(self, run, small_folder):
        edit(small_folder, BIRTH, "decided_by: ubnd-xa", "decided_by: nobody")
        code, output, _ = run("knowledge", "check", "--json", KNOWLEDGE=small_folder)
        assert code == 1
        (fault,) = json.loads(output)["faults"]
        assert set(fault) == {"file", "line", "field", "message", "stops"}
        assert fault["file"] == BIRTH

    def test_schema(self, run, tmp_path):
        code, output, _ = run("knowledge", "schema", tmp_path / "schema")
        assert code == 0
        assert "procedure.schema.json" in output


class TestAsk:
    def test_in_words(self, run, own_data):
        code, output, _ = run("ask", "đổi bằng lái xe cần giấy tờ gì", DATA=own_data)
        assert code == 0
        assert "3.000347" in output
        assert "giấy tờ cần có" in output

    def test_as_json(self, run, own_data):
        code, output, _ = run("ask", "đổi bằng lái xe cần giấy tờ gì", "--json", DATA=own_data)
        found = json.loads(output)
        assert code == 0
        assert found["outcome"] == "answered"
        assert found["procedures"] == ["3.000347"]
        assert {"question", "aspects", "options", "version", "texts", "scores"} <= set(found)
        assert found["scores"]["candidates"][0]["code"] == "3.000347"

    @pytest.mark.parametrize("question", ["", "👋", "a" * 10_000, "<b>", "\x07"])
    def test_anything(self, run, own_data, question):
        code, output, error = run("ask", question, DATA=own_data)
        assert (code, error) == (0, "")
        assert output.strip()


class TestEvaluate:
    def test_as_json(self, run, own_data, tmp_path):
        rows = [
            {"question": "đổi bằng lái xe cần giấy tờ gì", "procedures": ["3.000347"], "aspect": "documents"},
            {"question": "doi bang lai xe can giay to gi", "procedures": ["3.000347"], "variant": "no_diacritics"},
            {"question": "giá vàng hôm nay", "procedures": []},
        ]
        path = tmp_path / "q.jsonl"
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        code, output, _ = run("evaluate", path, "--json", DATA=own_data)
        result = json.loads(output)
        assert code == 0
        assert result["by_variant"]["plain"]["n"] == 1
        assert set(result["by_variant"]["plain"]) >= {"n", "hit@1", "hit@3", "hit@5", "mrr", "aspect"}
        assert set(result) >= {"by_variant", "overall", "false_answers", "wrongly_refused", "latency_ms", "bm25"}
        assert set(result["bm25"]["by_variant"]) == {"plain", "no_diacritics"}
        assert set(result["latency_ms"]) == {"p50", "p95"}
        assert result["overall"]["hit@1"] == 1.0

        code, table, _ = run("evaluate", path, DATA=own_data)
        assert code == 0
        assert "BM25" in table
        assert "no_diacritics" in table


class TestIndex:
    def test_info(self, run, own_data):
        code, output, _ = run("index", "info", DATA=own_data)
        assert code == 0
        assert json.loads(output)["sound"] is True

    def test_info_of_a_damaged_pointer(self, run, own_data):
        (own_data / "index" / "CURRENT").write_bytes(b"\xff\xfe")
        one_clear_line(run("index", "info", DATA=own_data))


def test_settings_are_listed(run):
    code, output, _ = run("settings")
    assert code == 0
    assert "ASSISTANT_PROVINCE=" in output
