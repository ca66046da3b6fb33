"""Finds the encryption keys: ENCRYPTION_KEYS, or a key file of our own that only its owner can read."""

from __future__ import annotations

import base64
import os
import secrets
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.errors import WrongKey
from bot.records.crypto import KEY_BYTES, Cipher, parse_keys
from bot.settings import BadSetting, Settings

LOST = (
    "The key file {path} is missing, but the records were written with the key '{key_id}'. Put the key file back "
    "(or set ENCRYPTION_KEYS). Nothing was changed."
)


def key_file(settings: Settings) -> Path:
    """Where our own keys are kept when ENCRYPTION_KEYS is not set."""
    return settings.var / "keys"


def key_file_time(settings: Settings) -> int | None:
    """When the key file was changed (ns); None without one or when ENCRYPTION_KEYS is set."""
    if settings.encryption_keys:
        return None
    try:
        return key_file(settings).stat().st_mtime_ns
    except OSError:
        return None


def new_key(now: datetime) -> str:
    """A line "id:base64" with a fresh key, named by its day."""
    name = f"{now:%Y%m%d}-{secrets.token_hex(3)}"
    return f"{name}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def write_key_file(path: Path, lines: list[str], replace: bool = False) -> bool:
    """Put the keys there whole or not at all; False when another process was first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".keys-")  # made with mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write("\n".join(lines) + "\n")
            file.flush()
            os.fsync(file.fileno())
        if replace:
            os.replace(temporary, path)
            return True
        os.link(temporary, path)
    except FileExistsError:
        return False
    finally:
        Path(temporary).unlink(missing_ok=True)
    return True


def read_key_file(path: Path) -> list[str] | None:
    """The lines of the key file; None without one. Raises BadSetting when others may read it or it is unreadable."""
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise BadSetting(f"The key file {path} cannot be read. Check what it holds and who may read it.") from None
    if mode & 0o077:
        raise BadSetting(f"The key file {path} can be read by others. Run `chmod 600` on it.")
    return text.split()


def load_cipher(settings: Settings, clock: Callable[[], datetime], stored_key: Callable[[], str | None]) -> Cipher:
    """The cipher of this service; makes the key file where none is.

    `stored_key` names the key that existing records need, if any: then a missing file is a loss, not a first start.
    Raises BadSetting or WrongKey with a sentence that says what to do.
    """
    if settings.encryption_keys:
        return Cipher(parse_keys(settings.encryption_keys))
    path = key_file(settings)
    lines = read_key_file(path)
    if lines is None:
        key_id = stored_key()
        # Looked at once more: the file is written before the row, so another process's first start is no loss.
        if key_id is not None and not path.exists():
            raise WrongKey(LOST.format(path=path, key_id=key_id))
        if key_id is None and write_key_file(path, [new_key(clock())]):
            print(f"The records are encrypted with the key in {path}. Keep a copy apart from the database.", file=sys.stderr)
        lines = read_key_file(path) or []
    return Cipher(parse_keys(",".join(lines)))
