"""A line on a real host, its handlers and reporters, and a clock to set."""

import contextlib
import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import httpx
from pydantic import SecretStr

from meldpunt.client import (
    PRESETS,
    DraftReport,
    Handler,
    HandlerKeys,
    LineKeys,
    LineOwner,
    LinePlan,
    Reporter,
    Retry,
    Thread,
    Transport,
    Visit,
    Writer,
)
from meldpunt.client.http.api import LineApi
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.days import Term
from meldpunt.protocol.verify.served import ServedLine
from meldpunt.server.app import create_app
from meldpunt.server.clock import TimeSource
from meldpunt.server.host import Host
from meldpunt.server.settings import Settings
from meldpunt.server.store.database import migration
from meldpunt.server.store.lines import insert_invite
from meldpunt.server.usecases.identity import check_identity, claim_attachments
from meldpunt.server.usecases.lines import invite_hash
from tests.support.databases import new_database

ORIGIN: Final = "https://report.example"
INVITE: Final = "an-invite-for-one-line"
_USUAL: Final = PRESETS["wbk-internal"]
_ACKNOWLEDGE, _FEEDBACK = _USUAL.clocks
CLOCKS: Final = {
    "wbk-internal": _USUAL,
    "kept-briefly": replace(_USUAL, retention=Term(2, "W"), maximum_term=Term(6, "M")),
    "half-a-year": replace(
        _USUAL, clocks=(_ACKNOWLEDGE, _FEEDBACK.model_copy(update={"term": Term(6, "M")}))
    ),
}
"""Clocks of lines: as usual, kept for half a year at most, and with half a year for feedback."""
FIRST_DAY: Final = date(2026, 3, 2)
TEXT: Final = "The invoices of March were paid twice."


class FakeClock:
    """Days and seconds that pass when a test says so."""

    def __init__(self) -> None:
        start = datetime.combine(FIRST_DAY, datetime.min.time(), UTC) + timedelta(hours=12)
        self.seconds = start.timestamp()

    def now(self) -> float:
        return self.seconds

    def today(self) -> date:
        return datetime.fromtimestamp(self.seconds, UTC).date()

    def pass_days(self, days: float) -> None:
        self.seconds += days * 24 * 3600


class FakeEntropy:
    """Bytes that look random and are the same in every run."""

    def __init__(self) -> None:
        self._calls = 0

    def __call__(self, size: int) -> bytes:
        self._calls += 1
        return hashlib.shake_256(b"%d" % self._calls).digest(size)


Change = Callable[[httpx.Request, httpx.Response], httpx.Response]


