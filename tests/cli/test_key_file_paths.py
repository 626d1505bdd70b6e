"""Key files and their like, where something else than a file is: refused at once."""

import errno
import fcntl
import os
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from meldpunt.cli.keyfile import durable_files, private_files
from meldpunt.cli.keyfile.keystore import (
    KeyFile,
    KeyFileExistsError,
    LockedKeyFileError,
    UnreadableKeyFileError,
)
from meldpunt.cli.keyfile.private_files import PrivateFileError
from meldpunt.client import ExportFileError, LineKeys, check_export
from meldpunt.client.transfer.export_file import ExportWriter
from tests.cli.program import PASSPHRASE, Program

ADDRESS: Final = f"https://report.example/v1/lines/{'a' * 32}"


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made, tempfile.TemporaryDirectory() as short:
        made.bind(f"{short}/s")  # a socket's address is short; its name may move anywhere
        Path(f"{short}/s").rename(path)


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


ODD: Final[dict[str, Callable[[Path], None]]] = {
    "pipe": lambda path: os.mkfifo(path, 0o600),
    "folder": lambda path: path.mkdir(0o700),
    "socket": _socket,
    "device": _device,
}


@pytest.fixture(params=ODD)
def odd(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Give a path where something else than a file is."""
    path = tmp_path / "odd.key"
    ODD[request.param](path)
    return path


def test_a_key_file_that_is_no_file_is_refused_at_once(odd: Path) -> None:
    with pytest.raises(UnreadableKeyFileError, match="not a regular file"):
        KeyFile.open(odd, PASSPHRASE)


def test_another_private_file_that_is_no_file_is_refused_at_once(odd: Path) -> None:
    with pytest.raises(PrivateFileError, match="not a regular file"):
        private_files.read(odd, max_size=10)
    with pytest.raises(PrivateFileError, match="not a regular file"):
        private_files.read_earlier(odd, max_size=10)


def test_nothing_but_a_file_is_replaced(odd: Path) -> None:
    before = odd.stat().st_mode
    with pytest.raises(PrivateFileError, match="not a regular file"):
        private_files.replace(odd, b"proof")
    assert odd.stat().st_mode == before
    assert not stat.S_ISREG(before)


def test_no_key_file_is_made_where_something_is(odd: Path) -> None:
    with pytest.raises(KeyFileExistsError):
        KeyFile.create(odd, b"secret", PASSPHRASE)


def test_an_export_is_neither_read_from_nor_written_to_anything_but_a_file(
    odd: Path, tmp_path: Path
) -> None:
    keys = LineKeys.create()
    with pytest.raises((ExportFileError, OSError)):
        check_export(odd, keys)
    with pytest.raises(ExportFileError):
        ExportWriter(odd, keys)
    odd.rename(tmp_path / "line.export.part")
    with pytest.raises((ExportFileError, OSError)):
        ExportWriter(tmp_path / "line.export", keys)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("line", "renew", "--key-file", "pipe", "--passphrase-fd", "{fd}"), 1),
        (("report", "verify", "pipe"), 1),
        (("recovery", "check", "pipe"), 1),
        (("line", "add-handler", "--key-file", "a.key", "--passphrase-fd", "{fd}", "pipe"), 2),
    ],
)
def test_the_program_ends_where_a_pipe_is_named(
    tmp_path: Path, arguments: tuple[str, ...], code: int
) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    assert Program(tmp_path).run(*arguments, secret=PASSPHRASE).code == code


def test_init_does_not_follow_a_link_that_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "link.key").symlink_to(tmp_path / "elsewhere.key")
    program = Program(tmp_path)
    for made in (
        ("handler", "init", ADDRESS, "--name", "A. Jansen", "--role", "adviser"),
        ("line", "create-key", "--host", "https://report.example"),
    ):
        done = program.run(
            *made, "--key-file", "link.key", "--passphrase-fd", "{fd}", secret=PASSPHRASE
        )
        assert done.code == 1
        assert "already a file" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["link.key"]


def test_a_proof_does_not_follow_a_link_that_leads_nowhere(tmp_path: Path) -> None:
    link = tmp_path / "proof.json"
    link.symlink_to(tmp_path / "elsewhere.json")
    assert private_files.read_earlier(link, max_size=10) is None
    with pytest.raises(PrivateFileError, match="leads nowhere"):
        private_files.replace(link, b"proof")
    assert [path.name for path in tmp_path.iterdir()] == ["proof.json"]


def test_a_link_to_a_file_is_still_followed(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "proof.json").write_bytes(b"old")
    link = tmp_path / "proof.json"
    link.symlink_to(tmp_path / "kept" / "proof.json")
    private_files.replace(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "kept" / "proof.json").read_bytes() == b"new"


HOLDING: Final = """
import fcntl, os, sys
fcntl.flock(os.open(sys.argv[1], os.O_RDONLY), fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


WAITING: Final = """
import sys
from pathlib import Path
from meldpunt.cli.keyfile import private_files
print("begun", flush=True)
private_files.replace(Path(sys.argv[1]), b"new")
"""


def test_a_lock_that_another_program_keeps_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = KeyFile.create(tmp_path / "a.key", b"old", PASSPHRASE)
    monkeypatch.setattr(durable_files, "PATIENCE", 0.2)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holding:
        assert holding.stdout is not None
        assert holding.stdout.readline() == b"held\n"
        with pytest.raises(LockedKeyFileError, match="Another program keeps the folder"):
            file.update(lambda _: b"new")
        with pytest.raises(LockedKeyFileError):
            KeyFile.create(tmp_path / "b.key", b"new", PASSPHRASE)
        with pytest.raises(PrivateFileError, match="locked its folder"):
            private_files.replace(tmp_path / "proof.json", b"new")
        holding.communicate()
    file.update(lambda _: b"new")
    assert KeyFile.open(tmp_path / "a.key", PASSPHRASE).content == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["a.key"]


def test_a_lock_that_is_let_go_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "proof.json"
    handle = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with subprocess.Popen(
        [sys.executable, "-c", WAITING, str(path)],
        stdout=subprocess.PIPE,
    ) as waiting:
        assert waiting.stdout is not None
        assert waiting.stdout.readline() == b"begun\n"
        assert waiting.poll() is None
        os.close(handle)
        assert waiting.wait(60) == 0
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("folder", ["missing", "file", "pipe"])
def test_a_folder_that_is_none_is_refused_at_once(tmp_path: Path, folder: str) -> None:
    place = tmp_path / folder
    if folder == "file":
        place.write_bytes(b"")
    elif folder == "pipe":
        os.mkfifo(place)
    with pytest.raises(UnreadableKeyFileError, match="folder"):
        KeyFile.create(place / "a.key", b"secret", PASSPHRASE)
    with pytest.raises(UnreadableKeyFileError):
        KeyFile.open(place / "a.key", PASSPHRASE)


@pytest.mark.parametrize("kind", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_a_folder_that_cannot_be_written_leaves_the_key_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: int
) -> None:
    file = KeyFile.create(tmp_path / "a.key", b"old", PASSPHRASE)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(kind, os.strerror(kind))

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    with pytest.raises(UnreadableKeyFileError, match=os.strerror(kind)):
        file.update(lambda _: b"new")
    assert KeyFile.open(tmp_path / "a.key", PASSPHRASE).content == b"old"


def test_a_name_that_is_too_long_is_told(tmp_path: Path) -> None:
    path = tmp_path / ("a" * 300)
    with pytest.raises(UnreadableKeyFileError, match="too long"):
        KeyFile.create(path, b"secret", PASSPHRASE)
    with pytest.raises(PrivateFileError, match="too long"):
        private_files.read_earlier(path, max_size=10)
