"""Setting up on a machine where something is wrong: a clear sentence and a non-zero exit, never a traceback."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import PROJECT


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What set-up needs of the project, in a folder of its own; nothing is installed yet."""
    (tmp_path / "tools").mkdir()
    shutil.copy(PROJECT / "tools" / "set_up.py", tmp_path / "tools")
    for lock in PROJECT.glob("requirements*.lock"):
        shutil.copy(lock, tmp_path)
    return tmp_path


def command(before: str = "") -> list[str]:
    """tools/set_up.py as a program; `before` changes the machine as it looks to it."""
    code = f"import sys; sys.path.insert(0, 'tools'); import set_up\n{before}\nsys.exit(set_up.main())"
    return [sys.executable, "-c", code]


def set_up(folder: Path, before: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run it there."""
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), **environment}
    return subprocess.run(command(before), cwd=folder, env=env, capture_output=True, text=True, timeout=60)


def fake_uv(folder: Path, on_install: str) -> Path:
    """A uv that makes an environment of nothing and does `on_install` (shell) when packages are to be installed."""
    uv = folder / ".tools" / "uv" / "bin" / "uv"
    uv.parent.mkdir(parents=True)
    python = f"#!/bin/sh\\nexec {sys.executable}"
    uv.write_text(
        f"""#!/bin/sh
for last; do :; done
case "$1 $2" in
  venv*) mkdir -p "$last/bin"; printf '{python} "$@"\\n' > "$last/bin/python"; chmod +x "$last/bin/python" ;;
  "pip sync") {on_install} ;;
esac
"""
    )
    uv.chmod(0o755)
    return uv


def half_made(folder: Path, mark: str | None) -> Path:
    """An environment whose Python runs and in which files of a package are missing; the file that is there."""
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    package = folder / ".venv" / "lib" / "half.dist-info"
    package.parent.mkdir(parents=True)
    package.write_text("")
    if mark is not None:
        (folder / ".venv" / "ready").write_text(mark)
    return package


def refused(done: subprocess.CompletedProcess[str], said: str) -> None:
    """It said so, and nothing else went wrong."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_full_disk(clone: Path) -> None:
    """Said before anything is fetched."""
    done = set_up(clone, "set_up.SPARE_GB = 10**9")
    refused(done, "Free some room there and try again")
    assert f"The disk that holds {clone} has" in done.stderr
    assert not (clone / ".tools" / "uv").exists()


def test_what_is_already_there_needs_no_room(clone: Path) -> None:
    """Packages in uv's cache are not asked for a second time, wherever the cache lies."""
    cache = clone / "elsewhere"
    said = [set_up(clone, "print(sum(set_up.needs().values())); sys.exit(0)", UV_CACHE_DIR=str(cache)).stdout]
    cache.mkdir()
    with (cache / "packages").open("wb") as packages:
        packages.truncate(2 * 10**9)  # a hole: it takes no room
    said.append(set_up(clone, "print(sum(set_up.needs().values())); sys.exit(0)", UV_CACHE_DIR=str(cache)).stdout)
    assert float(said[0]) - float(said[1]) == pytest.approx(2.0, abs=0.01)


def test_the_disk_of_the_cache_is_looked_at_too(clone: Path) -> None:
    """It is named, with the way out."""
    before = "set_up.needs = lambda: {set_up.PROJECT: 0.0, set_up.cache(): 10.0**9}"
    done = set_up(clone, before, UV_CACHE_DIR=str(clone / "elsewhere"))
    refused(done, f"The disk that holds {clone / 'elsewhere'} has")
    assert "UV_CACHE_DIR" in done.stderr


def test_a_disk_that_fills_up_on_the_way(clone: Path) -> None:
    """As uv says it."""
    fake_uv(clone, "echo 'No space left on device (os error 28)'; exit 2")
    done = set_up(clone)
    refused(done, "is full. Free some room there and try again")
    assert not (clone / ".venv" / "ready").exists()


def test_a_folder_that_cannot_be_written_to(clone: Path) -> None:
    """Also for root, to whom every folder is open: a file stands where the folder should be."""
    (clone / ".tools").write_text("")
    refused(set_up(clone), "cannot be written to")


