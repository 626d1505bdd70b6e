"""A conversation whose words are kept, and the proofs of report that come of it."""

from dataclasses import dataclass
from typing import Any, Final

from meldpunt.protocol.body import seal_body
from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.payload import make_payload
from meldpunt.protocol.report_proof import ProvenDocument, ProvenMessage, ReportProof
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.line_document import DOCUMENT_LABEL, LineDocument
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.protocol.verify.proof import proof_bytes
from openapi.generator import scene
from openapi.generator.scene import (
    ANNA,
    LINE_KEY,
    NEXT_LINE_KEY,
    REPORTER_KEYS,
    TODAY,
    Conversation,
)
from openapi.generator.vector import Vector

HOST: Final = scene.signing_key("host")
NEW_HOST: Final = scene.signing_key("new host")
FIRST: Final = scene.document()


def sign(document: LineDocument, *keys: SigningKey) -> ProvenDocument:
    """Sign a document by that of a line's keys which it names."""
    data = document.to_json()
    return ProvenDocument(
        document=data, signature=keys[document.key_number].sign(DOCUMENT_LABEL, data)
    )


def _signed(document: LineDocument) -> ProvenDocument:
    return sign(document, LINE_KEY, NEXT_LINE_KEY)


@dataclass
class Kept:
    """A conversation whose words are kept."""

    talk: Conversation
    messages: list[ProvenMessage]

    def say(
        self,
        author: Participant,
        text: str,
        tag: Tag | None = None,
        *,
        key: SigningKey | None = None,
        **changes: object,
    ) -> None:
        """Add a message with a body, and a proof of receipt of today."""
        content_key = scene.secret(text)
        payload = make_payload(text, language="nl").to_json()
        body = seal_body(payload, content_key=content_key)
        message = self.talk.say(author, tag, key=key, body=ids.body_hash(body), **changes)
        header, signature = self.talk.messages[message]
        self.messages.append(
            ProvenMessage(
                header=header,
                signature=signature,
                received_on=TODAY,
                proof=HOST.sign_raw(proof_bytes(message, TODAY)),
                body=body,
                content_key=content_key,
            )
        )


def kept_messages() -> list[ProvenMessage]:
    """Return a report, Anna's answer, and a word of the reporter."""
    kept = Kept(Conversation(), [])
    kept.say(REPORTER, "Facturen zijn dubbel betaald.")
    kept.say(ANNA.id, "Ontvangen. Dank u.", Tag.ACKNOWLEDGEMENT)
    kept.say(REPORTER, "Het gaat nog door.")
    return kept.messages


def filed(
    messages: list[ProvenMessage], *documents: LineDocument, **changes: object
) -> ReportProof:
    """Put messages into a file, with documents of the line (its first), or other fields."""
    fields: dict[str, Any] = {
        "format": "meldpunt-report-proof",
        "version": 1,
        "first_key": LINE_KEY.public_key,
        "documents": tuple(_signed(document) for document in documents or (FIRST,)),
        "signing_key": REPORTER_KEYS.signing.public_key,
        "box_key": REPORTER_KEYS.box.public_key,
        "messages": tuple(messages),
    }
    return ReportProof(**(fields | changes))


def proof(
    name: str,
    comment: str,
    shown: ReportProof | str,
    refused: Reason | None = None,
    **given: object,
) -> Vector:
    """Return the vector of a file, or of its text."""
    text = shown if isinstance(shown, str) else shown.to_json().decode()
    return Vector("verify-report-proof", name, comment, {"file": text, **given}, refused)
