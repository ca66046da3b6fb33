"""A website that is not ours, with the widget on it: plain, with a strict policy, and with styles that spoil everything."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SPOILING = """
html { transform: translateY(-40px) rotate(1deg); filter: sepia(1); perspective: 100px; font-size: 40px; }
iframe, body ~ * { all: unset !important; display: none !important; visibility: hidden !important; opacity: 0 !important;
  position: absolute !important; left: -9999px !important; width: 1px !important; height: 1px !important;
  z-index: -1 !important; pointer-events: none !important; transform: scale(0) !important; clip-path: inset(50%) !important;
  animation: gone 1s infinite !important; }
@keyframes gone { to { opacity: 0; transform: rotate(90deg); } }
"""
# The two directives of docs/widget.md, and nothing else; scripts may not make markup from text either.
STRICT = "default-src 'none'; script-src {origin}; frame-src {origin}; require-trusted-types-for 'script'"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>A site</title>{style}</head><body><main>
<h1>A site of somebody else</h1><p>Some words of the site.</p>
<p><a id="before" href="tel:+18005550100" data-chat-open>Talk to us</a></p></main>
<script src="{origin}/widget.js" async {options}></script></body></html>"""


class Site:
    """Serves /plain, /strict and /spoiling from another origin than the widget's."""

    def __init__(self, widget_origin: str) -> None:
        self.widget, self.options = widget_origin, ""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                """One page."""
                kind = self.path.strip("/").partition("?")[0]
                if kind not in ("plain", "strict", "spoiling"):
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                if kind == "strict":
                    self.send_header("Content-Security-Policy", STRICT.format(origin=site.widget))
                self.end_headers()
                style = f"<style>{SPOILING}</style>" if kind == "spoiling" else ""
                self.wfile.write(PAGE.format(origin=site.widget, style=style, options=site.options).encode())

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        # Another name than the widget's is another site for the browser; the same name, another origin of the same site.
        self.url = f"http://localhost:{self._server.server_port}"
        self.sibling = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()
