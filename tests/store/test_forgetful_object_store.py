"""An object store that says it kept a piece, and did not: nothing is confirmed."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from meldpunt.server.errors import BusyError
from tests.store.test_blobs import blocks, content, new_name
from tests.store.test_full_object_store import store_at
from tests.support.process import ADDRESS

DATA = bytes(range(256)) * 1024


@contextmanager
def keeping(kept: bytes | None) -> Iterator[str]:
    """Answer every PUT with an ETag, and every GET with one content; gives the origin."""

    class Answer(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            self.rfile.read(int(self.headers["content-length"] or 0))
            self.send_response(200)
            self.send_header("etag", '"0123456789abcdef0123456789abcdef"')
            self.send_header("content-length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            if kept is None:
                self.send_response(404)
                self.send_header("content-length", "0")
                self.end_headers()
                return
            start, end = self._range(kept)
            self.send_response(206)
            self.send_header("content-range", f"bytes {start}-{end - 1}/{len(kept)}")
            self.send_header("content-length", str(end - start))
            self.send_header("last-modified", "Thu, 01 Jan 1970 00:00:00 GMT")
            self.send_header("etag", '"0123456789abcdef0123456789abcdef"')
            self.end_headers()
            self.wfile.write(kept[start:end])

        def _range(self, data: bytes) -> tuple[int, int]:
            first, _, last = self.headers["range"].removeprefix("bytes=").partition("-")
            if not first:
                return max(len(data) - int(last), 0), len(data)
            return int(first), min(int(last) + 1, len(data))

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    server = ThreadingHTTPServer((ADDRESS, 0), Answer)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://{ADDRESS}:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "kept",
    [None, DATA[:-1], DATA + b"x", DATA[:-1] + b"x", DATA[-1024:]],
    ids=["nothing", "too-short", "too-long", "another-end", "the-end-alone"],
)
async def test_what_a_store_did_not_keep_is_not_confirmed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: bytes | None
) -> None:
    with keeping(kept) as origin:
        store = store_at(origin, tmp_path, monkeypatch)
        with pytest.raises(BusyError):
            await store.write(new_name(), blocks(DATA))
        await store.close()


@pytest.mark.parametrize("data", [DATA, DATA[:1]], ids=["long", "one-byte"])
async def test_what_a_store_kept_is_confirmed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    with keeping(data) as origin:
        store, name = store_at(origin, tmp_path, monkeypatch), new_name()
        await store.write(name, blocks(data))
        assert await content(store, name, 0, len(data)) == data
        await store.close()
