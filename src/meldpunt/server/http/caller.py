"""Verify a signed request: the caller's key, and the body."""

from dataclasses import dataclass
from typing import Any, Final, TypeVar

from fastapi import Request
from starlette.requests import ClientDisconnect

from meldpunt.protocol.verify import strict_json
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import Model
from meldpunt.protocol.verify.request import (
    RequestSignature,
    parse_request_signature,
    verify_request_body,
    verify_request_fields,
)
from meldpunt.server.errors import (
    ContentTooLargeError,
    NotAcceptableError,
    SignatureRequiredError,
    UnsupportedMediaTypeError,
)
from meldpunt.server.host import Host
from meldpunt.server.http.tus import is_of_attachment
from meldpunt.server.intake import Intake
from meldpunt.server.usecases.challenges import check_challenge

Shape = TypeVar("Shape", bound=Model)

MAX_MESSAGE: Final = 256 * 1024
"""Largest body with one message: 64 KiB of text, its header and 64 wraps, in base64url."""
MAX_LINE: Final = 4 * 1024 * 1024
"""Largest body with a line document and its texts."""


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request whose signature is valid."""

    key: bytes
    """The signing key of the caller (32 bytes). The use case finds out what it opens."""
    body: bytes

    def parse(self, shape: type[Shape], *, max_size: int = MAX_MESSAGE) -> Shape:
        """Read the body as JSON.

        Raises:
            RefusedError: A JSON reason, or the reason of the first refused field.
        """
        value: dict[str, Any] = strict_json.parse(self.body, max_size=max_size)
        return shape.from_value(value)


def host_of(request: Request) -> Host:
    """Return the host that serves a request."""
    host: Host = request.app.state.host
    return host


def check_accept(request: Request) -> None:
    """Check that the client accepts JSON, or also binary data for an attachment.

    Raises:
        NotAcceptableError: `Accept` names only other media types.
    """
    accept = request.headers.get("accept", "").lower()
    if not accept or "*/*" in accept:
        return
    served = ("octet-stream", "json") if is_of_attachment(request) else ("json",)
    if not any(taken in accept for taken in ("application/*", *served)):
        raise NotAcceptableError


def check_body_fields(request: Request, *, media_type: str, max_size: int) -> int | None:
    """Check the header fields about a body. Return its announced length in bytes, if any.

    Raises:
        ContentTooLargeError: The announced length is more than `max_size` bytes.
        UnsupportedMediaTypeError: The request declares another media type.
    """
    declared = request.headers.get("content-length", "")
    if len(declared) > 10 or (declared.isdecimal() and int(declared) > max_size):  # noqa: PLR2004 (no allowed size has more digits)
        raise ContentTooLargeError
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != media_type:
        raise UnsupportedMediaTypeError
    return int(declared) if declared.isdecimal() else None


async def _read_body(request: Request, intake: Intake, *, max_size: int) -> bytes:
    """Read a body of at most `max_size` bytes.

    Raises:
        ContentTooLargeError: The body is longer.
        BusyError: The body comes too slowly, or no place is free for it.
        ClientDisconnect: The client has gone.
    """
    chunks = []
    with intake.place() as arrival:
        while True:
            message = await arrival.wait(request.receive)
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            chunks.append(message.get("body", b""))
            arrival.take(len(chunks[-1]))
            if arrival.size > max_size:
                raise ContentTooLargeError
            if not message.get("more_body", False):
                return b"".join(chunks)


async def signed_request(request: Request, *, max_size: int = 0) -> SignedRequest:
    """Read and verify a signed request: first the signature, then the body that it covers.

    Args:
        request: The request.
        max_size: Bytes of the longest accepted body; 0 for a request without a body.

    Raises:
        SignatureRequiredError: The request has no signature fields.
        RefusedError: REQUEST_SYNTAX, REQUEST_DIGEST, REQUEST_SIGNATURE.
        ChallengeExpiredError: The challenge is not this host's, or has expired.
        ContentTooLargeError: The body is too long.
        UnsupportedMediaTypeError: The request does not declare its body as JSON.
        BusyError: The body comes too slowly, or no place is free for it.
    """
    host, digest = host_of(request), request.headers.get("content-digest")
    signed = _signature(request, host)
    announced = _check_json_fields(request, max_size=max_size) if max_size else 0
    verify_request_fields(
        signed,
        method=request.method,
        origins=host.settings.origins,
        target=_target(request),
        digest=digest,
    )
    body = b""
    if max_size:
        is_small = max_size <= MAX_MESSAGE or (announced is not None and announced <= MAX_MESSAGE)
        intake = host.small_bodies if is_small else host.large_bodies
        body = await _read_body(request, intake, max_size=max_size)
    verify_request_body(signed, digest=digest, body=body)
    return SignedRequest(signed.key, body)


def _check_json_fields(request: Request, *, max_size: int) -> int | None:
    return check_body_fields(request, media_type="application/json", max_size=max_size)


def signed_before_body(request: Request) -> tuple[bytes, str]:
    """Verify a request before its body comes. Return the caller's key and the Content-Digest.

    The use case must check the body against that digest.

    Raises:
        SignatureRequiredError: The request has no signature fields.
        RefusedError: REQUEST_SYNTAX, REQUEST_DIGEST, REQUEST_SIGNATURE.
        ChallengeExpiredError: The challenge is not this host's, or has expired.
    """
    host = host_of(request)
    signed = _signature(request, host)
    digest = request.headers.get("content-digest")
    if digest is None:
        raise RefusedError(Reason.REQUEST_DIGEST)
    verify_request_fields(
        signed,
        method=request.method,
        origins=host.settings.origins,
        target=_target(request),
        digest=digest,
    )
    return signed.key, digest


def _signature(request: Request, host: Host) -> RequestSignature:
    """Return the signature of a request. Its challenge is checked, but not yet the signature."""
    headers = request.headers
    signature_input, signature = headers.get("signature-input"), headers.get("signature")
    if signature_input is None or signature is None:
        raise SignatureRequiredError
    signed = parse_request_signature(signature_input=signature_input, signature=signature)
    check_challenge(signed.challenge, key=host.secrets.challenge_key, now=host.clock.now())
    return signed


def _target(request: Request) -> str:
    """Return the raw path and query. Two different targets could have the same decoded path."""
    raw_path: bytes = request.scope["raw_path"]
    query: bytes = request.scope["query_string"]
    target = raw_path + b"?" + query if query else raw_path
    return target.decode("latin-1")
