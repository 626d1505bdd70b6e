"""Who calls: a signed request's key, and its body."""

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
    """A request whose signature holds."""

    key: bytes
    """Who signed: 32 bytes. What it opens is for the use case to find."""
    body: bytes

    def parse(self, shape: type[Shape], *, max_size: int = MAX_MESSAGE) -> Shape:
        """Read the body as JSON.

        Raises:
            RefusedError: A JSON reason, or that of the first field refused.
        """
        value: dict[str, Any] = strict_json.parse(self.body, max_size=max_size)
        return shape.from_value(value)


def host_of(request: Request) -> Host:
    """Return the host behind an app."""
    host: Host = request.app.state.host
    return host


def check_accept(request: Request) -> None:
    """Refuse a client that takes no JSON.

    Raises:
        NotAcceptableError: `Accept` names other media types only.
    """
    accept = request.headers.get("accept", "").lower() or "*/*"
    served = ("octet-stream", "json") if is_of_attachment(request) else ("json",)
    if not any(taken in accept for taken in ("*/*", "application/*", *served)):
        raise NotAcceptableError


def check_body_fields(request: Request, *, media_type: str, max_size: int) -> int | None:
    """Check what a request says of its body; returns its length, if that is announced.

    Raises:
        ContentTooLargeError: Announced to be longer than `max_size` bytes.
        UnsupportedMediaTypeError: Declared as another media type.
    """
    declared = request.headers.get("content-length", "")
    if len(declared) > 10 or (declared.isdecimal() and int(declared) > max_size):  # noqa: PLR2004 (digits that no size has)
        raise ContentTooLargeError
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != media_type:
        raise UnsupportedMediaTypeError
    return int(declared) if declared.isdecimal() else None


async def _read_body(request: Request, intake: Intake, *, max_size: int) -> bytes:
    """Read a body of bounded size.

    Raises:
        ContentTooLargeError: It is longer than `max_size` bytes.
        BusyError: It comes too slowly, or there is no place for it.
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
        max_size: Longest body accepted, in bytes; 0 for a request without one.

    Raises:
        SignatureRequiredError: No signature fields.
        RefusedError: REQUEST_SYNTAX, REQUEST_DIGEST, REQUEST_SIGNATURE.
        ChallengeExpiredError: The challenge is not, or no longer, good.
        ContentTooLargeError: The body is too long.
        UnsupportedMediaTypeError: The body is not declared as JSON.
        BusyError: The body comes too slowly, or there is no place for it.
    """
    signed = _signature(request)
    host, digest = host_of(request), request.headers.get("content-digest")
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
    """Verify a request whose body is still to come; returns the key, and the digest to check.

    Raises:
        SignatureRequiredError: No signature fields.
        RefusedError: REQUEST_SYNTAX, REQUEST_DIGEST, REQUEST_SIGNATURE.
        ChallengeExpiredError: The challenge is not, or no longer, good.
    """
    signed = _signature(request)
    digest = request.headers.get("content-digest")
    if digest is None:
        raise RefusedError(Reason.REQUEST_DIGEST)
    verify_request_fields(
        signed,
        method=request.method,
        origins=host_of(request).settings.origins,
        target=_target(request),
        digest=digest,
    )
    return signed.key, digest


def _signature(request: Request) -> RequestSignature:
    """Return the signature of a request, not yet verified, with a challenge that is good."""
    headers = request.headers
    signature_input, signature = headers.get("signature-input"), headers.get("signature")
    if signature_input is None or signature is None:
        raise SignatureRequiredError
    signed = parse_request_signature(signature_input=signature_input, signature=signature)
    host = host_of(request)
    check_challenge(signed.challenge, key=host.secrets.challenge_key, now=host.clock.now())
    return signed


def _target(request: Request) -> str:
    """Return raw path and query as they came: a decoded path could stand for two targets."""
    raw_path: bytes = request.scope["raw_path"]
    query: bytes = request.scope["query_string"]
    target = raw_path + b"?" + query if query else raw_path
    return target.decode("latin-1")
