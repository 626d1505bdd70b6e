"""Who takes part in the life, and what each of them seals. Every secret is a hash of a word."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from meldpunt.protocol.attachment import Attachment
from meldpunt.protocol.body import seal_body
from meldpunt.protocol.keys import BoxKey, ReporterKeys, SigningKey
from meldpunt.protocol.message import first_header
from meldpunt.protocol.payload import make_payload
from meldpunt.protocol.receipt import make_receipt, receipt_seed
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.bulletin import bulletin_tag
from meldpunt.protocol.verify.encoding import encode_base64url, encode_line_id
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.line_document import DOCUMENT_LABEL, LineDocument
from meldpunt.protocol.verify.log.header import MESSAGE_LABEL, Header, Tag
from meldpunt.protocol.verify.sealed import SealedMessage, Wrap
from meldpunt.protocol.wrap import WrapContext
from meldpunt.wire.lines import BoxKeysPut, LinePut
from openapi.generator.kept_wraps import KeptWraps
from openapi.generator.scene import (
    ANNA,
    BRAM,
    LINE,
    LINE_KEY,
    Person,
    document,
    in_order,
    secret,
    signing_key,
)
from openapi.generator.text_scene import FORM, GUIDE, PROCEDURE, written

ORIGIN: Final = "https://meldpunt.example"
HOST: Final = "life host"
FIRST_DAY: Final = date(2026, 11, 20)
INVITE: Final = "the-operators-invite-for-one-line"
ENTROPY: Final = secret("life code", 12)
"""What the reporter's device draws."""
CODE: Final = make_receipt(ENTROPY)
SEED: Final = receipt_seed(CODE, LINE)
KEYS: Final = ReporterKeys.from_seed(SEED)
RECEIPT_KEY: Final = signing_key("life host")
LINE_PATH: Final = f"/v1/lines/{encode_line_id(LINE)}"
INBOX: Final = f"/v1/inbox?line={encode_line_id(LINE)}"
ANNAS_ENTRY: Final = f"/v1/inbox/{encode_base64url(ids.inbox_entry(ANNA.id, KEYS.report_id))}"
TEXTS: Final = tuple(written(text).encode() for text in (FORM, GUIDE, PROCEDURE))


def line_document(**changes: object) -> LineDocument:
    """Return the document of the line in this life."""
    form, guide, procedure = (ids.text_hash(text) for text in TEXTS)
    fields: dict[str, Any] = {
        "signed_on": FIRST_DAY,
        "expires_on": FIRST_DAY + timedelta(days=90),
        "origins": (ORIGIN,),
        "receipt_key": RECEIPT_KEY.public_key,
        "form": form,
        "guide": guide,
        "procedure": procedure,
        "handlers": tuple(person.entry(from_=FIRST_DAY) for person in (ANNA, BRAM)),
    }
    return document(**(fields | changes))


DOCUMENT: Final = line_document().to_json()


def line_put(data: bytes = DOCUMENT, *, invite: str | None = INVITE) -> LinePut:
    """Return how the office publishes a document."""
    return LinePut(
        first_key=LINE_KEY.public_key,
        document=data,
        signature=LINE_KEY.sign(DOCUMENT_LABEL, data),
        texts=TEXTS if invite else (),
        invite=invite,
    )


def box_keys_put(person: Person) -> BoxKeysPut:
    """Return how a handler publishes a box key, for sixty days."""
    statement = person.box_statement(not_before=FIRST_DAY, not_after=FIRST_DAY + timedelta(days=60))
    return BoxKeysPut(box_keys=(person.sign_box(statement),))


@dataclass(frozen=True, slots=True)
class Said:
    """A message, with what only its readers have."""

    author: Participant
    header: bytes
    payload: bytes
    content_key: bytes
    sealed: SealedMessage

    @property
    def path(self) -> str:
        """The message's own name below `messages/`."""
        return encode_base64url(self.sealed.message_id)


def box_key_of(reader: Participant) -> tuple[ids.KeyId, BoxKey]:
    """Return a reader's box key and its id."""
    if isinstance(reader, str):
        return KEYS.box_key_id, KEYS.box
    person = {each.id: each for each in (ANNA, BRAM)}[reader]
    return person.box_statement().key_id, person.chain.key(0)


@dataclass
class Talk:
    """The log as it grows: everybody has seen all of it."""

    wraps: KeptWraps
    said: list[Said] = field(default_factory=list)

    def say(
        self,
        author: Participant,
        tag: Tag,
        text: str,
        *,
        on: date,
        files: tuple[Attachment, ...] = (),
    ) -> Said:
        """Seal the next message of an author, for all its readers."""
        name = f"life message {len(self.said)} {len(files)}"
        payload = make_payload(text, language="nl", attachments=files).to_json()
        content_key = secret(name)
        body = seal_body(payload, content_key=content_key)
        draft = self._draft(author, tag, on)
        listed = tuple(file.id for file in files) or None
        changes = {"body": ids.body_hash(body), "attachments": listed}
        header = draft.model_copy(update=changes).to_json()
        key = KEYS.signing if isinstance(author, str) else self._signing(author)
        sealed = SealedMessage(
            header=header,
            signature=key.sign(MESSAGE_LABEL, header),
            body=body,
            wraps=self._wraps(draft.readers, ids.message_id(header), content_key),
        )
        self.said.append(Said(author, header, payload, content_key, sealed))
        return self.said[-1]

    def _signing(self, author: ids.HandlerId) -> SigningKey:
        return {each.id: each.signing for each in (ANNA, BRAM)}[author]

    def _draft(self, author: Participant, tag: Tag, on: date) -> Header:
        known = ids.document_hash(DOCUMENT)
        readers = in_order(ANNA.id, BRAM.id)
        first = first_header(
            line=LINE,
            report=KEYS.report_id,
            document=known,
            readers=tuple(each for each in readers if not isinstance(each, str)),
        )
        if not self.said:
            return first
        newest = {each.author: each.sealed.message_id for each in self.said}
        count = sum(each.author == author for each in self.said)
        changes: dict[str, Any] = {
            "author": author,
            "n": count,
            "tag": tag,
            "seen": tuple(sorted(newest.values())),
        }
        if author != REPORTER:
            changes |= {"day": on, "readers": in_order(ANNA.id, BRAM.id, REPORTER)}
        return first.model_copy(update=changes)

    def _wraps(
        self, readers: Sequence[Participant], message: ids.MessageId, content_key: bytes
    ) -> tuple[Wrap, ...]:
        return tuple(self.wrap(reader, message, content_key) for reader in readers)

    def wrap(self, reader: Participant, message: ids.MessageId, content_key: bytes) -> Wrap:
        """Wrap a content key to a reader."""
        key_id, box_key = box_key_of(reader)
        context = WrapContext(line=LINE, report=KEYS.report_id, message=message, key=key_id)
        wrap = self.wraps.wrap(content_key, box_key=box_key, context=context)
        return Wrap(key_id=key_id, wrap=wrap)


def bulletin_tag_on(day: str) -> str:
    """Return the tag of the report in the file of a day, in hexadecimal."""
    return bulletin_tag(KEYS.bulletin, date.fromisoformat(day)).hex()
