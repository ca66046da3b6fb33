"""Rasa's own commands, without the deprecation warnings of packages of its age: `.venv/bin/python tools/quiet_rasa.py shell`."""

from __future__ import annotations

import os
import sys
import warnings

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")


def main() -> None:
    """Sanic turns these warnings on when it is imported, Rasa when it starts: each is answered after that."""
    import sanic.app  # noqa: F401

    warnings.filterwarnings("ignore", category=DeprecationWarning)
    import rasa.__main__
    import rasa.utils.common

    rasa.utils.common.EXPECTED_WARNINGS.append((DeprecationWarning, ""))
    rasa.__main__.main()


if __name__ == "__main__":
    sys.exit(main())
