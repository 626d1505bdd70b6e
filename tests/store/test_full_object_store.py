"""What stores that speak S3 answer when they are full, and what only looks like it."""

import errno
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final

import pytest
from pydantic import SecretStr

from meldpunt.server.errors import BusyError, StorageFullError
from meldpunt.server.store.blobs import BlobStore, object_store, open_blobs
from meldpunt.server.store.blobs.object_store import ObjectStore
from tests.store.test_blobs import LONG, blocks, new_name
from tests.support.hosts import make_settings
from tests.support.process import ADDRESS

FULL: Final = (
    (507, "XMinioStorageFull"),
    (507, None),
    (400, "XMinioAdminBucketQuotaExceeded"),
    (403, "QuotaExceeded"),
    (403, "InsufficientStorageSpace"),
)
OTHER: Final = ((403, "AccessDenied"), (404, "NoSuchBucket"), (500, "InternalError"), (503, None))


@contextmanager
def answering(status: int, code: str | None) -> Iterator[str]:
    """Answer every request in the same way; gives the origin. No store here can be filled up."""
    told = f"<Error><Code>{code}</Code><BucketName>secret-507</BucketName></Error>" if code else ""

    class Answer(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            self.rfile.read(int(self.headers["content-length"] or 0))
            self.send_response(status)
            self.send_header("content-length", str(len(told)))
            self.end_headers()
            self.wfile.write(told.encode())

        do_POST = do_PUT  # noqa: N815 (the library calls by the method)

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    server = ThreadingHTTPServer((ADDRESS, 0), Answer)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://{ADDRESS}:{server.server_port}"
    server.shutdown()
    server.server_close()


def store_at(origin: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> BlobStore:
    monkeypatch.setattr(object_store, "_PATIENCE", timedelta(seconds=0.3))
    changes: dict[str, Any] = {
        "attachments": "s3://secret-507/some/prefix",
        "s3_endpoint": origin,
        "s3_key_id": SecretStr("x"),
        "s3_secret": SecretStr("y"),
    }
    store = open_blobs(make_settings("sqlite:///x.db", folder / "secrets.json", **changes))
    assert isinstance(store, ObjectStore)
    store._is_ours = True  # these servers keep no mark
    return store


@pytest.mark.parametrize("size", [1, LONG], ids=["one-put", "several-parts"])
@pytest.mark.parametrize(("status", "code"), FULL)
async def test_a_store_that_is_full_is_known_by_its_status_or_its_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, code: str | None, size: int
) -> None:
    with answering(status, code) as origin:
        store = store_at(origin, tmp_path, monkeypatch)
        with pytest.raises(StorageFullError):
            await store.write(new_name(), blocks(bytes(size)))


async def test_a_store_that_is_too_full_to_erase_is_asked_again_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever erases goes on with the rest when the store is busy, and with that alone."""
    with answering(507, "XMinioStorageFull") as origin, pytest.raises(BusyError):
        await store_at(origin, tmp_path, monkeypatch).erase([new_name()])


@pytest.mark.parametrize(("status", "code"), OTHER)
async def test_what_else_a_store_refuses_is_busy_and_the_log_has_its_code(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    status: int,
    code: str | None,
) -> None:
    with answering(status, code) as origin:
        store = store_at(origin, tmp_path, monkeypatch)
        with pytest.raises(BusyError):
            await store.write(new_name(), blocks(b"x"))
    assert (code or "no code") in caplog.text
    assert "secret-507" not in caplog.text


async def test_a_full_disk_for_temporary_files_is_no_failure_of_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> None:
        raise OSError(errno.ENOSPC, "the system's words")

    store = store_at(f"http://{ADDRESS}:9", tmp_path, monkeypatch)
    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(StorageFullError):
        await store.write(new_name(), blocks(b"x"))
