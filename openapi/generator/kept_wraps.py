"""Wraps for vectors: HPKE draws its own randomness, so those already written are kept.

A stored wrap that still opens to the same content key in the same place is as good as a new one;
without it, every run would change the file.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from meldpunt.protocol.keys import BoxKey
from meldpunt.protocol.verify.encoding import decode_base64url
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.protocol.verify.sizes import WRAP_SIZE
from meldpunt.protocol.wrap import WrapContext, open_wrap, seal_wrap

VECTORS: Final = Path(__file__).parent.parent / "vectors"
_TRAVELLING_SIZE: Final = -(-4 * WRAP_SIZE // 3)
"""Characters of a wrap in base64url."""


def _wraps_in(value: object) -> Iterator[bytes]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _wraps_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _wraps_in(item)
    elif isinstance(value, str) and len(value) == 2 * WRAP_SIZE:
        yield bytes.fromhex(value)
    elif isinstance(value, str) and len(value) == _TRAVELLING_SIZE:
        yield decode_base64url(value)


def _stored(paths: Iterable[Path]) -> list[bytes]:
    found: list[bytes] = []
    for path in sorted(path for path in paths if path.exists()):
        found.extend(_wraps_in(json.loads(path.read_text("utf-8"))))
    return list(dict.fromkeys(found))


class KeptWraps:
    """The wraps of some files as they are, the vectors' by default, and those made since."""

    def __init__(self, paths: Iterable[Path] | None = None) -> None:
        self._stored = _stored(VECTORS.glob("*.json") if paths is None else paths)

    def wrap(self, content_key: bytes, *, box_key: BoxKey, context: WrapContext) -> bytes:
        """Return a stored wrap that opens as asked, or a new one."""
        for stored in self._stored:
            try:
                if open_wrap(stored, box_key=box_key, context=context) == content_key:
                    return stored
            except RefusedError:
                continue
        made = seal_wrap(content_key, public_key=box_key.public_key, context=context)
        self._stored.append(made)
        return made
