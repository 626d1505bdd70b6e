"""A visit to a real host by somebody who is full of secrets, and makes every mistake there is."""

import json
import os
from collections.abc import Callable, Iterator
from typing import Final

import httpx

from meldpunt.client import MemoryFile, Transport
from meldpunt.client.files.sealed_file import seal_file
from meldpunt.client.files.upload import upload
from meldpunt.client.http.api import AttachmentApi
from meldpunt.protocol import receipt
from meldpunt.protocol.attachment import AttachmentContext, open_stream
from meldpunt.protocol.keys import ReporterKeys, derive
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.server.clock import TimeSource
from meldpunt.wire.reports import WrapsPut
from tests.support.caller import JSON_BODY, Caller
from tests.support.correspondence import Correspondence, name
from tests.support.malformed_http import malformed_requests, send_bytes
from tests.support.office import Office
from tests.support.process import HostProcess
from tests.support.publishing import publish
from tests.support.traces import Evidence, Secret

WORDS: Final = ("Kwikstaartoverleg", "zandloperkantoor", "Überstundenzettel", "glazenwasserfiets")
"""What the report and the conversation say."""
LOUD: Final = "schreeuwendekanarie"
"""What stands in everything that a client sends in the clear by mistake or on purpose."""
AGENT: Final = "Kanariebrowser/7.3 (Zonnebloemtelefoon)"
ADDRESS: Final = "127.0.0.77"
"""Where the client is: the host itself is at 127.0.0.1."""
TABLES: Final = ("reports", "messages", "body_parts", "wraps", "inbox", "handlers", "lines")


class Listening(httpx.AsyncHTTPTransport):
    """Keeps every answer, whole."""

    def __init__(self, evidence: Evidence) -> None:
        super().__init__(local_address=ADDRESS)
        self._evidence = evidence

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        body = await response.aread()
        head = repr(response.headers.raw).encode()
        self._evidence.add(f"answer to {request.method} {request.url.path[:40]}", head + body)
        return response


