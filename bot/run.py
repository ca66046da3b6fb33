"""Starts the whole service and keeps it going: `python -m bot.run`. Ctrl-C ends every process it started."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from bot import log
from bot.errors import FrontDoorError
from bot.facility import load_facility
from bot.settings import PROJECT, BadSetting, Settings, read
from bot.wording import load_wording

LEAST_FREE_MB = 300
LOOK_EVERY = 0.2  # seconds between looks at the processes
FAST_DEATH, LONGEST_WAIT = 5.0, 30.0
END_SECONDS = 8.0
SHOWN_LINES = 6
MOST_LOG_MB = 20  # a log file larger than this is put aside at the next start; one is kept
PYTHON = (sys.executable, "-W", "ignore", "-m")  # the packages of Rasa's age warn about each other all the time


class CannotStart(Exception):
    """Says in one sentence what is wrong and what to do."""


@dataclass
class Process:
    """One process that is started again whenever it dies."""

    name: str
    module: str
    popen: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    wait: float = 0.0
    not_before: float = 0.0
    log: Path = Path(os.devnull)  # where it writes its log lines (allow-listed: bot/log.py)

    def start(self) -> None:
        """Start it; it dies with this one, however this one dies."""
        self.started = time.monotonic()
        with self.log.open("ab") as said:
            self.popen = subprocess.Popen(
                [*PYTHON, self.module],
                cwd=PROJECT,
                env=dict(os.environ),
                preexec_fn=_die_with_parent,
                stdout=said,
                stderr=said,
            )

    def look(self) -> None:
        """Start it again if it died, later and later if it dies at once."""
        now = time.monotonic()
        if self.popen is not None and self.popen.poll() is not None:
            quick = now - self.started < FAST_DEATH
            self.wait = min(LONGEST_WAIT, self.wait * 2 or 0.5) if quick else 0.0
            log.event("process.died", process=self.name, code=self.popen.returncode)
            if quick:
                print(self.last_words(), file=sys.stderr, flush=True)
            self.popen, self.not_before = None, now + self.wait
        if self.popen is None and now >= self.not_before:
            self.start()

    def last_words(self) -> str:
        """The end of its log, for the person at the keyboard when it cannot start."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.is_file() else []
        return "\n".join(lines[-SHOWN_LINES:])

    def end(self) -> None:
        """Ask it to end; kill it when it does not."""
        if self.popen is None or self.popen.poll() is not None:
            return
        self.popen.terminate()
        try:
            self.popen.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()


def _die_with_parent() -> None:
    os.setsid()  # Ctrl-C reaches this process alone, which then ends the others in order
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def check(settings: Settings) -> None:
    """Raise CannotStart for anything that would stop us later, in words for the person at the keyboard."""
    try:
        settings.var.mkdir(parents=True, exist_ok=True)
        probe = settings.var / "probe"
        probe.write_text("x")
        probe.unlink()
    except OSError:
        raise CannotStart(
            f"The folder {shown(settings.var)} cannot be written to. Check who owns it, or set VAR_DIR."
        ) from None
    if shutil.disk_usage(settings.var).free < LEAST_FREE_MB * 1e6:
        raise CannotStart(f"The disk that holds {shown(settings.var)} is nearly full; {LEAST_FREE_MB} MB must be free.")
    check_address(settings)
    load_facility()
    load_wording()


def shown(path: Path) -> str:
    """A path as a person at this keyboard would name it."""
    return str(path.relative_to(PROJECT) if path.is_relative_to(PROJECT) else path) + "/"


def check_address(settings: Settings) -> None:
    """Raise CannotStart when nobody could listen at HOST and PORT."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            sentence = {
                errno.EADDRINUSE: f"Port {settings.port} is taken. End what uses it, or choose another: PORT=8081 make run",
                errno.EACCES: f"Port {settings.port} is kept for root. Choose one above 1023: PORT=8080 make run",
            }.get(error.errno or 0, "HOST is no address of this machine. Leave it out, or set 127.0.0.1 or 0.0.0.0.")
            raise CannotStart(sentence) from None


def to_the_end(module: str) -> int:
    """Run one of our modules and wait for it; like the others, it ends when this process does."""
    child = subprocess.Popen([*PYTHON, module], cwd=PROJECT, preexec_fn=_die_with_parent)
    try:
        return child.wait()
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait()


def prepare() -> None:
    """Database and model, each by its own module; what it says is shown as it says it."""
    for module, sentence in (
        ("bot.records.migrate", "The database is not ready; see above."),
        ("bot.train", "There is no trained model; see above."),
    ):
        if to_the_end(module):
            raise CannotStart(sentence)


def _made(settings: Settings) -> int | None:
    """When the safety net's classifier was trained; None when it was not."""
    try:
        return (settings.models / "safety.npz").stat().st_mtime_ns
    except OSError:
        return None


def log_file(settings: Settings, name: str) -> Path:
    """Where a process writes; a file grown too large is put aside."""
    path = settings.var / "logs" / f"{name}.log"
    path.parent.mkdir(exist_ok=True)
    if path.is_file() and path.stat().st_size > MOST_LOG_MB * 1e6:
        path.replace(path.with_suffix(".old"))
    return path


def ready(settings: Settings) -> bool:
    """Whether the whole assistant answers."""
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://{settings.host}:{settings.port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def supervise(settings: Settings, processes: list[Process]) -> None:
    """Keep all going until a signal comes."""
    ending: list[int] = []
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda number, frame: ending.append(number))
    said = False
    while not ending:
        for process in processes:
            process.look()
        if not said and ready(settings):
            address, logs = f"http://{settings.host}:{settings.port}", shown(settings.var / "logs")
            print(f"The assistant is ready: {address}   (logs: {logs})", flush=True)
            said = True
        time.sleep(LOOK_EVERY)


def main() -> int:
    """Check, prepare, start, keep going, end."""
    assistant, gateway = Process("assistant", "bot.assistant"), Process("gateway", "bot.gateway")
    processes = [assistant, gateway]
    try:
        settings = read()
        check(settings)
        for process in processes:
            process.log = log_file(settings, process.name)
        gateway.start()  # the floor first: danger is answered while all else is made ready
        net = _made(settings)
        prepare()
        if _made(settings) != net:  # trained just now: the front door reads it when it starts
            gateway.end()
            gateway.start()
        supervise(settings, processes)
    except (CannotStart, BadSetting, FrontDoorError) as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped before it was ready.", file=sys.stderr)
        return 130
    finally:
        for process in reversed(processes):
            process.end()
        if assistant.started:  # not the socket of a service that runs beside this one
            settings.socket.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
