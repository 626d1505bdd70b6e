"""Other lines that an office names in its guide, for reporters who trust no handler of this one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from meldpunt.client.http.address import LineAddress
from meldpunt.client.http.errors import AddressError
from meldpunt.client.http.transport import Transport
from meldpunt.client.lines.line import fetch_text
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.verify import strict_json
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.sizes import TEXT_SIZE

MAX_LINES: Final = 20
"""The most lines of one guide that a client shows (section 5.3)."""
_MAX_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class OtherLine:
    """A line that an office names. It is unverified until a client fetches and verifies it."""

    address: LineAddress
    name: str
    """1 to 200 characters."""


async def fetch_other_lines(transport: Transport, line: VerifiedLine) -> tuple[OtherLine, ...]:
    """Return the lines that a line's guide names. A guide of another form names none.

    Raises:
        RefusedError: As `fetch_text`.
        ClientError: As `fetch_text`.
    """
    return read_other_lines(await fetch_text(transport, line, line.document.guide))


def read_other_lines(guide: bytes) -> tuple[OtherLine, ...]:
    """Return the lines that a guide names. Skip items without a valid name and address."""
    try:
        found = strict_json.parse(guide, max_size=TEXT_SIZE).get("lines")
    except RefusedError:
        return ()
    named = found if isinstance(found, list) else []
    read = (_read(value) for value in named[:MAX_LINES])
    return tuple(other for other in read if other is not None)


def _read(value: object) -> OtherLine | None:
    address, name = (value.get("address"), value.get("name")) if isinstance(value, dict) else (0, 0)
    if not isinstance(address, str) or not isinstance(name, str):
        return None
    if not 1 <= len(name.strip()) <= _MAX_NAME:
        return None
    try:
        return OtherLine(LineAddress.parse(address), name)
    except AddressError:
        return None


def name_other_lines(guide: bytes, lines: Iterable[OtherLine]) -> bytes:
    """Return a guide that names these lines instead of the lines that it named.

    Raises:
        RefusedError: FIELDS for a guide that is not a JSON object, or for more than `MAX_LINES`
            lines; a JSON reason.
    """
    value: dict[str, Any] = strict_json.parse(guide, max_size=TEXT_SIZE)
    named = [{"address": str(line.address), "name": line.name} for line in lines]
    made = strict_json.dump({**value, "lines": named})
    if len(read_other_lines(made)) != len(named):
        raise RefusedError(Reason.FIELDS)
    return made
