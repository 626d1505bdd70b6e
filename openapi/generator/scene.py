"""One invented line with its people, the same in every vector and test.

Every secret here is a hash of its name: worthless outside, and the same on every machine.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import shake_256
from typing import Any, Final

from meldpunt.protocol.keys import BoxChain, ReporterKeys, SigningKey
from meldpunt.protocol.message import Recipient
from meldpunt.protocol.oral import make_successor
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.box_key import BOX_KEY_LABEL, BoxKeyStatement, SignedBoxKey
from meldpunt.protocol.verify.clock import Clock, MetBy, Moment
from meldpunt.protocol.verify.days import Term
from meldpunt.protocol.verify.fields import REPORTER, Participant, participant_text
from meldpunt.protocol.verify.key_chain import ROTATION_LABEL, Rotation, RotationStatement
from meldpunt.protocol.verify.line_document import (
    DOCUMENT_LABEL,
    LineDocument,
    ListedHandler,
    Text,
)
from meldpunt.protocol.verify.log.header import MESSAGE_LABEL, Handover, Header, Successor, Tag
from meldpunt.protocol.verify.served import ServedLine

TODAY: Final = date(2026, 11, 20)
SUNDAY: Final = date(2026, 12, 6)
"""Last day on which a line that is asked can accept."""
FIRST_DAY: Final = date(2026, 11, 1)


def secret(name: str, size: int = 32) -> bytes:
    """Return the bytes that stand for randomness here."""
    return shake_256(f"meldpunt vector: {name}".encode()).digest(size)


def signing_key(name: str) -> SigningKey:
    """Return somebody's Ed25519 key pair."""
    return SigningKey.from_seed(secret(f"{name} signing"))


LINE_KEY: Final = signing_key("line")
NEXT_LINE_KEY: Final = signing_key("next line")
LINE: Final = ids.line_id(LINE_KEY.public_key)
OTHER_LINE: Final = ids.line_id(signing_key("other line").public_key)
THIRD_LINE: Final = ids.line_id(signing_key("third line").public_key)


@dataclass(frozen=True, slots=True)
class Person:
    """A handler with every key they have."""

    name: str
    role: str
    line: ids.LineId = LINE

    @property
    def signing(self) -> SigningKey:
        """The Ed25519 key pair."""
        return signing_key(self.name)

    @property
    def chain(self) -> BoxChain:
        """The first chain of box keys."""
        return BoxChain.start(0, secret(f"{self.name} chain"))

    @property
    def id(self) -> ids.HandlerId:
        """The handler id on the line."""
        return ids.handler_id(self.line, self.signing.public_key)

    def entry(self, **changes: object) -> ListedHandler:
        """Return the entry in the line document."""
        fields: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "role": self.role,
            "signing_key": self.signing.public_key,
            "from_": FIRST_DAY,
        }
        return ListedHandler(**(fields | changes))

    def box_statement(self, **changes: object) -> BoxKeyStatement:
        """Return the statement about the first box key."""
        fields: dict[str, Any] = {
            "version": 1,
            "line_id": self.line,
            "handler_id": self.id,
            "number": 0,
            "public_key": self.chain.key(0).public_key,
            "not_before": FIRST_DAY,
            "not_after": FIRST_DAY + timedelta(days=60),
        }
        return BoxKeyStatement(**(fields | changes))

    def sign_box(self, statement: BoxKeyStatement) -> SignedBoxKey:
        """Sign a statement about a box key."""
        data = statement.to_json()
        return SignedBoxKey(statement=data, signature=self.signing.sign(BOX_KEY_LABEL, data))

    @property
    def recipient(self) -> Recipient:
        """Where to wrap for this handler."""
        statement = self.box_statement()
        return Recipient(statement.key_id, statement.public_key)


ANNA: Final = Person("Anna de Wit", "vertrouwenspersoon")
BRAM: Final = Person("Bram Okafor", "ombudsfunctionaris")
CHRIS: Final = Person("Chris Üstün", "compliance officer")
PEOPLE: Final = (ANNA, BRAM, CHRIS)
DAVID: Final = Person("David Jansen", "compliance officer")
"""On the line only where a scene says so."""
TESS: Final = Person("Tess Bakker", "onderzoeker", OTHER_LINE)
TOM: Final = Person("Tom Öztürk", "klachtenfunctionaris", OTHER_LINE)
OTHER_PEOPLE: Final = (TESS, TOM)
"""Those of the other line of the host."""
VERA: Final = Person("Vera Smit", "externe deskundige", THIRD_LINE)

