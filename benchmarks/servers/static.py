"""The ceiling for bulletins: a bare ASGI application that serves one file, on the same uvicorn."""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any, Final

APP: Final = "benchmarks.servers.static:make_app"
FILE: Final = "MELDPUNT_BENCH_FILE"
FROM_DISK, FROM_MEMORY = "/disk", "/memory"

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Static:
    """The application. One path reads the file for every request, the other remembers it."""

    def __init__(self, file: Path) -> None:
        self._path = str(file)
        self._content = file.read_bytes()

    async def __call__(self, scope: MutableMapping[str, Any], _: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        content = self._content
        if scope["path"] == FROM_DISK:
            with open(self._path, "rb", buffering=0) as file:  # noqa: PTH123, ASYNC230 (as a file server reads)
                content = file.read()
        fields = [
            (b"content-type", b"application/octet-stream"),
            (b"content-length", b"%d" % len(content)),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": fields})
        await send({"type": "http.response.body", "body": content})


def make_app() -> Static:
    """Return the application for the file that the environment names."""
    return Static(Path(os.environ[FILE]))
