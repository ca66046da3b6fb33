"""Every setting of the service, read once from the environment (documented in .env.example)."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


class BadSetting(ValueError):
    """A setting that cannot be used; the message names the setting and what to do, never its value."""


def _number(env: Mapping[str, str], name: str, default: float, low: float, high: float) -> float:
    raw = env.get(name, "").strip()
    if not raw:
        return default
    try:
        value = float(raw)
    except ValueError:
        raise BadSetting(f"{name} must be a number from {low:g} to {high:g}.") from None
    if not low <= value <= high:
        raise BadSetting(f"{name} must be a number from {low:g} to {high:g}.")
    return value


def _flag(env: Mapping[str, str], name: str, default: bool) -> bool:
    raw = env.get(name, "").strip().lower()
    if not raw:
        return default
    if raw in ("on", "1", "true", "yes"):
        return True
    if raw in ("off", "0", "false", "no"):
        return False
    raise BadSetting(f"{name} must be on or off.")


def _sites(raw: str) -> tuple[str, ...]:
    """Origins of websites, as written in a Content-Security-Policy; empty: any site."""
    sites = tuple(raw.split())
    if not all(re.fullmatch(r"https?://[\w.*-]+(:\d+)?", site) for site in sites):
        raise BadSetting("WIDGET_SITES lists origins with spaces between, such as https://www.example.org.")
    return sites


def secret(env: Mapping[str, str], name: str) -> str | None:
    """A secret from `NAME`, or from the file that `NAME_FILE` names; None when neither is set."""
    if env.get(name, "").strip():
        return env[name].strip()
    path = env.get(f"{name}_FILE", "").strip()
    if not path:
        return None
    try:
        return Path(path).read_text(encoding="utf-8").strip() or None
    except OSError:
        raise BadSetting(f"{name}_FILE cannot be read. Check the path and who may read it.") from None


@dataclass(frozen=True)
class Settings:
    """What the environment says; secrets never show in `repr`."""

    port: int = 8080
    host: str = "127.0.0.1"
    production: bool = False
    var: Path = PROJECT / "var"
    models: Path = PROJECT / "models"
    facility: Path = PROJECT / "facility.yml"
    database_url: str = field(default="", repr=False)
    redis_url: str | None = field(default=None, repr=False)
    public_url: str = "http://127.0.0.1:8080"
    rate_limit: bool = True
    turn_seconds: float = 2.5
    action_seconds: float = 2.0
    database_seconds: float = 1.0
    token_days: float = 30.0
    keep_chat_days: float = 30.0
    keep_callback_days: float = 7.0
    encryption_keys: str | None = field(default=None, repr=False)
    session_secret: str | None = field(default=None, repr=False)
    rest_webhook: bool = True
    rest_secret: str | None = field(default=None, repr=False)
    twilio_account_sid: str | None = field(default=None, repr=False)
    twilio_auth_token: str | None = field(default=None, repr=False)
    twilio_from: str | None = field(default=None, repr=False)
    twilio_messaging_service_sid: str | None = field(default=None, repr=False)
    twilio_api_base: str = ""
    smtp_url: str | None = field(default=None, repr=False)
    handoff_email: str | None = field(default=None, repr=False)
    handoff_webhook_url: str | None = field(default=None, repr=False)
    handoff_webhook_secret: str | None = field(default=None, repr=False)
    alert_webhook_url: str | None = field(default=None, repr=False)
    widget_sites: tuple[str, ...] = ()
    safety_front: bool = True
    safety_inside: bool = True

    @property
    def socket(self) -> Path:
        """Where the assistant process listens (a Unix socket)."""
        return self.var / "assistant.sock"


def read(env: Mapping[str, str] | None = None) -> Settings:
    """Settings from `env` (the process environment by default).

    Raises BadSetting with a sentence that says which setting is wrong and what to do.
    """
    env = os.environ if env is None else env
    var = Path(env.get("VAR_DIR", "").strip() or PROJECT / "var")
    port = int(_number(env, "PORT", 8080, 1, 65535))
    production = _flag(env, "PRODUCTION", False)
    return Settings(
        port=port,
        host=env.get("HOST", "").strip() or "127.0.0.1",
        production=production,
        var=var,
        models=Path(env.get("MODELS_DIR", "").strip() or PROJECT / "models"),
        facility=Path(env.get("FACILITY_FILE", "").strip() or PROJECT / "facility.yml"),
        database_url=secret(env, "DATABASE_URL") or f"sqlite:///{var / 'records.db'}",
        redis_url=secret(env, "REDIS_URL"),
        public_url=(env.get("PUBLIC_URL", "").strip() or f"http://127.0.0.1:{port}").rstrip("/"),
        rate_limit=_flag(env, "RATE_LIMIT", True),
        turn_seconds=_number(env, "TURN_SECONDS", 2.5, 0.1, 30),
        action_seconds=_number(env, "ACTION_SECONDS", 2.0, 0.1, 10),
        database_seconds=_number(env, "DATABASE_SECONDS", 1.0, 0.05, 30),
        token_days=_number(env, "TOKEN_DAYS", 30, 0.0001, 365),
        keep_chat_days=_number(env, "KEEP_CHAT_DAYS", 30, 0, 3650),
        keep_callback_days=_number(env, "KEEP_CALLBACK_DAYS", 7, 0, 3650),
        encryption_keys=secret(env, "ENCRYPTION_KEYS"),
        session_secret=secret(env, "SESSION_SECRET"),
        rest_webhook=_flag(env, "REST_WEBHOOK", not production),
        rest_secret=secret(env, "REST_SECRET"),
        twilio_account_sid=secret(env, "TWILIO_ACCOUNT_SID"),
        twilio_auth_token=secret(env, "TWILIO_AUTH_TOKEN"),
        twilio_from=env.get("TWILIO_FROM", "").strip() or None,
        twilio_messaging_service_sid=env.get("TWILIO_MESSAGING_SERVICE_SID", "").strip() or None,
        twilio_api_base=env.get("TWILIO_API_BASE", "").strip().rstrip("/"),
        smtp_url=secret(env, "SMTP_URL"),
        handoff_email=env.get("HANDOFF_EMAIL", "").strip() or None,
        handoff_webhook_url=env.get("HANDOFF_WEBHOOK_URL", "").strip() or None,
        handoff_webhook_secret=secret(env, "HANDOFF_WEBHOOK_SECRET"),
        alert_webhook_url=env.get("ALERT_WEBHOOK_URL", "").strip() or None,
        widget_sites=_sites(env.get("WIDGET_SITES", "")),
        safety_front=_flag(env, "SAFETY_FRONT", True),
        safety_inside=_flag(env, "SAFETY_INSIDE", True),
    )
