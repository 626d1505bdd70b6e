"""Reads what the host holds of a message from its database file, as an operator could."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url

_HEX: Final = 96


def host_view(database: Path, message: ids.MessageId) -> str:
    """Describe every row that the host keeps of a message.

    Returns:
        The whole signed header, and as much of the ciphertext as fits.
    """
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        row = connection.execute(
            "SELECT id, header, received_on FROM messages WHERE message_id = ?", (message,)
        ).fetchone()
        if row is None:
            return "nothing"
        parts = connection.execute(
            "SELECT data FROM body_parts WHERE message = ? ORDER BY part", (row[0],)
        ).fetchall()
        wraps = connection.execute(
            "SELECT key_id, wrap FROM wraps WHERE message = ? ORDER BY key_id", (row[0],)
        ).fetchall()
    body = b"".join(part for (part,) in parts)
    lines = [
        f"arrived on {row[2]}",
        f"header {row[1].decode()}",
        f"body, {len(body)} bytes: {body.hex()[:_HEX]}…" if body else "body: none",
    ]
    lines += [f"wrap to key {encode_base64url(key)}: {wrap.hex()[:40]}…" for key, wrap in wraps]
    return "\n".join(lines)


def is_in_files(folder: Path, words: str) -> bool:
    """Say whether any file of a host contains these words. The file of its output counts too."""
    needle = words.encode()
    return any(needle in path.read_bytes() for path in folder.iterdir() if path.is_file())
