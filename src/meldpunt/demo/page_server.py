"""A small web server for the reporter's page, with one folder for each line of the demonstration.

It stands for the server of an office: another origin than the host, and the same files for every
line. docs/pages.md says how to serve a page to people.
"""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from meldpunt.client import LineAddress
from meldpunt.page import INDEX, LINE, PageBuild, line_file, read_build

_ADDRESS: Final = "127.0.0.1"
_TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript",
    "css": "text/css",
    "json": "application/json",
}


@dataclass(slots=True)
class PageServer:
    """Pages that are served."""

    origin: str
    build: PageBuild = field(default_factory=read_build)
    _lines: dict[str, bytes] = field(default_factory=dict)

    def add(self, folder: str, address: LineAddress) -> str:
        """Serve the page of a line in a folder, such as `/sandbox/`; returns its URL."""
        self._lines[folder] = line_file(str(address))
        return self.origin + folder

    def find(self, path: str) -> tuple[str, bytes] | None:
        """Return media type and content of what is at a path, or None."""
        folder, _, name = path.partition("?")[0].rpartition("/")
        line = self._lines.get(f"{folder}/")
        if line is None:
            return None
        name = name or INDEX
        data = line if name == LINE else self.build.files.get(name)
        return None if data is None else (_TYPES[name.rpartition(".")[2]], data)


@contextmanager
def serving_pages(wanted: int = 0) -> Iterator[PageServer]:
    """Serve pages on a port of this machine, until the end.

    Args:
        wanted: The port, if nobody has it; else any other.
    """

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = pages.find(self.path)
            if found is None and pages.find(f"{self.path}/"):
                self.send_response(301)  # typed without the last slash
                self.send_header("Location", f"{self.path}/")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(404 if found is None else 200)
            kind, data = found or ("text/plain", b"Nothing here.\n")
            for name, value in (
                ("Content-Type", kind),
                ("Content-Length", str(len(data))),
                ("Content-Security-Policy", pages.build.manifest.policy),
                ("Cache-Control", "no-store"),
                ("Referrer-Policy", "no-referrer"),
                ("X-Content-Type-Options", "nosniff"),
            ):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Write nothing: a page's server keeps no log."""

    with _listening(wanted, Handler) as server:
        pages = PageServer(f"http://{_ADDRESS}:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield pages
        finally:
            server.shutdown()
            thread.join()


def _listening(
    wanted: int, handler: type[http.server.BaseHTTPRequestHandler]
) -> http.server.ThreadingHTTPServer:
    try:
        return http.server.ThreadingHTTPServer((_ADDRESS, wanted), handler)
    except OSError:
        return http.server.ThreadingHTTPServer((_ADDRESS, 0), handler)
