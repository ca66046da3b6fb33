"""What stands for the centre's mail server and for its other system: real sockets, real TLS, on loopback."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def certificate(folder: Path, host: str = "127.0.0.1") -> Path:
    """A key and a certificate for `host` that signs itself, in one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = dt.datetime.now(dt.timezone.utc)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = folder / f"{host}.pem"
    plain = serialization.NoEncryption()
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def _context(file: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@dataclass
class Hooked:
    """What a webhook receiver got; `answers` are the statuses it gives, the last one for ever."""

    port: int = 0
    answers: list[int] = field(default_factory=lambda: [200])
    waits: float = 0.0
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def keys(self) -> list[str]:
        """Idempotency keys in the order of arrival."""
        return [headers["idempotency-key"] for headers, _ in self.got]


@contextmanager
def hook(tls: Path | None = None) -> Iterator[Hooked]:
    """A webhook receiver."""
    state = Hooked()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            state.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            time.sleep(state.waits)
            status = state.answers.pop(0) if len(state.answers) > 1 else state.answers[0]
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"http://127.0.0.1:{state.port}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = _context(tls).wrap_socket(server.socket, server_side=True)
    state.port = server.server_address[1]
    with _running(server):
        yield state


@dataclass
class Mailed:
    """What a mail server got, and how it answers."""

    port: int = 0
    offers_tls: bool = True
    refuses: str = ""
    got: list[str] = field(default_factory=list)
    plain_words: list[str] = field(default_factory=list)  # commands that came before TLS
    logins: int = 0


@contextmanager
def mail_server(file: Path, from_first_byte: bool = False) -> Iterator[Mailed]:
    """A mail server with TLS from the first byte (smtps) or by STARTTLS."""
    state, context = Mailed(), _context(file)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            sock, tls = self.request, from_first_byte
            if tls:
                sock = context.wrap_socket(sock, server_side=True)
            stream = sock.makefile("rb")

            def say(line: str) -> None:
                sock.sendall(line.encode() + b"\r\n")

            say("220 test")
            while line := stream.readline():
                word = line.split()[0].decode().upper() if line.split() else ""
                if not tls:
                    state.plain_words.append(word)
                if word == "EHLO":
                    say("250-test")
                    say("250 AUTH PLAIN" if tls else ("250 STARTTLS" if state.offers_tls else "250 HELP"))
                elif word == "STARTTLS" and state.offers_tls:
                    say("220 go")
                    sock, tls = context.wrap_socket(sock, server_side=True), True
                    stream = sock.makefile("rb")
                elif word == "AUTH":
                    state.logins += 1
                    say("235 fine")
                elif word == "RCPT" and state.refuses:
                    say(state.refuses)
                elif word == "DATA":
                    say("354 go")
                    lines = []
                    while (part := stream.readline()) not in (b".\r\n", b""):
                        lines.append(part)
                    state.got.append(b"".join(lines).decode())
                    say("250 taken")
                elif word == "QUIT":
                    say("221 bye")
                    return
                else:
                    say("250 fine")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads, allow_reuse_address = True, True

        def handle_error(self, *_: Any) -> None:
            return

    server = Server(("127.0.0.1", 0), Handler)
    state.port = server.server_address[1]
    with _running(server):
        yield state


@contextmanager
def _running(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