def test_no_pip_and_no_way_to_get_one(clone: Path) -> None:
    """Neither in Python, nor from the system."""
    refused(set_up(clone, "set_up.find_pip = lambda: None\nset_up.shutil.which = lambda name: None"), "python3-pip")


@pytest.fixture
def index(clone: Path) -> str:
    """A package index in a folder, with a uv of our own in it; the clone's lock file names its hash."""
    shelf = clone / "index" / "uv"
    shelf.mkdir(parents=True)
    name, about = "uv-0.13.9-py3-none-any.whl", "uv-0.13.9.dist-info"
    with zipfile.ZipFile(shelf / name, "w") as wheel:
        program = zipfile.ZipInfo("uv-0.13.9.data/scripts/uv")
        program.external_attr = 0o100755 << 16  # a file that may be run
        wheel.writestr(program, "#!/bin/sh\necho a uv of our own\n")
        wheel.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: uv\nVersion: 0.13.9\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")
    (shelf / "index.html").write_text(f'<a href="{name}">{name}</a>')
    digest = hashlib.sha256((shelf / name).read_bytes()).hexdigest()
    (clone / "requirements-uv.lock").write_text(f"uv==0.13.9 --hash=sha256:{digest}\n")
    return shelf.parent.as_uri()


GET_UV = "set_up.TOOLS.mkdir(exist_ok=True); set_up.get_uv(); sys.exit(0)"


