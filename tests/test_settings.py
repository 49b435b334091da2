"""Settings from environment variables."""

import dataclasses

import pytest

from assistant import settings
from assistant.errors import SettingsError


def test_nothing_set():
    assert settings.load({}) == settings.Settings()
    assert settings.load({"ASSISTANT_PROVINCE": "  ", "PROVINCE": "x"}) == settings.Settings()


def test_everything_set(tmp_path):
    loaded = settings.load(
        {
            "ASSISTANT_PROVINCE": "hai-phong",
            "ASSISTANT_KNOWLEDGE": str(tmp_path / "k"),
            "ASSISTANT_DATA": str(tmp_path / "v"),
            "ASSISTANT_ENCODER": "intfloat/multilingual-e5-base",
            "ASSISTANT_THREADS": " 2 ",
            "ASSISTANT_HOST": "0.0.0.0",
            "ASSISTANT_RASA_PORT": "5105",
            "ASSISTANT_ACTIONS_PORT": "5155",
            "ASSISTANT_WEB_PORT": "8180",
            "ASSISTANT_RASA_TIMEOUT": "2.5",
        }
    )
    assert loaded.province == "hai-phong"
    assert loaded.index_folder == tmp_path / "v" / "index"
    assert loaded.knowledge == tmp_path / "k"
    assert loaded.encoder == "intfloat/multilingual-e5-base"
    assert (loaded.threads, loaded.rasa_timeout) == (2, 2.5)
    assert loaded.rasa_url == "http://127.0.0.1:5105/webhooks/rest/webhook"
    assert (loaded.actions_port, loaded.web_port) == (5155, 8180)


@pytest.mark.parametrize("name", ["RASA_PORT", "ACTIONS_PORT", "WEB_PORT"])
@pytest.mark.parametrize("value", ["0", "-1", "65536", "99999999"])
def test_no_such_port(name, value):
    with pytest.raises(SettingsError, match=f"ASSISTANT_{name}"):
        settings.load({f"ASSISTANT_{name}": value})


@pytest.mark.parametrize("name", ["RASA_PORT", "THREADS", "RASA_TIMEOUT"])
@pytest.mark.parametrize("value", ["năm nghìn", "5005x", "1,5", "--"])
def test_no_number(name, value):
    with pytest.raises(SettingsError, match=f"ASSISTANT_{name}.*{value}"):
        settings.load({f"ASSISTANT_{name}": value})


def test_the_environment_is_read(monkeypatch):
    monkeypatch.setenv("ASSISTANT_WEB_PORT", "8181")
    assert settings.load().web_port == 8181


def test_paths_do_not_depend_on_where_one_stands(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert settings.load({"ASSISTANT_DATA": "var"}).data == tmp_path / "var"
    assert settings.load({}).knowledge.is_dir()


def test_every_setting_is_described():
    rows = settings.described()
    assert [name for name, _, _ in rows] == [
        f"ASSISTANT_{f.name.upper()}" for f in dataclasses.fields(settings.Settings)
    ]
    for _, default, explanation in rows:
        assert explanation.endswith(".")
        assert str(settings.ROOT) not in default


def test_settings_cannot_be_changed_by_accident():
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.Settings().web_port = 1
