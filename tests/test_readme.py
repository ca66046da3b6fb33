"""README and the pages it leads to: every path exists, every command is one of the Makefile's."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import PROJECT

PAGES = sorted([*PROJECT.glob("*.md"), PROJECT / "bot" / "README.md", *(PROJECT / "docs").rglob("*.md")])
MADE = ("var/", "models/", ".venv/", ".tools/", "results/")  # what running makes; not in a fresh clone
MOST_LINES = 120


def _page(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def _quoted(path: Path) -> set[str]:
    """Paths that a page names in backticks."""
    found = re.findall(r"`([\w./-]+/[\w./-]*|[\w-]+\.(?:yml|py|md|toml|lock|js|css|sh))`", path.read_text(encoding="utf-8"))
    return {one for one in found if not one.startswith(("/", *MADE)) and "<" not in one}


def _exists(name: str, page: Path) -> bool:
    """As named from the top, from the page's own folder, or (a bare name) anywhere in the project."""
    if (PROJECT / name).exists() or (page.parent / name).exists():
        return True
    folders = ("bot", "actions", "data", "docs", "ops", "tools", "tests", "benchmarks")
    bare = name.rstrip("/")
    return "/" not in bare and any(next((PROJECT / folder).rglob(bare), None) for folder in folders)


@pytest.mark.parametrize("page", PAGES, ids=_page)
def test_every_path_on_a_page_exists(page: Path) -> None:
    """A page that names what is not there sends a newcomer astray."""
    assert [name for name in sorted(_quoted(page)) if not _exists(name, page)] == []


def test_the_table_has_a_path_for_every_question() -> None:
    """The one-minute test for newcomers."""
    rows = re.findall(r"^\| (.+?\?|.+?\.) \| (.+) \|$", (PROJECT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) >= 15
    assert all("`" in answer for _, answer in rows)


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=_page)
def test_every_command_on_a_page_is_one_of_the_makefile(page: Path) -> None:
    """`make something` in backticks or in a block."""
    named = set(re.findall(r"(?:`|^)(?:PORT=\d+ )?make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= _targets()


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/console.md"])
def test_a_python_command_names_the_python_that_has_the_packages(page: str) -> None:
    """As it stands there it can be typed."""
    assert re.findall(r"(?<!\.venv/bin/)python (?:-m|tools/)\S*", (PROJECT / page).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("module", ["bot.evaluate", "bot.console.account", "bot.train", "benchmarks.report"])
def test_another_python_says_which_one_to_use(module: str) -> None:
    """Typed as `python -m`, as elsewhere in these pages."""
    without_packages = [sys.executable, "-S", "-m", module]
    done = subprocess.run(without_packages, cwd=PROJECT, env={"PATH": ""}, capture_output=True, text=True)
    assert done.returncode == 1
    assert ".venv/bin/python" in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr


def test_make_alone_lists_every_target_with_what_it_does() -> None:
    """Nobody has to read the Makefile."""
    said = subprocess.run(["make"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    for target in _targets() - {"ready"}:
        assert re.search(rf"make {target} +\S", said), target


def test_every_link_and_picture_leads_somewhere() -> None:
    """Within the project."""
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            if not target.startswith(("http://", "https://", "tel:", "mailto:")):
                assert (page.parent / target).exists(), f"{_page(page)}: {target}"


def test_the_readme_is_short_and_says_the_two_commands() -> None:
    """People first."""
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    assert "make run" in text
    assert "make test" in text


def test_ci_runs_the_readme_s_test_command_and_fails_on_a_skip() -> None:
    """What lands is what a newcomer can run."""
    run = (PROJECT / ".ci" / "run").read_text(encoding="utf-8")
    assert "make test" in run
    assert "export CI=true" in run