@pytest.mark.parametrize("setting", ["PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "pip.conf"])
def test_uv_comes_from_the_index_that_is_set(clone: Path, index: str, setting: str) -> None:
    """Only that one may be reachable."""
    environment = {setting: index}
    if setting == "pip.conf":
        (clone / "pip.conf").write_text(f"[global]\nindex-url = {index}\n")
        environment = {"PIP_CONFIG_FILE": str(clone / "pip.conf")}
    done = set_up(clone, GET_UV, **environment)
    assert done.returncode == 0, done.stderr
    assert subprocess.run([clone / ".tools/uv/bin/uv"], capture_output=True, text=True).stdout == "a uv of our own\n"
    told = set_up(clone, "print(set_up.pip_settings()); sys.exit(0)", **environment).stdout
    assert (index in told) is not setting.startswith("UV"), "uv reads its own settings by itself, and none of pip's"


def test_a_uv_of_another_hash_isrefused(clone: Path, index: str) -> None:
    """Whatever the index says."""
    (clone / "requirements-uv.lock").write_text(f"uv==0.13.9 --hash=sha256:{'0' * 64}\n")
    refused(set_up(clone, PIP_INDEX_URL=index, UV_CACHE_DIR=str(clone)), "uv could not be installed")
    assert not (clone / ".tools" / "uv" / "bin" / "uv").exists()


def test_python_without_pip_takes_the_system_s_and_changes_nothing_there(clone: Path, index: str) -> None:
    """Debian's python3 alone: its package of pip is fetched by whoever runs it, and unpacked inside the project."""
    import ensurepip

    tree, programs = clone / "tree", clone / "programs"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN" / "control").write_text("Package: p\nVersion: 1\nArchitecture: all\nMaintainer: n\nDescription: d\n")
    shelf = tree / "opt" / "some-wheels"
    shelf.mkdir(parents=True)
    for wheel in (Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl"):
        shutil.copy(wheel, shelf)
    subprocess.run(["dpkg-deb", "-b", tree, clone / "p.deb"], check=True, capture_output=True)
    programs.mkdir()
    (programs / "apt-get").write_text(f'#!/bin/sh\ncase "$*" in *download*) cp {clone}/p.deb . ;; esac\n')
    (programs / "apt-get").chmod(0o755)
    hidden = "sys.modules['ensurepip'] = None\nset_up.SYSTEM_WHEELS = set_up.Path('/opt/some-wheels')\n"
    done = set_up(clone, hidden + GET_UV, PIP_INDEX_URL=index, PATH=f"{programs}:{os.environ['PATH']}")
    assert done.returncode == 0, done.stderr
    assert subprocess.run([clone / ".tools/uv/bin/uv"], capture_output=True, text=True).stdout == "a uv of our own\n"


def test_no_python_and_no_way_to_fetch_one(clone: Path) -> None:
    """No 3.10 on PATH nor in pyenv, and uv cannot get one."""
    before = (
        "set_up.get_uv = lambda: None\nset_up.candidates = lambda: iter(())\n"
        "set_up.UV = set_up.Path('/bin/false')\nset_up.works = lambda python: False"
    )
    refused(set_up(clone, before), "no Python 3.10 on this machine")


@pytest.mark.parametrize("mark", [None, "", "of other lock files"])
def test_what_was_not_finished_is_begun_anew(clone: Path, mark: str | None) -> None:
    """uv would take the folders that are there for whole packages."""
    left, looked = half_made(clone, mark), clone / "mark-at-install"
    fake_uv(clone, f"ls {clone}/.venv > {looked}")
    done = set_up(clone)
    assert done.returncode == 0, done.stderr
    assert not left.exists()
    assert "ready" not in looked.read_text()
    assert set_up(clone).stdout == "", "now it is finished"


def test_packages_that_cannot_be_installed(clone: Path) -> None:
    """The half-finished environment does not count as ready, and the next run does not build on it."""
    left, uv = half_made(clone, "of other lock files"), fake_uv(clone, f"touch {clone}/.venv/half; exit 1")
    refused(set_up(clone), "Not every package could be installed")
    assert not (clone / ".venv" / "ready").exists()
    shutil.rmtree(uv.parents[1])
    fake_uv(clone, "true")
    assert set_up(clone).returncode == 0
    assert not left.exists()
    assert not (clone / ".venv" / "half").exists()


def hears_ctrl_c() -> None:
    """As at a terminal: what starts the tests in the background may have the signal ignored, and that is passed on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextlib.contextmanager
def installing(clone: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A set-up in the middle of installing, and the number of its uv."""
    os.mkfifo(clone / "pid")
    fake_uv(clone, f"echo $$ > {clone}/pid; exec sleep 60")
    env = {"PATH": os.environ["PATH"], "HOME": str(clone)}
    started = subprocess.Popen(
        command(), cwd=clone, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=hears_ctrl_c,
    )  # fmt: skip
    with started:
        yield started, int((clone / "pid").read_text())


def _gone(pid: int) -> bool:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        status = Path(f"/proc/{pid}/status")
        if not status.exists() or "State:\tZ" in status.read_text():
            return True
        time.sleep(0.02)
    return False


def test_an_end_from_the_keyboard(clone: Path) -> None:
    """One line, no traceback."""
    with installing(clone) as (started, uv):
        os.killpg(started.pid, signal.SIGINT)
        _, said = started.communicate(timeout=20)
    assert started.returncode == 130
    assert said.splitlines() == ["set-up: stopped. The same command begins it anew."]
    assert _gone(uv)


def test_killed_it_leaves_nobody_installing(clone: Path) -> None:
    """Or that one would write into the next environment."""
    with installing(clone) as (started, uv):
        started.kill()
    assert _gone(uv)
    assert not (clone / ".venv" / "ready").exists()


def test_pythons_that_do_not_run_are_passed_over(clone: Path) -> None:
    """A broken shim in pyenv is no Python 3.10; a later one that works is."""
    for version, text in (("3.10.9", "#!/bin/sh\nexit 1\n"), ("3.10.2", f'#!/bin/sh\nexec {sys.executable} "$@"\n')):
        python = clone / "pyenv" / "versions" / version / "bin" / "python3.10"
        python.parent.mkdir(parents=True)
        python.write_text(text)
        python.chmod(0o755)
    before = "set_up.shutil.which = lambda name: None\nprint(set_up.python310()); sys.exit(0)"
    assert "3.10.2" in set_up(clone, before, PYENV_ROOT=str(clone / "pyenv")).stdout


def test_nothing_is_done_twice(clone: Path) -> None:
    """With everything in place it is over at once and says nothing."""
    before = "set_up.works = lambda python: True\nset_up.VENV.mkdir()\nset_up.READY.write_text(set_up.digest())"
    done = set_up(clone, before)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