REPORTER_KEYS: Final = ReporterKeys.from_seed(secret("reporter"))
REPORT: Final = REPORTER_KEYS.report_id
CALLER_KEYS: Final = ReporterKeys.from_seed(secret("caller"))
"""Those that take an oral report over."""
REPORTER_RECIPIENT: Final = Recipient(REPORTER_KEYS.box_key_id, REPORTER_KEYS.box.public_key)

FILES: Final = tuple(
    sorted(ids.AttachmentId(secret(name, 16)) for name in ("first file", "second file"))
)
"""Ids of two attachments, as a header lists them."""


def document(**changes: object) -> LineDocument:
    """Return the line's first document, or a changed one."""
    fields: dict[str, Any] = {
        "version": 1,
        "line_id": LINE,
        "number": 1,
        "key_number": 0,
        "signed_on": FIRST_DAY,
        "expires_on": FIRST_DAY + timedelta(days=90),
        "origins": ("https://meldpunt.example",),
        "receipt_key": signing_key("host").public_key,
        "languages": ("nl", "en"),
        "names": (Text(language="nl", text="Meldpunt Voorbeeld"),),
        "contact": (Text(language="nl", text="Bel 020 123 4567, ma–vr 9–17 uur"),),
        "form": ids.text_hash(b"form"),
        "guide": ids.text_hash(b"guide"),
        "procedure": ids.text_hash(b"procedure"),
        "clocks": (
            Clock(
                name="acknowledge",
                starts_at=Moment.RECEIVED,
                term=Term(7, "D"),
                met_by=MetBy.ACKNOWLEDGEMENT,
            ),
            Clock(
                name="feedback",
                starts_at=Moment.ACKNOWLEDGED,
                term=Term(3, "M"),
                met_by=MetBy.FEEDBACK,
                starts_no_later_than=Term(7, "D"),
            ),
        ),
        "retention": Term(2, "M"),
        "maximum_term": Term(5, "Y"),
        "withdrawal_term": Term(14, "D"),
        "unopened_term": Term(14, "D"),
        "reader_count": 2,
        "handlers": tuple(person.entry() for person in PEOPLE),
    }
    return LineDocument(**(fields | changes))


def other_document(**changes: object) -> LineDocument:
    """Return the first document of the other line, or a changed one."""
    fields: dict[str, Any] = {
        "line_id": OTHER_LINE,
        "names": (Text(language="nl", text="Klachtencommissie Voorbeeld"),),
        "retention": Term(1, "Y"),
        "handlers": tuple(person.entry() for person in OTHER_PEOPLE),
    }
    return document(**(fields | changes))


def handover(*readers: Person, messages: Iterable[ids.MessageId], **changes: object) -> Handover:
    """Return to whom a reporter hands a report over, and what these may read."""
    fields: dict[str, Any] = {
        "line_id": readers[0].line,
        "document": ids.document_hash(other_document().to_json()),
        "readers": tuple(sorted(person.id for person in readers)),
        "messages": tuple(sorted(messages)),
        "until": SUNDAY,
    }
    return Handover(**(fields | changes))


def rotation(
    old: SigningKey = LINE_KEY, new: SigningKey = NEXT_LINE_KEY, **changes: object
) -> Rotation:
    """Return the statement that one line key follows another."""
    fields: dict[str, Any] = {
        "version": 1,
        "line_id": LINE,
        "number": 1,
        "old_key": old.public_key,
        "new_key": new.public_key,
    }
    data = RotationStatement(**(fields | changes)).to_json()
    return Rotation(
        statement=data,
        old_signature=old.sign(ROTATION_LABEL, data),
        new_signature=new.sign(ROTATION_LABEL, data),
    )


def served(
    shown: LineDocument | None = None,
    *,
    key: SigningKey = LINE_KEY,
    rotations: tuple[Rotation, ...] = (),
    box_keys: tuple[SignedBoxKey, ...] | None = None,
) -> ServedLine:
    """Return what an honest host serves of the line."""
    data = (shown or document()).to_json()
    return ServedLine(
        first_key=LINE_KEY.public_key,
        rotations=rotations,
        document=data,
        signature=key.sign(DOCUMENT_LABEL, data),
        box_keys=tuple(p.sign_box(p.box_statement()) for p in PEOPLE)
        if box_keys is None
        else box_keys,
    )


def in_order(*readers: Participant) -> tuple[Participant, ...]:
    """Return readers as a header lists them."""
    return tuple(sorted(readers, key=participant_text))


