"""Sign requests (section 10); `verify.request` verifies them."""

import base64

from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.request import (
    CHALLENGE_FORM,
    content_digest,
    signature_base,
    signature_parameters,
)


def sign_request(
    *, method: str, uri: str, body: bytes, challenge: str, key: SigningKey
) -> dict[str, str]:
    """Return the header fields that sign a request.

    Args:
        method: In upper case.
        uri: The full target URI, as the host builds it again: origin, path, query.
        body: The body; empty if there is none.
        challenge: From the host: 1 to 256 characters of the base64url alphabet.
        key: The signing key of the reporter or a handler, or the line key.

    Raises:
        RefusedError: CHALLENGE for another form. With quotes or line ends in a challenge, the host
            could write a part of the signed bytes.
    """
    if not CHALLENGE_FORM.fullmatch(challenge):
        raise RefusedError(Reason.CHALLENGE)
    digest = content_digest(body) if body else None
    parameters = signature_parameters(key=key.public_key, challenge=challenge, has_body=bool(body))
    base = signature_base(method=method, uri=uri, digest=digest, parameters=parameters)
    signature = base64.b64encode(key.sign_raw(base)).decode("ascii")
    fields = {"signature-input": f"sig={parameters}", "signature": f"sig=:{signature}:"}
    return fields if digest is None else {"content-digest": digest, **fields}