@dataclass
class Network(httpx.AsyncBaseTransport):
    """The network to the host: records requests, and changes or loses answers."""

    app: httpx.AsyncBaseTransport
    sent: list[httpx.Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    lose_answers: int = 0
    """How many answers get lost on the way back."""
    change: Change | None = None
    ignore: Callable[[httpx.Request], bool] = lambda _: False
    """Requests that the host says yes to, and does nothing about."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        self.bodies.append(await request.aread())
        if self.ignore(request):
            return httpx.Response(204)
        response = await self.app.handle_async_request(request)
        if self.lose_answers and request.method != "POST":
            self.lose_answers -= 1
            raise httpx.ReadError("lost")
        if self.change is None:
            return response
        await response.aread()
        return self.change(request, response)

    def paths(self) -> list[str]:
        return [f"{request.method} {request.url.path}" for request in self.sent]


def json_answer(body: bytes, status: int = 200) -> httpx.Response:
    headers = {"Content-Type": "application/json"}
    return httpx.Response(status, content=body, headers=headers)


@dataclass
class HostedLine:
    """A line and its handlers on a real host, and everything that a test may change."""

    clock: FakeClock
    entropy: FakeEntropy
    network: Network
    host: Host
    http: httpx.AsyncClient
    line_keys: LineKeys
    waits: list[float] = field(default_factory=list)
    handlers: list[Handler] = field(default_factory=list)

    def today(self) -> date:
        return self.clock.today()

    async def served_line(self) -> ServedLine:
        """What the host says of the line, as nobody has verified it yet."""
        return await LineApi(self.transport()).line(self.line_keys.line_id)

    def transport(self, retry: Retry | None = None) -> Transport:
        """A new connection: nobody shares one."""
        return Transport(
            ORIGIN, self.http, retry=retry, monotonic=self.clock.now, sleep=self._sleep
        )

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    def owner(self) -> LineOwner:
        return LineOwner(self.transport(), self.line_keys, today=self.clock.today)

    def handler(self, keys: HandlerKeys) -> Handler:
        return Handler(self.transport(), keys, entropy=self.entropy, today=self.clock.today)

    def reporter(self) -> Reporter:
        return Reporter(
            self.transport(),
            self.line_keys.line_id,
            entropy=self.entropy,
            today=self.clock.today,
        )

    def new_keys(self) -> HandlerKeys:
        return HandlerKeys.create(self.line_keys.line_id, self.entropy)

    def plan(self, *keys: HandlerKeys, preset: str = "wbk-internal") -> LinePlan:
        plan = LinePlan(
            languages=("en", "nl"),
            names={"en": "Integrity line", "nl": "Meldpunt integriteit"},
            contact={"en": "Call 030 123, weekdays 9 to 5."},
            handlers=(),
            preset=CLOCKS[preset],
        )
        entries = (key.entry(name=f"Handler {i}", role="adviser") for i, key in enumerate(keys))
        return plan.with_handlers(*entries, day=FIRST_DAY)  # whenever a document is signed

    async def open_line(
        self, handlers: int = 3, *, with_keys: int | None = None, preset: str = "wbk-internal"
    ) -> VerifiedLine:
        """Publish a line whose handlers have published box keys; returns it."""
        keys = [self.new_keys() for _ in range(handlers)]
        await self.owner().publish(self.plan(*keys, preset=preset), invite=INVITE)
        self.handlers = [self.handler(k) for k in keys]
        for handler in self.handlers[:with_keys]:
            await handler.publish_keys(lambda _: None)
        return await self.reporter().line()

    async def submit(self, text: str = TEXT, *, readers: tuple[int, ...] = (0, 1)) -> DraftReport:
        """Send a report to these handlers."""
        reporter = self.reporter()
        line = await reporter.line()
        chosen = [self.handlers[i].keys.handler_id for i in readers]
        submission = await reporter.prepare(line, text, language="en", readers=chosen)
        await reporter.send(submission)
        return submission

    async def oral(self) -> str:
        """Open a line, and let handler 0 write a report down; returns the code for the caller."""
        line, reporter = await self.open_line(), self.reporter()
        submission = await reporter.prepare(
            line,
            TEXT,
            language="en",
            readers=[self.id_of(0), self.id_of(1)],
            written_by=Writer("oral", self.handlers[0].keys),
        )
        await reporter.send(submission)
        return submission.receipt

    async def visit(self, submission: DraftReport) -> Visit:
        """Come back on another device, with the receipt alone."""
        return await self.reporter().open(submission.receipt)

    async def only_entry(self, handler: Handler) -> Thread:
        """Read the one report in an inbox."""
        [entry] = [found async for found in handler.entries()]
        return await handler.read(entry.entry)

    def id_of(self, number: int) -> ids.HandlerId:
        return self.handlers[number].keys.handler_id


@contextlib.asynccontextmanager
async def make_hosted_line(folder: Path) -> AsyncIterator[HostedLine]:
    """Start a host on an empty database, with its files in a folder."""
    with new_database(folder) as url:
        async with _make_hosted_line(folder, url) as hosted:
            yield hosted


@contextlib.asynccontextmanager
async def _make_hosted_line(folder: Path, url: str) -> AsyncIterator[HostedLine]:
    settings = Settings(
        database_url=SecretStr(url),
        secrets_file=folder / "secrets.json",
        origins=(ORIGIN,),
        attachments=str(folder / "host-attachments"),
    )
    clock, entropy = FakeClock(), FakeEntropy()
    app = create_app(settings, clock=TimeSource(clock.now))
    host: Host = app.state.host
    await migration.migrate(host.store)
    await claim_attachments(host.store, host.blobs)
    await check_identity(host)
    await host.store.write(lambda tx: insert_invite(tx, invite_hash(INVITE)))
    network = Network(httpx.ASGITransport(app))
    async with httpx.AsyncClient(transport=network) as http:
        yield HostedLine(clock, entropy, network, host, http, LineKeys.create(entropy))
    await host.close()