def header(author: Participant = REPORTER, **changes: object) -> Header:
    """Return the report's first header, or a handler's answer to it, or a changed one."""
    fields: dict[str, Any] = {
        "version": 1,
        "line_id": LINE,
        "report_id": REPORT,
        "author": author,
        "n": 0,
        "tag": Tag.REPORT,
        "document": ids.document_hash(document().to_json()),
        "readers": in_order(ANNA.id, BRAM.id),
        "seen": (),
        "body": ids.body_hash(b"body"),
    }
    if author != REPORTER:
        fields |= {
            "tag": Tag.MESSAGE,
            "day": TODAY,
            "readers": in_order(ANNA.id, BRAM.id, REPORTER),
            "seen": (ids.message_id(header().to_json()),),
        }
    return Header(**(fields | changes))


def signer(author: Participant) -> SigningKey:
    """Return the key with which a participant signs."""
    people = {person.id: person.signing for person in (*PEOPLE, DAVID, *OTHER_PEOPLE)}
    return REPORTER_KEYS.signing if isinstance(author, str) else people[author]


def successor(
    keys: ReporterKeys = CALLER_KEYS,
    *,
    replaced: SigningKey = REPORTER_KEYS.signing,
    line: ids.LineId = LINE,
    report: ids.ReportId = REPORT,
) -> Successor:
    """Return the statement by which a report passes to new keys."""
    return make_successor(keys, line=line, report=report, replaced=replaced)


@dataclass
class Conversation:
    """Headers as their authors sign them; each author sees the newest of everybody, unless told."""

    messages: dict[ids.MessageId, tuple[bytes, bytes]] = field(default_factory=dict)
    newest: dict[Participant, ids.MessageId] = field(default_factory=dict)
    counts: dict[Participant, int] = field(default_factory=dict)

    def say(
        self,
        author: Participant,
        tag: Tag | None = None,
        *,
        key: SigningKey | None = None,
        **changes: object,
    ) -> ids.MessageId:
        """Add a message of an author, signed by a key that may not be theirs, and return its id."""
        n = self.counts.get(author, 0)
        fields: dict[str, Any] = {
            "n": n,
            "tag": tag or (Tag.REPORT if author == REPORTER and n == 0 else Tag.MESSAGE),
            "seen": tuple(sorted(self.newest.values())),
            "body": ids.body_hash(f"{len(self.messages)}".encode()),
        }
        data = header(author, **(fields | changes)).to_json()
        message = ids.message_id(data)
        self.messages[message] = (data, (key or signer(author)).sign(MESSAGE_LABEL, data))
        self.newest[author] = message
        self.counts[author] = n + 1
        return message

    def admit(
        self, author: Person, newcomer: Person, *others: Participant, **changes: object
    ) -> ids.MessageId:
        """Let an author admit a newcomer, shown to the reporter and to others."""
        readers = in_order(author.id, newcomer.id, REPORTER, *others)
        fields: dict[str, Any] = {"admits": newcomer.id, "readers": readers}
        return self.say(author.id, Tag.ADMIT, **(fields | changes))

    def consent(self, *asked: Person, **changes: object) -> ids.MessageId:
        """Let the reporter hand over to `asked`, who may read all so far; Anna and Bram see it."""
        given: dict[str, Any] = {
            "handover": handover(*asked, messages=self.messages),
            "readers": in_order(ANNA.id, BRAM.id, *(person.id for person in asked)),
        }
        return self.say(REPORTER, Tag.CONSENT, **(given | changes))

    def answer(
        self, person: Person, consent: ids.MessageId, tag: Tag = Tag.ACCEPTANCE, **changes: object
    ) -> ids.MessageId:
        """Let somebody answer a consent, for the reporter to read."""
        given: dict[str, Any] = {"consent": consent, "readers": in_order(REPORTER, person.id)}
        return self.say(person.id, tag, **(given | changes))

    def succeed(
        self, keys: ReporterKeys = CALLER_KEYS, *, key: SigningKey | None = None, **changes: object
    ) -> ids.MessageId:
        """Let new keys take the report over; `key` signs in place of the new one."""
        given: dict[str, Any] = {"successor": successor(keys)} | changes
        return self.say(REPORTER, Tag.SUCCESSION, key=key or keys.signing, **given)

    def without(self, *removed: ids.MessageId) -> list[tuple[bytes, bytes]]:
        """Return what a host serves that hides some messages."""
        return [pair for message, pair in self.messages.items() if message not in removed]
