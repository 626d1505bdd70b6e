"""A report and its messages, made from the raw protocol and sent over HTTP."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from meldpunt.protocol import message, payload
from meldpunt.protocol.attachment import Attachment
from meldpunt.protocol.body import seal_body
from meldpunt.protocol.keys import ReporterKeys, SigningKey
from meldpunt.protocol.message import Recipient
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.fields import REPORTER, Participant, participant_text
from meldpunt.protocol.verify.log.header import MESSAGE_LABEL, Header, Tag
from meldpunt.protocol.verify.sealed import SealedMessage
from meldpunt.wire.reports import ReporterPublicKeys, ReportPut
from tests.support.answers import stored
from tests.support.caller import Caller
from tests.support.office import Office


def seal(
    draft: Header,
    author: SigningKey,
    recipients: Iterable[Recipient],
    *,
    text: str = "Er is iets gebeurd.",
    content_key: bytes | None = None,
    attachments: tuple[Attachment, ...] = (),
) -> SealedMessage:
    """Seal and sign, without the checks that stop an honest client."""
    key = content_key or os.urandom(32)
    said = payload.make_payload(text, language="nl", attachments=attachments)
    body = seal_body(said.to_json(), content_key=key)
    header = draft.model_copy(update={"body": ids.body_hash(body)}).to_json()
    message_id = ids.message_id(header)
    return SealedMessage(
        header=header,
        signature=author.sign(MESSAGE_LABEL, header),
        body=body,
        wraps=tuple(
            message.wrap_for(draft, message_id, content_key=key, recipient=recipient)
            for recipient in recipients
        ),
    )


@dataclass
class Correspondence:
    """One report: who takes part, and what each has said so far."""

    office: Office
    http: httpx.AsyncClient
    origin: str
    day_of: Any
    """Tells the handlers' day."""
    readers: tuple[ids.HandlerId, ...]
    keys: ReporterKeys = field(
        default_factory=lambda: ReporterKeys.from_seed(os.urandom(32)), repr=False
    )
    text: str = "Er is iets gebeurd."
    """What everybody says, unless told otherwise."""
    newest: dict[Participant, tuple[int, ids.MessageId]] = field(default_factory=dict)
    messages: list[SealedMessage] = field(default_factory=list)
    content_keys: list[bytes] = field(default_factory=list, repr=False)
    bulletin_key: bytes | None = None
    """Sent along with the report."""
    files: tuple[Attachment, ...] = ()
    """What messages open of the files that they list."""

    @property
    def reporter(self) -> Caller:
        return Caller(self.http, self.origin, self.keys.signing)

    def handler(self, person: int) -> Caller:
        return Caller(self.http, self.origin, self.office.people[person].signing)

    def entry(self, person: int) -> str:
        """The resource of this report in a handler's inbox."""
        entry = ids.inbox_entry(self.office.people[person].id, self.keys.report_id)
        return f"/v1/inbox/{encode_base64url(entry)}"

    @property
    def own_key(self) -> Recipient:
        """The reporter, as a recipient."""
        return Recipient(self.keys.box_key_id, self.keys.box.public_key)

    def recipients(self, readers: Sequence[Participant]) -> list[Recipient]:
        """Return where to wrap for readers."""
        known = {person.id: person.recipient() for person in self.office.people}
        return [known[r] for r in readers if not isinstance(r, str) and r in known] + (
            [self.own_key] if REPORTER in readers else []
        )

    def seal(
        self,
        draft: Header,
        author: SigningKey,
        text: str | None = None,
        recipients: Sequence[Recipient] | None = None,
    ) -> SealedMessage:
        """Seal to the readers a draft names, or to others."""
        self.content_keys.append(os.urandom(32))
        chosen = self.recipients(draft.readers) if recipients is None else recipients
        said = self.text if text is None else text
        listed = tuple(file for file in self.files if file.id in (draft.attachments or ()))
        key = self.content_keys[-1]
        return seal(draft, author, chosen, text=said, content_key=key, attachments=listed)

    def first_draft(self, **changes: Any) -> Header:  # noqa: ANN401 (any field of a header)
        """Return the header of the report itself."""
        draft = message.first_header(
            line=self.office.line,
            report=self.keys.report_id,
            document=self.office.document_hash,
            readers=self.readers,
        )
        return draft.model_copy(update=changes)

    def put(self, sealed: SealedMessage | None = None, text: str | None = None) -> ReportPut:
        """Return the body of a new report."""
        keys = ReporterPublicKeys(
            signing_key=self.keys.signing.public_key, box_key=self.keys.box.public_key
        )
        first = sealed or self.seal(self.first_draft(), self.keys.signing, text)
        return ReportPut(keys=keys, message=first, bulletin_key=self.bulletin_key)

    def draft(self, author: Participant, tag: Tag, **changes: Any) -> Header:  # noqa: ANN401 (any field)
        """Return the header of an author's next message."""
        readers: tuple[Participant, ...] = self.readers
        if author != REPORTER:
            readers = tuple(sorted((*self.readers, REPORTER), key=participant_text))
        draft = Header(
            version=1,
            line_id=self.office.line,
            report_id=self.keys.report_id,
            author=author,
            n=self.newest[author][0] + 1 if author in self.newest else 0,
            tag=tag,
            document=self.office.document_hash,
            day=None if author == REPORTER else self.day_of(),
            readers=readers,
            seen=tuple(sorted(message_id for _, message_id in self.newest.values())),
            body=ids.Hash(bytes(32)),
        )
        return draft.model_copy(update=changes)

    def by_reporter(self, tag: Tag = Tag.MESSAGE, **changes: Any) -> SealedMessage:  # noqa: ANN401 (any field)
        """Make the reporter's next message."""
        return self.seal(self.draft(REPORTER, tag, **changes), self.keys.signing)

    def by_handler(self, person: int, tag: Tag = Tag.MESSAGE, **changes: Any) -> SealedMessage:  # noqa: ANN401 (any field)
        """Make a handler's next message."""
        who = self.office.people[person]
        return self.seal(self.draft(who.id, tag, **changes), who.signing)

    def note(self, sealed: SealedMessage) -> None:
        """Remember a message that the host holds."""
        header = Header.from_signed(sealed.header)
        self.newest[header.author] = (header.n, sealed.message_id)
        self.messages.append(sealed)

    async def submit(self, text: str | None = None) -> httpx.Response:
        """Send the report, twice."""
        put = self.put(text=text)
        answer = await self.reporter.put_twice("/v1/report", put)
        stored(answer)
        self.note(put.message)
        return answer

    async def reporter_puts(self, sealed: SealedMessage) -> httpx.Response:
        """Send a message of the reporter, once."""
        return await self.reporter.put(f"/v1/report/messages/{name(sealed)}", sealed)

    async def handler_puts(self, person: int, sealed: SealedMessage) -> httpx.Response:
        """Send a message of a handler, once."""
        path = f"{self.entry(person)}/messages/{name(sealed)}"
        return await self.handler(person).put(path, sealed)

    async def reporter_says(self, tag: Tag = Tag.MESSAGE, **changes: Any) -> httpx.Response:  # noqa: ANN401 (any field)
        """Let the reporter send one more message, twice."""
        sealed = self.by_reporter(tag, **changes)
        return await self._say(self.reporter, f"/v1/report/messages/{name(sealed)}", sealed)

    async def handler_says(
        self,
        person: int,
        tag: Tag = Tag.MESSAGE,
        **changes: Any,  # noqa: ANN401 (any field)
    ) -> httpx.Response:
        """Let a handler send one more message, twice."""
        sealed = self.by_handler(person, tag, **changes)
        path = f"{self.entry(person)}/messages/{name(sealed)}"
        return await self._say(self.handler(person), path, sealed)

    async def _say(self, caller: Caller, path: str, sealed: SealedMessage) -> httpx.Response:
        answer = await caller.put_twice(path, sealed)
        stored(answer)
        self.note(sealed)
        return answer


def name(sealed: SealedMessage) -> str:
    """Return a message's id as paths write it."""
    return encode_base64url(sealed.message_id)
