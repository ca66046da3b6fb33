"""A TCP relay of the tests' own: passes on, slows down, swallows or resets what goes between two parts."""

from __future__ import annotations

import socket
import struct
import threading
import time

LINGER_NONE = struct.pack("ii", 1, 0)  # close with a reset


class Relay:
    """Listens on `port` and passes to `target`; `delay` (seconds for each piece) and `mode` may change at any time.

    Modes: "pass", "black_hole" (takes everything, answers nothing), "reset" (ends what is open and what comes).
    """

    def __init__(self, target: int) -> None:
        self.target, self.delay, self.mode = target, 0.0, "pass"
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = int(self._listener.getsockname()[1])
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def become(self, mode: str, delay: float = 0.0) -> None:
        """Change what it does; "reset" ends what is open."""
        self.mode, self.delay = mode, delay
        if mode == "reset":
            for one in list(self._open):
                self._end(one)

    def close(self) -> None:
        """Stop listening and end what is open."""
        self._listener.close()
        self.become("reset")

    def _end(self, one: socket.socket) -> None:
        self._open.discard(one)
        try:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NONE)
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        one.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self.mode == "reset":
                self._end(near)
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.target), 2)
                far.settimeout(None)
            except OSError:
                self._end(near)
                continue
            self._open |= {near, far}
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while piece := source.recv(65536):
                while self.mode == "black_hole":
                    time.sleep(0.02)
                if self.delay:
                    time.sleep(self.delay)
                sink.sendall(piece)
        except OSError:
            pass
        self._end(source)
        self._end(sink)
