"""The index of bulletins that an auditor keeps from one audit to the next."""

import os
from pathlib import Path
from typing import Final

from meldpunt.cli.keyfile import private_files
from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.client import Audit, Check, Level
from meldpunt.protocol.verify import strict_json
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.wire.bulletins import ServedBulletins

_MAX_SIZE: Final = 2 << 20
"""Bytes of an index at most: base64 of a statement of 1 MiB, and its signature."""


def read_kept_index(path: Path) -> ServedBulletins | None:
    """Return the index that an earlier audit kept, or None if there is no file yet.

    Raises:
        PrivateFileError: The file cannot be read.
        Refusal: It is not an index.
    """
    content = private_files.read_earlier(path, max_size=_MAX_SIZE)
    if content is None:
        return None
    try:
        return ServedBulletins.from_value(strict_json.parse(content, max_size=_MAX_SIZE))
    except RefusedError:
        raise Refusal("bad-file", f"{path} is not an index of bulletins.") from None


def keep_index(path: Path, audit: Audit, *, anew: bool = False) -> Path | None:
    """Keep the index of an audit. If it does not continue the kept one, keep both.

    Nothing that was kept before is overwritten: two indexes that contradict each other are
    evidence. After a move the kept index is put aside, and the new one takes its place.

    Args:
        path: Where the index is kept.
        audit: What was found.
        anew: Put the kept index aside, whatever it is.

    Returns:
        Where an index was put beside the kept one, or None.

    Raises:
        PrivateFileError: The file cannot be written.
        OSError: The kept file cannot be renamed.
    """
    if audit.bulletins is None:
        return None
    found = [f for f in audit.findings if f.check in (Check.BULLETIN_HISTORY, Check.BULLETIN_MOVE)]
    content = audit.bulletins.to_json()
    if path.exists() and (anew or any(f.check is Check.BULLETIN_MOVE for f in found)):
        aside = _free(path, "earlier")
        path.rename(aside)
        private_files.replace(path, content)
        return aside
    if all(f.level is Level.FINE for f in found):
        private_files.replace(path, content)
        return None
    target = _free(path, "other", content)
    private_files.replace(target, content)
    return target


def _free(path: Path, ending: str, content: bytes | None = None) -> Path:
    """Return a name beside a file that is free, or whose file has this content already."""
    number = 1
    while True:
        tail = ending if number == 1 else f"{ending}-{number}"
        target = path.with_name(f"{path.name}.{tail}")
        if not os.path.lexists(target):
            return target
        if content is not None and private_files.read(target, max_size=_MAX_SIZE) == content:
            return target
        number += 1
