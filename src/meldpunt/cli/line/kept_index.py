"""The index of bulletins that an auditor keeps from one audit to the next."""

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


def keep_index(path: Path, audit: Audit) -> None:
    """Keep the index of an audit. If it does not continue the kept one, keep both.

    Raises:
        PrivateFileError: The file cannot be written.
    """
    if audit.bulletins is None:
        return
    compared = [found.level for found in audit.findings if found.check is Check.BULLETIN_HISTORY]
    is_fine = compared in ([], [Level.FINE])
    target = path if is_fine else path.with_name(f"{path.name}.other")
    private_files.replace(target, audit.bulletins.to_json())