class Visit:
    """A reporter, the handlers and strangers at one host; keeps what they must not leave there."""

    def __init__(
        self, host: HostProcess, evidence: Evidence, http: httpx.AsyncClient, invite: str
    ) -> None:
        self.host, self.evidence, self.http, self.invite = host, evidence, http, invite
        today = TimeSource().today()
        self.office = Office.make_on(today, origin=host.origin)
        self.code = receipt.make_receipt(os.urandom(receipt.ENTROPY_SIZE))
        self.seed = receipt.receipt_seed(self.code, self.office.line)
        self.talk = Correspondence(
            self.office,
            http,
            host.origin,
            lambda: today,
            self.office.readers(0, 1),
            ReporterKeys.from_seed(self.seed),
            " ".join(WORDS) * 12,
        )

    def secrets(self) -> Iterator[Secret]:
        """Give everything that the host must not know or keep."""
        for word in (*WORDS, LOUD, AGENT, ADDRESS):
            yield Secret(word, word.encode(), is_text=True)
        symbols = self.code.replace("-", "")
        for form in (self.code, symbols, symbols[:18], self.code.replace("-", " ")):
            yield Secret("receipt code", form.encode(), is_text=True)
        yield Secret("receipt seed", self.seed)
        for label in ("mp1/reporter-sign", "mp1/reporter-box"):
            yield Secret(f"key of {label}", derive(self.seed, label))
        yield Secret("line key", self.office.line_key.seed)
        for person in self.office.people:
            yield Secret("signing key of a handler", person.signing.seed)
            yield Secret("box chain of a handler", person.chain.value)
            yield Secret("box key of a handler", derive(person.chain.value, "mp1/box"))
        for key in self.talk.content_keys:
            yield Secret("content key", key)
            yield Secret("body key", derive(key, "mp1/encrypt"))
        for file in self.talk.files:
            yield Secret("key of a file", file.key)
        yield Secret("invite", self.invite.encode())

    def caller(self) -> Caller:
        return Caller(self.http, self.host.origin)

    async def publish(self) -> None:
        """Put the office on the host."""
        await publish(self.http, self.host.origin, self.office, self.invite)

    async def converse(self) -> None:
        """Let a report run its course, and a second one be withdrawn."""
        await self.talk.submit()
        await self.talk.handler_says(0, Tag.ACKNOWLEDGEMENT)
        await self.talk.handler_says(1, readers=self.talk.readers)
        await self.talk.reporter_says()
        for tag in (Tag.FEEDBACK, Tag.CLOSING):
            await self.talk.handler_says(0, tag)
        await self.talk.reporter_says(Tag.REOPENING)
        for path in ("/v1/report", "/v1/report/messages", "/v1/report/messages?after=1"):
            await self.talk.reporter.read(path)
        for person in (0, 1):
            await self.talk.handler(person).read(self.office.inbox)
            await self.talk.handler(person).read(f"{self.talk.entry(person)}/messages")
        second = Correspondence(
            self.office, self.http, self.host.origin, self.talk.day_of, self.talk.readers
        )
        second.text, second.content_keys = self.talk.text, self.talk.content_keys
        await second.submit()
        await second.reporter_says(Tag.WITHDRAWAL, immediate=True)

    async def attach(self) -> None:
        """Send a file that is full of words, under a name that says something, and fetch it."""
        content = " ".join(WORDS).encode() * 3000
        report = self.talk.keys.report_id
        place = AttachmentContext(self.office.line, report, ids.AttachmentId(os.urandom(16)))
        sealed = await seal_file(
            MemoryFile(content),
            name=f"{WORDS[0]}.txt",
            media_type=f"text/{WORDS[1].lower()}",
            context=place,
            entropy=os.urandom,
        )
        transport = Transport(self.host.origin, self.http)
        path = f"attachments/{encode_base64url(place.attachment)}"
        author = self.talk.keys.signing
        await upload(AttachmentApi(transport, author, f"/v1/report/{path}"), sealed)
        self.talk.files += (sealed.attachment,)
        await self.talk.reporter_says(attachments=(place.attachment,))
        reader = AttachmentApi(
            transport, self.office.people[0].signing, f"{self.talk.entry(0)}/{path}"
        )
        found = await reader.read(0, sealed.length, sealed.length)
        assert b"".join(open_stream(lambda: [found], sealed.attachment, place)) == content

    async def stumble(self) -> None:
        """Make every mistake that a client can make, with canaries in each."""
        reporter, handler = self.talk.reporter, self.talk.handler(0)
        expected = {
            400: [
                await reporter.send("PUT", "/v1/report", body=bad)
                for bad in (
                    f'{{"keys":"{LOUD}"}}'.encode(),
                    f'{{"{LOUD}":1}}'.encode(),
                    f'{{"a":"{LOUD}'.encode(),
                    json.dumps({"plaintext": " ".join(WORDS), "code": self.code}).encode(),
                    f'"{self.code}"'.encode("utf-16"),
                )
            ],
            404: [
                await reporter.get(f"/v1/report/{self.code}"),
                await handler.get(f"/v1/inbox/{LOUD}"),
                await self.caller().get(f"/v1/lines/{LOUD}?{LOUD}={self.code}"),
            ],
            405: [await self.caller().send("PATCH", f"/v1/report?{LOUD}={self.code}")],
            409: [
                await self.talk.reporter_puts(self.talk.by_reporter(n=1)),
                await self.talk.handler_puts(0, self.talk.by_handler(0, Tag.FEEDBACK, n=0)),
            ],
        }
        for status, answers in expected.items():
            assert {answer.status_code for answer in answers} == {status}, status
        await self.stumble_over_fields()
        await self.stumble_over_rules()

    async def stumble_over_fields(self) -> None:
        """Spoil signatures, media types and sizes."""
        reporter = self.talk.reporter
        good = await reporter.sign("GET", "/v1/report")
        words = " ".join(WORDS[:2]).encode()
        huge = words * (10 * 1024 * 1024 // len(words))
        fields = JSON_BODY | await reporter.sign("PUT", "/v1/report", huge)
        for status, method, headers, content in (
            (401, "GET", {"authorization": f"Bearer {self.code}", "cookie": LOUD}, b""),
            (401, "GET", good | {"signature": f"sig=:{LOUD}:"}, b""),
            (401, "GET", good | {"signature-input": f'sig=("{LOUD}")'}, b""),
            (401, "GET", good | {"signature": f"sig=:{'A' * 86}==:"}, b""),
            (401, "GET", await reporter.sign("GET", "/v1/report", challenge=LOUD), b""),
            (401, "PUT", JSON_BODY | good | {"content-digest": LOUD}, words),
            (406, "GET", good | {"accept": f"text/{LOUD}"}, b""),
            (415, "PUT", fields | {"content-type": f"{LOUD}/plain"}, words),
            (413, "PUT", fields, huge),
        ):
            answer = await self.http.request(
                method, "/v1/report", headers=headers, content=content or None
            )
            assert answer.status_code == status, answer.text

    async def stumble_over_rules(self) -> None:
        """Break the protocol's own rules."""
        talk = self.talk
        stranger = Correspondence(
            self.office, self.http, self.host.origin, talk.day_of, talk.readers
        )
        forged = talk.seal(talk.draft("reporter", Tag.MESSAGE), stranger.keys.signing)
        for answer in (
            await talk.reporter_puts(forged),
            await talk.reporter_puts(talk.by_reporter(n=99)),
            await talk.reporter_puts(talk.by_reporter(Tag.CLOSING)),
            await talk.handler_puts(0, talk.by_handler(0, readers=self.office.readers(0, 1, 2))),
            await stranger.reporter.put("/v1/report", talk.put(talk.messages[0])),
            await talk.handler(2).put(
                f"{talk.entry(0)}/messages/{name(talk.messages[0])}/wraps",
                WrapsPut(wraps=talk.messages[0].wraps),
            ),
        ):
            assert 400 <= answer.status_code < 500

    async def break_down(self, change: Callable[[str], None]) -> None:
        """Take tables away under the host, so that it fails amid each write and read."""
        message, reply = self.talk.by_reporter(), self.talk.by_handler(0)
        for table in TABLES:
            change(f"ALTER TABLE {table} RENAME TO gone_{table}")
            fresh = Correspondence(
                self.office, self.http, self.host.origin, self.talk.day_of, self.talk.readers
            )
            fresh.text, fresh.content_keys = self.talk.text, self.talk.content_keys
            answers = [
                await fresh.reporter.put("/v1/report", fresh.put()),
                await self.talk.reporter_puts(message),
                await self.talk.handler_puts(0, reply),
                await self.talk.reporter.get("/v1/report/messages"),
                await self.talk.handler(0).get(f"{self.talk.entry(0)}/messages"),
                await self.caller().get(self.office.path),
            ]
            assert 500 in {answer.status_code for answer in answers}, table
            change(f"ALTER TABLE gone_{table} RENAME TO {table}")
        for answer in (
            await self.talk.reporter_puts(message),
            await self.talk.handler_puts(0, reply),
        ):
            assert answer.status_code in {200, 201}, "the same bytes succeed in the end"

    def be_rough(self) -> None:
        """Send what is not HTTP, and hang up in the middle."""
        for request in malformed_requests(LOUD, AGENT):
            for reset in (False, True):
                answer = send_bytes(self.host.origin, request, source=ADDRESS, reset=reset)
                self.evidence.add(f"answer to {request[:20]!r}", answer)
