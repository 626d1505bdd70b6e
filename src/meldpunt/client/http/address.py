"""Addresses: the host of a line, and the line on it.

A line's address is the URL of the line on its host, `https://report.example/v1/lines/<line id>`. It
may have a pin, `#<number>-<key number>-<hash>`: the newest line document known to whoever gave it.
It is one text to print, copy and configure. With the line id in it, a client can check the line's
keys.
"""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from meldpunt.client.http.errors import AddressError
from meldpunt.protocol.line import Pin
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import (
    decode_base64url,
    decode_line_id,
    encode_base64url,
    encode_line_id,
)
from meldpunt.protocol.verify.errors import RefusedError

_LINES: Final = "/v1/lines/"
_PORTS: Final = {"http": 80, "https": 443}
_HOST: Final = re.compile(r"[a-z0-9.:-]{1,253}", re.ASCII)
_PIN: Final = re.compile(r"([1-9][0-9]{0,15})-(0|[1-9][0-9]{0,15})-([A-Za-z0-9_-]{43})", re.ASCII)
_PIN_HINT: Final = (
    "what follows # is a document number, a key number and a hash, with dashes between."
)
_ORIGIN_HINT: Final = "write it as https://report.example, without a path."
_LINE_HINT: Final = f"write it as https://report.example{_LINES} and the 32 characters of the line."


@dataclass(frozen=True, slots=True)
class LineAddress:
    """A line on a host, with an optional pin: the newest line document known."""

    origin: str
    line_id: ids.LineId
    pin: Pin | None = None

    @classmethod
    def parse(cls, text: str) -> "LineAddress":
        """Read an address as `str` writes it.

        Raises:
            AddressError: The text is not an address, or uses unencrypted HTTP to another machine.
        """
        head, separator, pin = text.strip().partition("#")
        origin, found, line = head.partition(_LINES)
        if not found:
            raise AddressError(_LINE_HINT)
        try:
            line_id = ids.LineId(decode_line_id(line))
        except RefusedError:
            raise AddressError(_LINE_HINT) from None
        return cls(private_origin(origin), line_id, _parse_pin(pin) if separator else None)

    def __str__(self) -> str:
        text = f"{self.origin}{_LINES}{encode_line_id(self.line_id)}"
        if self.pin is None:
            return text
        pin = self.pin
        return f"{text}#{pin.number}-{pin.key_number}-{encode_base64url(pin.document)}"


def _parse_pin(text: str) -> Pin:
    match = _PIN.fullmatch(text)
    if match is None:
        raise AddressError(_PIN_HINT)
    try:
        document = ids.Hash(decode_base64url(match[3], ids.HASH_SIZE))
    except RefusedError:
        raise AddressError(_PIN_HINT) from None
    return Pin(int(match[1]), document, int(match[2]))


def parse_origin(url: str) -> str:
    """Return the origin (RFC 6454) of a base URL: scheme, host, and port if not the default.

    Raises:
        AddressError: The URL has a path, a user, a query or another scheme.
    """
    parts = _split(url)
    bare = not (parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc)
    host = parts.hostname or ""
    if parts.scheme not in _PORTS or not bare or not _HOST.fullmatch(host):
        raise AddressError(_ORIGIN_HINT)
    name = f"[{host}]" if ":" in host else host
    port = _port(parts)
    usual = port in (None, _PORTS[parts.scheme])
    return f"{parts.scheme}://{name}" if usual else f"{parts.scheme}://{name}:{port}"


def private_origin(url: str) -> str:
    """Return the origin. Refuse one whose traffic others on the network could read.

    Raises:
        AddressError: As `parse_origin`; for HTTP without TLS, except to this machine or over Tor.
    """
    origin = parse_origin(url)
    host = _split(origin).hostname or ""
    if origin.startswith("https://") or host.endswith(".onion") or _is_local(host):
        return origin
    raise AddressError("it begins with http://. Use https://: others on the way could listen.")


def is_onion(origin: str) -> bool:
    """Say whether an origin is reachable only through Tor."""
    return (_split(origin).hostname or "").endswith(".onion")


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise AddressError(_ORIGIN_HINT) from None


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        raise AddressError(_ORIGIN_HINT) from None
