"""Lets schemathesis, in an environment of its own, make requests from bot/gateway/openapi.yml against the real service.

`make fuzz SECONDS=1800`; ends with 1 at the first answer of 500, or one that the description does not name.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bot.settings import PROJECT
from tests.services.front_door import PATIENT, FrontDoor, Talk
from tests.sms.stand_ins import ACCOUNT, OURS, TOKEN

PROGRAM = PROJECT / ".tools" / "fuzz" / "bin" / "st"
SPEC = PROJECT / "bot" / "gateway" / "openapi.yml"
ROUND = 120  # seconds of one conversation; a request that erases it leaves the rest of the round unknown to the service
# Texting is set up, and no made-up signature is right: nothing goes out.
TEXTING = {
    "TWILIO_ACCOUNT_SID": ACCOUNT,
    "TWILIO_AUTH_TOKEN": TOKEN,
    "TWILIO_FROM": OURS,
    "TWILIO_API_BASE": "http://127.0.0.1:9",
}
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def one_round(door: FrontDoor, seconds: int, seed: int) -> int:
    """What schemathesis ends with after `seconds` against a fresh conversation."""
    command = [
        str(PROGRAM), "run", str(SPEC), "--url", door.url, "--checks", CHECKS, "--max-time", str(seconds), "--seed", str(seed),
        "--header", f"Authorization: Bearer {Talk(door).token}", "--request-timeout", "30", "--suppress-health-check", "all",
        "--no-color", "--warnings", "off", "--output-sanitize", "true", "--generation-database", "none",
    ]  # fmt: skip
    return subprocess.run(command, cwd=door.folder, check=False).returncode


def main() -> int:
    """0 when nothing broke."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=int, default=1800)
    end = time.monotonic() + parser.parse_args().seconds
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        door = FrontDoor(Path(folder), **PATIENT, **TEXTING)
        try:
            door.open()
            seed, broken = 0, 0
            while not broken and (left := int(end - time.monotonic())) > 0:
                broken = one_round(door, min(ROUND, left), seed)
                seed += 1
            if "Traceback" in door.logs():
                print("A process wrote a traceback.", file=sys.stderr)
                broken = 1
        finally:
            door.close()
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
