"""Signed requests: one fixed profile of HTTP Message Signatures (RFC 9421; section 10).

A signature covers the method, the target URI, the body, and a challenge from the host. It needs no
account, no session and no clock.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from meldpunt.protocol.verify.ed25519 import PUBLIC_KEY_SIZE, is_signature
from meldpunt.protocol.verify.encoding import (
    decode_base64,
    decode_base64url,
    encode_base64,
    encode_base64url,
)
from meldpunt.protocol.verify.errors import Reason, RefusedError

MAX_CHALLENGE: Final = 256
"""Length of the longest challenge, in characters."""

CHALLENGE_FORM: Final = re.compile(rf"[A-Za-z0-9_-]{{1,{MAX_CHALLENGE}}}", re.ASCII)
"""The form of a challenge. The host decides what it contains."""

_PARAMETERS: Final = re.compile(
    r'sig=(\(("@method" "@target-uri"( "content-digest")?)\)'
    r';keyid="([A-Za-z0-9_-]{43})";nonce="([A-Za-z0-9_-]{1,256})"'
    r';alg="ed25519";tag="meldpunt-1")',
    re.ASCII,
)
_DIGEST: Final = re.compile(r"sha-256=:[A-Za-z0-9+/]{43}=:", re.ASCII)
_SIGNATURE: Final = re.compile(r"sig=:([A-Za-z0-9+/]{86}==):", re.ASCII)


@dataclass(frozen=True, slots=True)
class RequestSignature:
    """The two signature fields of a request, read but not verified."""

    parameters: str
    """The value of `@signature-params`."""
    key: bytes
    challenge: str
    signature: bytes
    covers_body: bool


def content_digest(body: bytes) -> str:
    """Return the Content-Digest field (RFC 9530) of a request body."""
    return digest_field(hashlib.sha256(body).digest())


def digest_field(sha256: bytes) -> str:
    """Return the Content-Digest field of a body whose SHA-256 (32 bytes) is known."""
    return f"sha-256=:{encode_base64(sha256)}:"


def signature_parameters(*, key: bytes, challenge: str, has_body: bool) -> str:
    """Return the value of `@signature-params` for a 32-byte key and a challenge."""
    components = '"@method" "@target-uri"' + (' "content-digest"' if has_body else "")
    keyid = encode_base64url(key)
    return f'({components});keyid="{keyid}";nonce="{challenge}";alg="ed25519";tag="meldpunt-1"'


def signature_base(*, method: str, uri: str, digest: str | None, parameters: str) -> bytes:
    """Return the bytes that a request signature covers (RFC 9421 section 2.5).

    Args:
        method: In upper case.
        uri: Origin, raw path and raw query.
        digest: The Content-Digest field, when there is a body.
        parameters: The value of `@signature-params`.
    """
    lines = [f'"@method": {method}', f'"@target-uri": {uri}']
    if digest is not None:
        lines.append(f'"content-digest": {digest}')
    lines.append(f'"@signature-params": {parameters}')
    return "\n".join(lines).encode("ascii")


def parse_request_signature(*, signature_input: str, signature: str) -> RequestSignature:
    """Read the Signature-Input and Signature fields of this profile.

    Raises:
        RefusedError: REQUEST_SYNTAX; BASE64URL for a `keyid` that is not canonical.
    """
    parameters = _PARAMETERS.fullmatch(signature_input)
    value = _SIGNATURE.fullmatch(signature)
    if parameters is None or value is None:
        raise RefusedError(Reason.REQUEST_SYNTAX)
    return RequestSignature(
        parameters=parameters[1],
        key=decode_base64url(parameters[4], PUBLIC_KEY_SIZE),
        challenge=parameters[5],
        signature=_signature(value[1]),
        covers_body=parameters[3] is not None,
    )


def _signature(text: str) -> bytes:
    try:
        return decode_base64(text)
    except RefusedError:
        raise RefusedError(Reason.REQUEST_SYNTAX) from None


def verify_request(
    signed: RequestSignature,
    *,
    method: str,
    origins: tuple[str, ...],
    target: str,
    digest: str | None,
    body: bytes,
) -> None:
    """Verify a request against every origin of its host.

    Args:
        signed: The signature fields.
        method: In upper case.
        origins: The origins of the host, from its settings: never from the Host field.
        target: Raw path and query, as received.
        digest: The Content-Digest field received, if any.
        body: The body received; empty if none.

    Raises:
        RefusedError: REQUEST_DIGEST when the digest is not that of the body, or there is a body
            and no digest; as `verify_request_fields`.
    """
    verify_request_body(signed, digest=digest, body=body)
    verify_request_fields(signed, method=method, origins=origins, target=target, digest=digest)


def verify_request_body(signed: RequestSignature, *, digest: str | None, body: bytes) -> None:
    """Verify that a body matches the signed digest.

    Raises:
        RefusedError: REQUEST_DIGEST, as `verify_request`.
    """
    if signed.covers_body != bool(body):
        raise RefusedError(Reason.REQUEST_DIGEST)
    if digest is not None and digest != content_digest(body):
        raise RefusedError(Reason.REQUEST_DIGEST)


def verify_request_fields(
    signed: RequestSignature,
    *,
    method: str,
    origins: tuple[str, ...],
    target: str,
    digest: str | None,
) -> None:
    """Verify a request before its body arrives. Later the body must match the signed digest.

    Raises:
        RefusedError: REQUEST_SYNTAX for a method or target that is not ASCII; REQUEST_DIGEST
            when the digest is missing, superfluous or of another form; REQUEST_SIGNATURE.
    """
    if not (method + target).isascii():
        raise RefusedError(Reason.REQUEST_SYNTAX)
    if signed.covers_body != (digest is not None):
        raise RefusedError(Reason.REQUEST_DIGEST)
    if digest is not None and not _DIGEST.fullmatch(digest):  # no body has such a digest
        raise RefusedError(Reason.REQUEST_DIGEST)
    for origin in origins:
        base = signature_base(
            method=method,
            uri=origin + target,
            digest=digest,
            parameters=signed.parameters,
        )
        if is_signature(base, signed.signature, signed.key):
            return
    raise RefusedError(Reason.REQUEST_SIGNATURE)
