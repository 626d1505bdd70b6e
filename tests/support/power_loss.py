"""What a disk holds after a power cut: `strace` records a host, and what it did not sync is lost.

A write is durable once its file is synced. A new, renamed or removed name is durable once its
folder is synced.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

import psutil

from tests.support.debian import find_program
from tests.support.process import HostProcess

_CALLS: Final = (
    *("openat", "write", "pwrite64", "ftruncate", "fsync", "fdatasync"),
    *("unlink", "unlinkat", "rename", "renameat", "renameat2"),
)
_UNFINISHED: Final = " <unfinished ...>"
_RESUMED: Final = re.compile(r"<\.\.\. \w+ resumed>")
_CALL: Final = re.compile(r"(\w+)\((.*)\) += (\d+)(.*)")
"""A call that succeeded: name, arguments, result."""
_FILE: Final = re.compile(r"(\d+)<((?:\\x[0-9a-f]{2})+)>")
"""A descriptor and its path."""
_TEXT: Final = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
_CREATED: Final = b"HTTP/1.1 201 "
_SOCKET: Final = re.compile(r"\d+<TCP")
"""A descriptor of a connection."""


class Write(NamedTuple):
    """Bytes at an offset; None cuts the file off there."""

    offset: int
    data: bytes | None


Survives = Callable[[Write], bool]
"""Says whether a write that was not synced reached the disk all the same."""


@dataclass
class File:
    """Content that is safe, and writes that are not yet."""

    synced: bytearray = field(default_factory=bytearray)
    pending: list[Write] = field(default_factory=list)

    def sync(self) -> None:
        self.synced = self.after(lambda _: True)
        self.pending = []

    def after(self, survives: Survives) -> bytearray:
        """Return what is left when only some of the pending writes reached the disk."""
        content = bytearray(self.synced)
        for write in filter(survives, self.pending):
            content.extend(bytes(max(0, write.offset - len(content))))
            if write.data is None:
                del content[write.offset :]
            else:
                content[write.offset : write.offset + len(write.data)] = write.data
        return content


class Disk:
    """The files of a folder, as a recorded process left them; replayed call by call.

    Args:
        folder: With all the files that the process will find. They count as synced.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._trace = folder.with_name(f"{folder.name}.trace")
        self._files = {
            path: File(bytearray(path.read_bytes())) for path in folder.rglob("*") if path.is_file()
        }
        self._names = dict(self._files)
        """The names that the disk holds for sure, and the file of each."""
        self._ends: dict[str, int] = {}
        """Where the next plain write of each descriptor goes."""

    def record(self, host: HostProcess) -> None:
        """Start a host that has stopped, and record what it does with these files."""
        host.under = (
            *(str(find_program("strace", package="strace")), "--follow-forks", "--seccomp-bpf"),
            *("--decode-fds=all", "--strings-in-hex=all", "--string-limit=4194304"),
            *(f"--trace={','.join(_CALLS)}", f"--output={self._trace}"),
        )
        host.start_again()

    def cut_power(self, host: HostProcess) -> None:
        """Kill the recorded host; the recorder ends by itself, or it would lose its last lines."""
        for child in psutil.Process(host.process.pid).children(recursive=True):
            child.kill()
        host.process.wait()
        host.under = ()

    def replay(self) -> Iterator[None]:
        """Repeat what was recorded; stops each time just before the host answers 201."""
        for answer in self.moments():
            if answer.startswith(_CREATED):
                yield

    def moments(self) -> Iterator[bytes]:
        """Repeat what was recorded; stops before each call, with what `sent` gives for it."""
        for name, arguments, result in _calls(self._trace):
            yield _sent(arguments)
            self._repeat(name, arguments, result)

    def sent(self) -> list[bytes]:
        """Return what the host sends to a client with each call; empty for all other calls."""
        return [_sent(arguments) for _, arguments, _ in _calls(self._trace)]

    def left(self, folder: Path, survives: Survives = lambda _: False) -> None:
        """Write the files that a power cut at this moment leaves into another folder."""
        for path, file in self._names.items():
            target = folder / path.relative_to(self._folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.touch(mode=0o600)
            target.write_bytes(file.after(survives))

    def _repeat(self, name: str, arguments: str, result: str) -> None:
        if name == "openat":
            self._open(arguments, result)
        elif name.startswith(("unlink", "rename")):
            self._rename(name, arguments)
        elif (opened := _FILE.match(arguments)) is not None:
            path = Path(_decode(opened[2]).decode())
            if path == self._folder or self._folder in path.parents:
                self._change(name, opened[1], path, arguments)

    def _open(self, arguments: str, result: str) -> None:
        opened = _FILE.match(result)
        if opened is not None and "O_CREAT" in arguments:
            path = Path(_decode(opened[2]).decode())
            self._files.setdefault(path, File())
            self._ends[opened[1]] = 0

    def _rename(self, name: str, arguments: str) -> None:
        paths = [Path(_decode(found[1]).decode()) for found in _TEXT.finditer(arguments)]
        assert all(path.is_absolute() for path in paths), "paths within a folder are not followed"
        file = self._files.pop(paths[0], None)
        if name.startswith("rename") and file is not None:
            self._files[paths[1]] = file

    def _change(self, name: str, descriptor: str, path: Path, arguments: str) -> None:
        if name in {"fsync", "fdatasync"} and path not in self._files:
            self._sync_folder(path)
            return
        file = self._files.setdefault(path, File())
        if name in {"fsync", "fdatasync"}:
            file.sync()
        elif name == "ftruncate":
            file.pending.append(Write(int(arguments.rpartition(", ")[2]), None))
        else:
            file.pending.append(self._write(name, descriptor, file, arguments))

    def _write(self, name: str, descriptor: str, file: File, arguments: str) -> Write:
        data = _text(arguments)
        if name == "pwrite64":
            return Write(int(arguments.rpartition(", ")[2]), data)
        offset = self._ends.get(descriptor)
        if offset is None:
            offset = len(file.after(lambda _: True))  # opened before, to append
        self._ends[descriptor] = offset + len(data)
        return Write(offset, data)

    def _sync_folder(self, folder: Path) -> None:
        for path in [path for path in self._names if path.parent == folder]:
            del self._names[path]
        self._names |= {p: file for p, file in self._files.items() if p.parent == folder}


def _calls(trace: Path) -> Iterator[tuple[str, str, str]]:
    """Give the calls that succeeded, in the order in which they ended."""
    begun: dict[str, str] = {}
    with trace.open(encoding="ascii") as lines:
        for line in lines:
            thread, text = line.rstrip("\n").split(maxsplit=1)
            if text.endswith(_UNFINISHED):
                begun[thread] = text.removesuffix(_UNFINISHED)
                continue
            if _RESUMED.match(text):
                text = begun.pop(thread) + _RESUMED.sub("", text, count=1)
            call = _CALL.fullmatch(text)
            if call is not None:
                yield call[1], call[2], call[3] + call[4]


def _sent(arguments: str) -> bytes:
    return _text(arguments) if _SOCKET.match(arguments) else b""


def _text(arguments: str) -> bytes:
    found = _TEXT.search(arguments)
    assert found is not None
    assert found[2] is None, "strace has cut a text off"
    return _decode(found[1])


def _decode(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
