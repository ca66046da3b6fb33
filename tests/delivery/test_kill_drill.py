"""A small kill drill with real processes: every request arrives once, whatever dies while it is made."""

from __future__ import annotations

import re

import pytest

from tests.delivery.kill_drill import main


def test_requests_made_while_processes_are_killed_arrive_once(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--kills", "6", "--seed", "14", "--lease", "4"])
    said = capsys.readouterr()
    assert code == 0, said.err
    last = said.out.splitlines()[-1]
    counts = {name: int(count) for name, count in re.findall(r"([a-z ]+?) (\d+)(?:, |$)", last)}
    assert counts["kills"] == 6
    assert counts["requests"] == counts["rows"] == counts["distinct notices"] >= 2
