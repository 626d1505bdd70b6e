"""Uploads and downloads of attachments, as any client of tus would make them."""

import base64
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import httpx

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.attachment import stream_size
from meldpunt.protocol.verify.encoding import encode_base64url
from tests.support.caller import Caller

TUS: Final = {"tus-resumable": "1.0.0"}
BODY_TYPE: Final = "application/offset+octet-stream"
SMALL: Final = stream_size(1000)
"""Ciphertext bytes of a file of 1,000 bytes."""
LARGE: Final = stream_size(300_000)
"""Of one that takes several parts."""


def ciphertext(size: int) -> bytes:
    """Return what the host cannot tell from ciphertext."""
    return os.urandom(size)


@dataclass
class Upload:
    """One attachment, by somebody who may or may not upload it."""

    caller: Caller
    place: str
    """`/v1/report`, or `/v1/inbox/…`."""
    data: bytes = field(default_factory=lambda: ciphertext(SMALL))
    id: ids.AttachmentId = field(default_factory=lambda: ids.AttachmentId(os.urandom(16)))

    @property
    def path(self) -> str:
        return f"{self.place}/attachments/{encode_base64url(self.id)}"

    async def send(
        self, method: str, headers: Mapping[str, str], body: bytes = b""
    ) -> httpx.Response:
        """Send a request with exactly these fields and the signature's."""
        signed = await self.caller.sign(method, self.path, body) if self.caller.key else {}
        return await self.caller.http.request(
            method, self.path, content=body or None, headers={**signed, **headers}
        )

    async def begin(self, **headers: str) -> httpx.Response:
        fields = {"upload-length": str(len(self.data)), **_names(headers)}
        return await self.send("POST", TUS | fields)

    async def tell(self) -> httpx.Response:
        return await self.send("HEAD", TUS)

    async def append(self, offset: int, end: int | None = None, **headers: str) -> httpx.Response:
        """Send the bytes from an offset to an end."""
        fields = {"content-type": BODY_TYPE, "upload-offset": str(offset), **_names(headers)}
        return await self.send("PATCH", TUS | fields, self.data[offset:end])

    async def take_back(self) -> httpx.Response:
        return await self.send("DELETE", TUS)

    async def fetch(self, **headers: str) -> httpx.Response:
        return await self.send("GET", _names(headers))

    async def whole(self) -> "Upload":
        """Upload all of it, in one part."""
        begun = await self.begin()
        assert begun.status_code == 201, begun.text
        appended = await self.append(0)
        assert appended.status_code == 204, appended.text
        return self


def _names(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def checksum(algorithm: str, data: bytes) -> str:
    """Return an Upload-Checksum field."""
    value = hashlib.new(algorithm, data).digest()
    return f"{algorithm} {base64.b64encode(value).decode()}"
