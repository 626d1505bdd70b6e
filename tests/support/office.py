"""An office with three handlers, made from the raw protocol: what a client would build."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from meldpunt.protocol.keys import BoxChain, SigningKey
from meldpunt.protocol.message import Recipient
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.box_key import BOX_KEY_LABEL, BoxKeyStatement, SignedBoxKey
from meldpunt.protocol.verify.clock import Clock, MetBy, Moment
from meldpunt.protocol.verify.days import parse_term
from meldpunt.protocol.verify.encoding import encode_line_id
from meldpunt.protocol.verify.fields import participant_text
from meldpunt.protocol.verify.line_document import (
    DOCUMENT_LABEL,
    LineDocument,
    ListedHandler,
    Text,
)
from meldpunt.wire.lines import BoxKeysPut, LinePut
from tests.support.clock import FIRST_DAY

TEXTS: Final = (b'{"form":1}', b'{"guide":1}', b'{"procedure":1}')
"""Form, guide and procedure of every office here."""
KEY_DAYS: Final = timedelta(days=45)
"""How long the first box keys last."""

CLOCKS: Final = (
    Clock(
        name="acknowledge",
        starts_at=Moment.RECEIVED,
        term=parse_term("P7D"),
        met_by=MetBy.ACKNOWLEDGEMENT,
    ),
    Clock(
        name="feedback",
        starts_at=Moment.ACKNOWLEDGED,
        term=parse_term("P3M"),
        met_by=MetBy.FEEDBACK,
        starts_no_later_than=parse_term("P7D"),
    ),
)


@dataclass(frozen=True)
class Person:
    """A handler with keys."""

    line: ids.LineId
    signing: SigningKey
    chain: BoxChain

    @classmethod
    def make(cls, line: ids.LineId) -> "Person":
        """Make one with fresh keys."""
        return cls(line, SigningKey.from_seed(os.urandom(32)), BoxChain.start(0, os.urandom(32)))

    @property
    def id(self) -> ids.HandlerId:
        return ids.handler_id(self.line, self.signing.public_key)

    def listed(self, *, since: date = FIRST_DAY, until: date | None = None) -> ListedHandler:
        """Return how a line document names this person."""
        return ListedHandler(
            id=self.id,
            name="ListedHandler",
            role="confidential adviser",
            signing_key=self.signing.public_key,
            from_=since,
            until=until,
        )

    def statement(
        self, number: int = 0, *, not_before: date = FIRST_DAY, not_after: date | None = None
    ) -> BoxKeyStatement:
        """Return what this person says of a box key."""
        return BoxKeyStatement(
            version=1,
            line_id=self.line,
            handler_id=self.id,
            number=number,
            public_key=self.chain.key(number).public_key,
            not_before=not_before,
            not_after=not_after or not_before + KEY_DAYS,
        )

    def sign_box_key(self, statement: BoxKeyStatement) -> SignedBoxKey:
        """Sign a statement, whatever it says."""
        data = statement.to_json()
        return SignedBoxKey(statement=data, signature=self.signing.sign(BOX_KEY_LABEL, data))

    def box_keys(self, *statements: BoxKeyStatement) -> BoxKeysPut:
        """Return the body that publishes box keys; the first one if none is named."""
        chosen = statements or (self.statement(),)
        return BoxKeysPut(box_keys=tuple(map(self.sign_box_key, chosen)))

    def recipient(self, number: int = 0) -> Recipient:
        """Return where to wrap for this person."""
        statement = self.statement(number)
        return Recipient(statement.key_id, statement.public_key)


@dataclass(frozen=True)
class Office:
    """A line, the key that rules it, and its handlers."""

    line_key: SigningKey
    document: LineDocument
    people: tuple[Person, ...]

    @classmethod
    def make(cls, *, handlers: int = 3, **changes: Any) -> "Office":  # noqa: ANN401 (any field of a document)
        """Make an office with fresh keys and its first document, not yet published."""
        line_key = SigningKey.from_seed(os.urandom(32))
        line = ids.line_id(line_key.public_key)
        people = tuple(Person.make(line) for _ in range(handlers))
        return cls(line_key, first_document(line, people, **changes), people)

    @classmethod
    def make_on(cls, day: date, *, origin: str) -> "Office":
        """Make an office for a host with a clock of its own."""
        made = cls.make(signed_on=day, expires_on=day + timedelta(days=30), origins=(origin,))
        return made.with_document(handlers=tuple(who.listed(since=day) for who in made.people))

    @property
    def line(self) -> ids.LineId:
        return self.document.line_id

    @property
    def path(self) -> str:
        """The line's resource."""
        return f"/v1/lines/{encode_line_id(self.line)}"

    @property
    def inbox(self) -> str:
        """Where a handler of the line reads their inbox."""
        return f"/v1/inbox?line={encode_line_id(self.line)}"

    @property
    def document_hash(self) -> ids.Hash:
        return ids.document_hash(self.document.to_json())

    def put(self, *, invite: str | None = None, **changes: Any) -> LinePut:  # noqa: ANN401 (any field of a body)
        """Return the body that publishes the document as it is now."""
        data = self.document.to_json()
        fields: dict[str, Any] = {
            "first_key": self.line_key.public_key,
            "document": data,
            "signature": self.line_key.sign(DOCUMENT_LABEL, data),
            "texts": TEXTS,
            "invite": invite,
        }
        return LinePut(**fields | changes)

    def with_document(self, **changes: Any) -> "Office":  # noqa: ANN401 (any field of a document)
        """Return the office with a changed document, of whatever content."""
        return replace(self, document=self.document.model_copy(update=changes))

    def next(self, **changes: Any) -> "Office":  # noqa: ANN401 (any field of a document)
        """Return the office with the document that follows."""
        following = {"number": self.document.number + 1, "previous": self.document_hash}
        return self.with_document(**following | changes)

    def readers(self, *people: int) -> tuple[ids.HandlerId, ...]:
        """Return the ids of some people in the order that headers want."""
        return tuple(sorted((self.people[i].id for i in people), key=participant_text))


def first_document(
    line: ids.LineId,
    people: Iterable[Person],
    **changes: Any,  # noqa: ANN401 (any field of a document)
) -> LineDocument:
    """Return a line's first document."""
    form, guide, procedure = map(ids.text_hash, TEXTS)
    fields: dict[str, Any] = {
        "version": 1,
        "line_id": line,
        "number": 1,
        "key_number": 0,
        "signed_on": FIRST_DAY,
        "expires_on": FIRST_DAY + timedelta(days=90),
        "origins": ("https://report.example",),
        "receipt_key": SigningKey.from_seed(os.urandom(32)).public_key,
        "languages": ("nl",),
        "names": (Text(language="nl", text="Meldpunt"),),
        "contact": (Text(language="nl", text="Bel ons"),),
        "form": form,
        "guide": guide,
        "procedure": procedure,
        "clocks": CLOCKS,
        "retention": parse_term("P2M"),
        "maximum_term": parse_term("P1Y"),
        "withdrawal_term": parse_term("P14D"),
        "handlers": tuple(person.listed() for person in people),
    }
    return LineDocument(**fields | changes)
