"""Two offices on one host, and a report that goes from one to the other."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import httpx

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.fields import REPORTER, Participant, participant_text
from meldpunt.protocol.verify.log.header import Handover, Tag
from meldpunt.protocol.verify.sealed import SealedMessage
from tests.support.answers import stored
from tests.support.correspondence import Correspondence
from tests.support.hosts import TestHost
from tests.support.office import Office

THEIRS = 3
"""The first handler of the other office, in the order of `HandedOver`'s people."""


async def publish(host: TestHost, office: Office) -> None:
    """Put one more line on a host, with its handlers' first box keys."""
    owner = host.caller(office.line_key)
    stored(await owner.put(office.path, office.put(invite=host.invites[1])))
    for person in office.people:
        answer = await host.caller(person.signing).put(f"{office.path}/box-keys", person.box_keys())
        assert answer.status_code == 204, answer.text


def sunday_after(day: date) -> date:
    """Return a Sunday 14 to 20 days ahead."""
    start = day + timedelta(days=14)
    return start + timedelta(days=6 - start.weekday())


class HandedOver(Correspondence):
    """A report whose people are 0 to 2 of its own office and from 3 on of another."""

    other: Office

    @classmethod
    async def begin(cls, host: TestHost, **changes: Any) -> "HandedOver":  # noqa: ANN401 (of a document)
        """Return a report that is there, and publish another office."""
        other = Office.make(**changes)
        await publish(host, other)
        return await cls.begin_with(host, other)

    @classmethod
    async def begin_with(cls, host: TestHost, other: Office) -> "HandedOver":
        """Return a report that is there, beside another office that is published."""
        own = host.correspondence()
        both = replace(own.office, people=(*own.office.people, *other.people))
        talk = cls(both, own.http, own.origin, own.day_of, own.readers)
        talk.other = other
        await talk.submit()
        return talk

    def asked(self, *people: int) -> tuple[ids.HandlerId, ...]:
        """Return handlers as a consent names them: the first two of the other office, or others."""
        return tuple(sorted(self.office.people[i].id for i in people or (THEIRS, THEIRS + 1)))

    def handover(self, **changes: Any) -> Handover:  # noqa: ANN401 (any field)
        """Return the agreement to hand all that was said to the other office."""
        fields: dict[str, Any] = {
            "line_id": self.other.line,
            "document": self.other.document_hash,
            "readers": self.asked(),
            "messages": tuple(sorted(message.message_id for message in self.messages)),
            "until": sunday_after(self.day_of()),
        }
        return Handover(**fields | changes)

    def everybody(self) -> tuple[ids.HandlerId, ...]:
        """Return the readers of both offices in the order of headers."""
        return tuple(sorted({*self.readers, *self.asked()}, key=encode_base64url))

    def consent(self, **changes: Any) -> SealedMessage:  # noqa: ANN401 (any field of a header)
        """Make the reporter's consent."""
        fields: dict[str, Any] = {"handover": self.handover(), "readers": self.everybody()}
        return self.by_reporter(Tag.CONSENT, **fields | changes)

    async def agree(self, **changes: Any) -> ids.MessageId:  # noqa: ANN401 (any field of a header)
        """Let the reporter consent; returns the consent's id."""
        sealed = self.consent(**changes)
        stored(await self.reporter_puts(sealed))
        self.note(sealed)
        return sealed.message_id

    def answer(
        self,
        tag: Tag,
        consent: ids.MessageId,
        person: int = THEIRS,
        **changes: Any,  # noqa: ANN401 (any field)
    ) -> SealedMessage:
        """Make an answer of the other office."""
        fields: dict[str, Any] = {
            "consent": consent,
            "document": self.other.document_hash,
            "readers": tuple(sorted((*self.everybody(), REPORTER), key=participant_text)),
        }
        return self.by_handler(person, tag, **fields | changes)

    async def decide(self, tag: Tag, consent: ids.MessageId) -> None:
        """Let the other office answer."""
        sealed = self.answer(tag, consent)
        stored(await self.handler_puts(THEIRS, sealed))
        self.note(sealed)

    def theirs(self, tag: Tag = Tag.MESSAGE, **changes: Any) -> SealedMessage:  # noqa: ANN401 (any field)
        """Make the next message of the other office, to itself and the reporter."""
        both: tuple[Participant, ...] = (*self.asked(), REPORTER)
        readers = tuple(sorted(both, key=participant_text))
        fields: dict[str, Any] = {"document": self.other.document_hash, "readers": readers}
        return self.by_handler(THEIRS, tag, **fields | changes)

    async def send_theirs(self, sealed: SealedMessage) -> httpx.Response:
        """Send a message of the other office."""
        return await self.handler_puts(THEIRS, sealed)
