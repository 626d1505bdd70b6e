"""List the files of the messages, and save them where the reader says."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import click

from meldpunt.cli.render.files import size_text
from meldpunt.cli.speech.look_words import look_words
from meldpunt.cli.terminal.explanation import explain
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.plain_text import safe, safe_line
from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.cli.terminal.session import Session
from meldpunt.client import (
    ClientError,
    Files,
    ListedFile,
    Thread,
    UnreachableError,
    listed_files,
)
from meldpunt.protocol.verify.errors import RefusedError

_MAX_NAME: Final = 200
"""The longest name, in bytes: it leaves room for a number, and for endings by other programs."""
_ODD: Final = re.compile(r'[<>:"/\\|?*\ufffd]')
"""Characters with a meaning in some file system, and the character that `safe` puts in."""
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
    """Return a free path in a folder: `name (2).ending` if `name.ending` exists."""
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
        raise click.UsageError(look_words().no_number)
    return [(number, found[number]) for number in numbers or found]


@dataclass(slots=True)
class _Saving:
    """The result for each file: one bad file does not stop the others."""

    saved: list[tuple[int, Path, int]] = field(default_factory=list)
    failed: list[tuple[int, str, str, str]] = field(default_factory=list)
    """Number, name, error code and words of each file that was not saved."""

    def to_json(self) -> dict[str, Any]:
        """Return it for programs."""
        return {
            "saved": [{"number": n, "path": str(p), "size": size} for n, p, size in self.saved],
            "failed": [{"number": n, "name": name, "error": e} for n, name, e, _ in self.failed],
        }

    def lines(self) -> Iterator[str]:
        """Return it for people."""
        words = look_words()
        for _, path, size in self.saved:
            yield words.saved.format(path=safe_line(str(path)), size=size_text(size))
        for number, name, _, told in self.failed:
            yield words.not_saved.format(number=number, name=safe_line(name), why=told)
        if self.saved:
            yield words.care
        elif not self.failed:
            yield words.no_files


def save(
    output: Output,
    session: Session,
    files: Files,
    chosen: Sequence[tuple[int, ListedFile]],
    folder: Path,
) -> None:
    """Save files in a folder, each under a free name.

    Raises:
        Refusal: Some files could not be saved. The others are saved, and the result names them all.
    """
    saving = _Saving()
    for number, found in chosen:
        name, size = found.attachment.name, found.attachment.size
        target = free_path(folder, local_name(name))
        try:
            with output.counting(f"Fetching {safe_line(target.name)}", in_bytes=True) as progress:
                session.insist(partial(files.download, found, target, progress))
        except (ClientError, RefusedError) as error:
            saving.failed.append((number, name, *explain(error)))
            if isinstance(error, UnreachableError):  # the other files would fail too
                break
        else:
            saving.saved.append((number, target, size))
    output.result(saving.to_json(), *saving.lines())
    missing = len(chosen) - len(saving.saved)
    if missing:
        first = saving.failed[0]
        told = look_words().some_not_saved
        raise Refusal(first[2], told.format(missing=missing, count=len(chosen), why=first[3]))
