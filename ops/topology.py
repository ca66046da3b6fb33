"""Brings the topology of production up as plain processes on one machine: `python -m ops.topology [--pairs 2]`.

PostgreSQL, Redis, HAProxy and N pairs of front door and assistant, each pair with a folder and a socket of its own, all
with the same keys; for tests and benchmarks. Everything lies in one temporary folder and ends with the process.
"""

from __future__ import annotations

import argparse
import base64
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from bot.facility import load_facility
from bot.settings import PROJECT

CONFIG = PROJECT / "ops" / "haproxy.cfg"
READY_SECONDS, END_SECONDS = 180.0, 10.0
PYTHON = (sys.executable, "-W", "ignore", "-m")
PLACE = "# SERVERS"


class NotUp(Exception):
    """Something of the topology did not come up."""


def free_port() -> int:
    """A port that nothing listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def status_of(url: str, seconds: float = 2.0) -> int:
    """The HTTP status that this address answers with; 0 when nothing answers."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=seconds) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return int(error.code)
    except OSError:
        return 0


def wait_for(url: str, seconds: float = READY_SECONDS) -> None:
    """Wait until this address answers 200. Raises NotUp."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if status_of(url) == 200:
            return
        time.sleep(0.1)
    raise NotUp(f"{url} did not answer")


def end_process(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end; kill it when it does not."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@dataclass
class Redis:
    """A Redis that keeps nothing on disk; `stop` and `start` again play one that goes away."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """For REDIS_URL."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start and wait until it listens."""
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        end = time.monotonic() + 10
        while time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise NotUp("Redis does not listen")

    def stop(self) -> None:
        """End it."""
        if self.process:
            end_process(self.process)
            self.process = None


class Pair:
    """One front door with its assistant, as one pod runs them."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.port = folder, free_port()
        folder.mkdir(parents=True, exist_ok=True)
        self.environment = {**environment, "VAR_DIR": str(folder), "PORT": str(self.port)}
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def url(self) -> str:
        """Where its front door listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start both processes; what they print goes to files in the folder."""
        for name in ("gateway", "assistant"):  # the floor first, as bot/run.py does
            self.start_one(name)

    def start_one(self, name: str) -> None:
        """Start `gateway` or `assistant`."""
        with (self.folder / f"{name}.log").open("ab") as log:
            command = [*PYTHON, f"bot.{name}"]
            self.running[name] = subprocess.Popen(command, cwd=PROJECT, env=self.environment, stdout=log, stderr=log)

    def kill(self) -> None:
        """kill -9 both, as a machine that loses power does."""
        for process in self.running.values():
            process.send_signal(signal.SIGKILL)
        for process in self.running.values():
            process.wait()
        self.running.clear()

    def stop(self) -> None:
        """End both in order."""
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            end_process(process)
        self.running.clear()

    def memory(self) -> int:
        """Bytes that both processes hold."""
        return sum(resident(process.pid) for process in self.running.values())


def resident(pid: int) -> int:
    """Bytes of memory that a process holds; 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


class Proxy:
    """HAProxy with the configuration of production, its places filled in."""

    def __init__(self, folder: Path, pairs: list[Pair]) -> None:
        self.folder, self.port, self.monitoring = folder, free_port(), free_port()
        servers = "\n    ".join(f"server door{n} 127.0.0.1:{pair.port}" for n, pair in enumerate(pairs, 1))
        self.file = folder / "haproxy.cfg"
        self.file.write_text(CONFIG.read_text(encoding="utf-8").replace(PLACE, servers), encoding="utf-8")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """What the outside world sees."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it."""
        given = {
            "DOOR_BIND": f"127.0.0.1:{self.port}", "MONITORING_BIND": f"127.0.0.1:{self.monitoring}",
            "PHONE": load_facility().phone_display, "STATS_SOCKET": str(self.folder / "haproxy.sock"),
        }  # fmt: skip
        with (self.folder / "haproxy.log").open("ab") as log:
            self.process = subprocess.Popen(
                ["haproxy", "-db", "-f", str(self.file)], env={**os.environ, **given}, stdout=log, stderr=log
            )

    def stop(self) -> None:
        """End it."""
        if self.process:
            end_process(self.process)
            self.process = None


class Topology:
    """All of it; `database_url` names a PostgreSQL that is there already."""

    def __init__(self, folder: Path, database_url: str, pairs: int = 2, **environment: str) -> None:
        self.folder, self.redis = folder, Redis(folder)
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        self.environment = {
            **os.environ, "DATABASE_URL": database_url, "REDIS_URL": self.redis.url, "ENCRYPTION_KEYS": f"k1:{key}",
            "SESSION_SECRET": secrets.token_urlsafe(32), "RATE_LIMIT": "off", **environment,
        }  # fmt: skip
        self.pairs = [Pair(folder / f"pair{number}", self.environment) for number in range(1, pairs + 1)]
        self.proxy = Proxy(folder, self.pairs)

    @property
    def url(self) -> str:
        """What the outside world sees."""
        return self.proxy.url

    def start(self) -> Topology:
        """Tables, Redis, pairs, proxy; returns when every pair is ready and the proxy knows it."""
        self.redis.start()
        subprocess.run([*PYTHON, "bot.records.migrate"], cwd=PROJECT, env=self.environment, check=True, capture_output=True)
        for pair in self.pairs:
            pair.start()
        self.proxy.start()
        for pair in self.pairs:
            wait_for(f"{pair.url}/readyz")
        wait_for(f"{self.url}/healthz")
        return self

    def stop(self) -> None:
        """End all of it."""
        self.proxy.stop()
        for pair in self.pairs:
            pair.stop()
        self.redis.stop()


def main() -> int:
    """Bring it up with a PostgreSQL of its own and keep it until Ctrl-C."""
    from tests.services.postgres import PostgresServer

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=2)
    pairs = parser.parse_args().pairs
    folder = Path(tempfile.mkdtemp(prefix="topology-"))
    folder.chmod(0o755)
    (folder / "postgres").mkdir(mode=0o755)
    server = PostgresServer(folder / "postgres")
    server.start()
    topology = Topology(folder, server.new_database(), pairs)
    try:
        topology.start()
        print(f"{pairs} pairs behind {topology.url}; Ctrl-C ends all of it.", flush=True)
        signal.pause()
    except KeyboardInterrupt:
        return 0
    finally:
        topology.stop()
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
