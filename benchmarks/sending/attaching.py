"""Requests that upload attachments of reports.

The ciphertext is random bytes: the host cannot see the difference.
"""

from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Final

from benchmarks.sending.office import Handler, Report, request
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.attachment import stream_size
from meldpunt.protocol.verify.encoding import encode_base64url

_TUS: Final = {"tus-resumable": "1.0.0"}
_BODY_TYPE: Final = "application/offset+octet-stream"


@dataclass(frozen=True, slots=True)
class Attachment:
    """Ciphertext that a client uploads to a report."""

    report: Report
    id: bytes
    """16 bytes."""
    data: bytes

    @classmethod
    def make(cls, report: Report, size: int) -> "Attachment":
        """Return the ciphertext of a file of `size` bytes."""
        draw = Random(report.id + size.to_bytes(8, "big")).randbytes  # noqa: S311 (the same at every run)
        attachment = draw(16)
        return cls(report, attachment, draw(stream_size(size)))

    @property
    def _target(self) -> str:
        return f"/v1/report/attachments/{encode_base64url(self.id)}"

    def begin(self, challenge: str) -> bytes:
        """Return the request that announces the attachment."""
        fields = _TUS | {"upload-length": str(len(self.data))}
        key = self.report.key
        return request("POST", self._target, key=key, challenge=challenge, more=fields)

    def parts(self, challenge: str, *, size: int) -> list[bytes]:
        """Return the requests that send the attachment, in parts of `size` bytes."""
        ends = [*range(0, len(self.data), size), len(self.data)]
        return [
            request(
                "PATCH",
                self._target,
                body=self.data[start:end],
                key=self.report.key,
                challenge=challenge,
                more=_TUS | {"content-type": _BODY_TYPE, "upload-offset": str(start)},
            )
            for start, end in pairwise(ends)
        ]


def fetch(file: Attachment, reader: Handler, challenge: str) -> bytes:
    """Return the request with which a handler fetches an attachment that a message lists."""
    entry = encode_base64url(ids.inbox_entry(reader.id, file.report.id))
    target = f"/v1/inbox/{entry}/attachments/{encode_base64url(file.id)}"
    return request("GET", target, key=reader.signing, challenge=challenge)
