"""Settings: each is in .env.example, a wrong one is refused by name, a secret shows nowhere."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bot.settings import PROJECT, BadSetting, Settings, read

EXAMPLE = (PROJECT / ".env.example").read_text(encoding="utf-8")
NAMED = re.findall(r"^#([A-Z][A-Z0-9_]*)=", EXAMPLE, re.MULTILINE)
# Of the machine and of other programs, not of ours.
NOT_OURS = {"PYENV_ROOT", "UV_PYTHON_INSTALL_DIR", "CI", "RASA_TELEMETRY_ENABLED", "TF_CPP_MIN_LOG_LEVEL",
            "SQLALCHEMY_SILENCE_UBER_WARNING"}  # fmt: skip
SECRETS = ("DATABASE_URL", "REDIS_URL", "ENCRYPTION_KEYS", "SESSION_SECRET", "REST_SECRET", "TWILIO_ACCOUNT_SID",
           "TWILIO_AUTH_TOKEN", "SMTP_URL", "HANDOFF_WEBHOOK_SECRET")  # fmt: skip


def _read_by_the_code() -> set[str]:
    """Names that settings.py asks the environment for."""
    found = set()
    for node in ast.walk(ast.parse((PROJECT / "bot" / "settings.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            words = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            found |= {word for word in words if re.fullmatch(r"[A-Z][A-Z0-9_]+", word)}
    return found


def test_every_setting_is_in_the_example_once() -> None:
    """And the example names none that does not exist."""
    assert sorted(NAMED) == sorted({*_read_by_the_code(), "MINILM_DIR"})


def test_no_other_file_reads_the_environment() -> None:
    """One place says what can be set."""
    for path in sorted((PROJECT / "bot").rglob("*.py")):
        if path.name == "settings.py":
            continue
        asked = re.findall(r"environ(?:\.get\(|\[)\s*\"([A-Z_]+)\"", path.read_text(encoding="utf-8"))
        assert set(asked) <= {*NOT_OURS, "MINILM_DIR"}, path.name


def test_nothing_needs_to_be_set() -> None:
    """The embedded default: SQLite under var/, this machine only."""
    settings = read({})
    assert settings == Settings(database_url=f"sqlite:///{PROJECT / 'var' / 'records.db'}")
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "many"), ("PORT", "0"), ("PORT", "70000"), ("TURN_SECONDS", "-1"), ("KEEP_CHAT_DAYS", "forever"),
        ("RATE_LIMIT", "perhaps"), ("PRODUCTION", "2"), ("WIDGET_SITES", "my-site"), ("WIDGET_SITES", "https://a.org/x"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_by_name_and_not_shown(name: str, value: str) -> None:
    """A sentence that says which setting, without its value."""
    with pytest.raises(BadSetting) as caught:
        read({name: value})
    assert name in str(caught.value)
    assert len(value) < 3 or value not in str(caught.value).replace(name, "")


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_may_come_from_a_file_and_is_never_shown(name: str, tmp_path: Path) -> None:
    """NAME_FILE, and a `repr` without it."""
    path = tmp_path / "secret"
    path.write_text("sesame-4711\n")
    settings = read({f"{name}_FILE": str(path)})
    assert getattr(settings, name.lower()) == "sesame-4711"
    assert "sesame" not in repr(settings)
    with pytest.raises(BadSetting, match=f"{name}_FILE"):
        read({f"{name}_FILE": str(tmp_path / "missing")})


def test_production_closes_what_is_for_trying() -> None:
    """Rasa's REST shape is off unless asked for."""
    assert read({}).rest_webhook
    assert not read({"PRODUCTION": "on"}).rest_webhook
    assert read({"PRODUCTION": "on", "REST_WEBHOOK": "on"}).rest_webhook


def test_flags_and_sites_are_read() -> None:
    """The usual ways of writing them."""
    assert not read({"RATE_LIMIT": "off"}).rate_limit
    assert read({"RATE_LIMIT": " TRUE "}).rate_limit
    sites = read({"WIDGET_SITES": "https://www.example.org http://localhost:3000"}).widget_sites
    assert sites == ("https://www.example.org", "http://localhost:3000")
