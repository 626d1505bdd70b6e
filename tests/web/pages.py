"""Pages of tests: a web server of their own, and the page that takes commands."""

import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.web.browser import Tab


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Write nothing."""


@contextmanager
def serving_pages(folder: Path) -> Iterator[int]:
    """Serve a folder on a port of this machine, as `localhost` and as 127.0.0.1."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def ask(tab: Tab, command: str, **given: object) -> Any:  # noqa: ANN401 (of the command)
    """Give the page a command; return its value, or what it tells of an error."""
    answer = tab.evaluate("(given) => command(given)", {"command": command, **given})
    return answer.get("error") or answer["value"]
