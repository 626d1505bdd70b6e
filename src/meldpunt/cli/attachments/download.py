"""Files that came with messages: listed, and saved where the reader says."""

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

import click

from meldpunt.cli.render.files import size_text
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.plain_text import safe, safe_line
from meldpunt.cli.terminal.session import Session
from meldpunt.client import Files, ListedFile, Thread, listed_files

_MAX_NAME: Final = 200
"""Bytes: leaves room for a number, and for other programs' endings."""
_ODD: Final = re.compile(r'[<>:"/\\|?*\ufffd]')
"""What some file system gives a meaning, and what `safe` has put in place of tricks."""
_CARE: Final = "Open it where a malicious file can do no harm: nobody has looked into it."
_DEVICE: Final = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\.|$)", re.IGNORECASE
)


def local_name(name: str) -> str:
    """Return the name under which a file is saved: no path, no option, not hidden, no device."""
    made = _ODD.sub("_", safe(name)).strip(" .")
    if not made or made.startswith("-") or _DEVICE.match(made):
        made = f"_{made}"
    stem, dot, ending = made.rpartition(".")
    if not dot or len(ending) > 16:  # noqa: PLR2004 (longer than any ending)
        stem, dot, ending = made, "", ""
    while len(f"{stem}{dot}{ending}".encode()) > _MAX_NAME:
        stem = stem[:-1]
    return f"{stem}{dot}{ending}"


def free_path(folder: Path, name: str) -> Path:
    """Return a path in a folder that is not taken: `name (2).ending` where it is."""
    path, number = folder / name, 1
    while path.exists() or path.is_symlink():
        number += 1
        first = Path(name)
        path = folder / f"{first.stem} ({number}){first.suffix}"
    return path


def choose(thread: Thread, numbers: Sequence[int]) -> list[tuple[int, ListedFile]]:
    """Return the files of these numbers, or all of them.

    Raises:
        click.UsageError: There is no such number.
    """
    found = dict(enumerate(listed_files(thread), 1))
    if not set(numbers) <= found.keys():
        raise click.UsageError("There is no file of that number: `files` lists them.")
    return [(number, found[number]) for number in numbers or found]


def save(
    output: Output,
    session: Session,
    files: Files,
    chosen: Sequence[tuple[int, ListedFile]],
    folder: Path,
) -> None:
    """Save files in a folder, each under a name of its own that was free.

    Raises:
        RefusedError: What the host served is not the file that was listed.
        ClientError: As the SDK.
    """
    done: list[tuple[int, Path, int]] = []
    for number, found in chosen:
        target = free_path(folder, local_name(found.attachment.name))
        with output.counting(f"Fetching {safe_line(target.name)}", in_bytes=True) as progress:
            session.insist(partial(files.download, found, target, progress))
        done.append((number, target, found.attachment.size))
    saved = [{"number": n, "path": str(path), "size": size} for n, path, size in done]
    lines = [f"Saved {safe_line(str(path))} ({size_text(size)})" for _, path, size in done]
    output.result({"saved": saved}, *lines, _CARE if saved else "No files for you.")
