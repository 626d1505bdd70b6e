"""Payloads: the plaintext inside a body (section 7.5)."""

import re
from typing import Annotated, Any, ClassVar, Final

from pydantic import Field

from meldpunt.protocol.attachment import Attachment
from meldpunt.protocol.verify import strict_json
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import (
    LANGUAGE_PATTERN,
    HandlerIdField,
    HandlerIds,
    Language,
    LineIdField,
    Model,
    SignatureField,
    SignedModel,
    Version,
    sorted_by,
)
from meldpunt.protocol.verify.log.header import Header
from meldpunt.protocol.verify.sizes import SIZE_CLASSES

_LANGUAGE: Final = re.compile(LANGUAGE_PATTERN, re.ASCII)


class OralNote(Model):
    """A handler says: I wrote this report down for somebody who told it to me (section 9.6)."""

    handler: HandlerIdField
    signature: SignatureField
    """Signature by the handler's signing key under `mp1/oral`, over line id and report id."""


class ConsultationNote(Model):
    """A handler of another line says: I ask you for advice here (section 9.8)."""

    line_id: LineIdField
    """The asker's own line."""
    handler: HandlerIdField
    signature: SignatureField
    """Signature by the asker's signing key under `mp1/consultation`."""


class Payload(SignedModel):
    """The plaintext of a message.

    `content` may hold unknown fields. Readers keep them and ignore them, so that old frontends
    still work.
    """

    MAX_SIZE: ClassVar[int] = SIZE_CLASSES[-1]

    version: Version
    language: Language
    left_out: Annotated[HandlerIds, Field(min_length=1)] | None = None
    """Handlers whom the reporter does not want as readers. The other handlers see this list."""
    oral: OralNote | None = None
    """Who wrote an oral report down; first messages only."""
    attachments: (
        Annotated[
            tuple[Attachment, ...],
            Field(fail_fast=True, min_length=1, max_length=64),
            sorted_by(lambda attachment: attachment.id),
        ]
        | None
    ) = None
    """The files that the header lists, with the keys that open them."""
    consultation: ConsultationNote | None = None
    """Who asks for advice; first messages only."""
    content: dict[str, Any]

    @property
    def text(self) -> str:
        """The text of the message: the one field that every message has."""
        return str(self.content["text"])


def make_payload(
    text: str,
    *,
    language: str,
    left_out: HandlerIds | None = None,
    oral: OralNote | None = None,
    attachments: tuple[Attachment, ...] = (),
    consultation: ConsultationNote | None = None,
    **content: object,
) -> Payload:
    """Build a payload with a text and further content fields.

    Raises:
        RefusedError: As `parse_payload`, so that nobody makes a payload that readers refuse.
            PAYLOAD for a value that JSON cannot hold.
    """
    _check_language(language)
    _check_text(text)
    try:
        payload = Payload(
            version=1,
            language=language,
            left_out=left_out or None,
            oral=oral,
            attachments=tuple(sorted(attachments, key=lambda each: each.id)) or None,
            consultation=consultation,
            content={"text": text, **content},
        )
        data = payload.to_json()
    except ValueError:
        raise RefusedError(Reason.PAYLOAD) from None
    if len(data) <= Payload.MAX_SIZE:  # a longer payload fits no size class: sealing refuses it
        parse_payload(data)
    return payload


def parse_payload(data: bytes) -> Payload:
    """Read a payload: strict JSON first, then language and text, then every other field.

    The author's software made the refused payload. The reason tells its makers what to repair.

    Raises:
        RefusedError: A JSON reason; PAYLOAD_LANGUAGE; PAYLOAD_TEXT; PAYLOAD for any other field.
    """
    value = strict_json.parse_canonical(data, max_size=Payload.MAX_SIZE)
    _check_language(value.get("language"))
    content = value.get("content")
    if isinstance(content, dict):
        _check_text(content.get("text"))
    try:
        return Payload.from_value(value)
    except RefusedError:
        raise RefusedError(Reason.PAYLOAD) from None


def _check_language(language: object) -> None:
    if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
        raise RefusedError(Reason.PAYLOAD_LANGUAGE)


def _check_text(text: object) -> None:
    if not isinstance(text, str) or not text:
        raise RefusedError(Reason.PAYLOAD_TEXT)


def check_attachments(header: Header, payload: Payload) -> None:
    """Check that a payload lists exactly the files that its header lists.

    Raises:
        RefusedError: ATTACHMENTS.
    """
    if tuple(each.id for each in payload.attachments or ()) != (header.attachments or ()):
        raise RefusedError(Reason.ATTACHMENTS)
