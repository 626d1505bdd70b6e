"""The index of bulletins, as everybody fetches it."""

from meldpunt.protocol.verify.fields import Answer, Bytes, SignatureField


class ServedBulletins(Answer):
    """Answer of `GET /v1/bulletins`."""

    index: Bytes
    """The signed statement (openapi/extensions.md section 10.6)."""
    signature: SignatureField
    """Signature by the host's receipt key."""
