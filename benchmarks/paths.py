"""Sends the hot paths to one server: the host, the bare server, or the usual ORM server."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from benchmarks import bare, orm, server, usage
from benchmarks.attaching import Attachment
from benchmarks.bare import ReadyMade, ready_made
from benchmarks.databases import Setup
from benchmarks.load import Load, send
from benchmarks.office import (
    Report,
    fetch_challenge,
    make_reply,
    make_report,
    poll,
    reply,
    request,
    submission,
)
from meldpunt.protocol.verify.sealed import SealedMessage

SUBMIT, POLL, REPLY, UPLOAD, INBOX = "SUBMIT", "POLL", "REPLY", "UPLOAD", "INBOX"
PATHS: Final = (SUBMIT, POLL, REPLY, UPLOAD, INBOX)
AT_ONCE, ALONE = 64, 1
_BEGIN: Final = "begin"
"""Announces attachments before the client sends them; this is not measured."""
_ORDER: Final = (SUBMIT, POLL, INBOX, REPLY, _BEGIN, UPLOAD)
_WISHED: Final = {SUBMIT: 201, POLL: 200, INBOX: 200, REPLY: 201, _BEGIN: 201, UPLOAD: 204}
_ORM_SHARE: Final = 8
"""The ORM server gets this many times fewer requests, because it is so much slower."""
_FILE: Final = 1_000_000
"""Bytes of an attachment that the client sends in one part."""

Requests = dict[str, list[bytes]]
"""The requests of each path."""


class NotServedError(Exception):
    """A server that the host is compared with gave a wrong answer."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a load cost."""

    load: Load
    cpu: float
    """Processor time of the server's processes for a request, in seconds."""
    database_cpu: float
    """Processor time of the database's own processes for a request, in seconds."""


@dataclass(slots=True)
class Run:
    """The results of one server after all loads."""

    taken: dict[tuple[str, int], Taken] = field(default_factory=dict)
    """The costs by path and number of connections."""
    memory: int = 0
    """Bytes of memory that its processes hold at the end."""
    failed: int = 0
    """Requests with a wrong answer, or with none."""


@dataclass(slots=True)
class Paths:
    """A way to run the host, and reports that are ready to send."""

    setup: Setup
    at_once: list[Report]
    alone: list[Report]
    replies: dict[bytes, SealedMessage]
    """Messages that follow half of the reports, by the reporter's key."""
    rows: dict[bytes, ReadyMade] = field(default_factory=dict)
    """The rows that the host stored, by the reporter's key; the bare server stores them again."""

    @classmethod
    def make(cls, setup: Setup, *, at_once: int, alone: int) -> "Paths":
        """Make reports for the office of a database."""
        office = setup.database.office
        made = [make_report(office) for _ in range(at_once + alone)]
        replies = {
            report.key.public_key: make_reply(office, report, 1, report.put.message.message_id)
            for report in made[::2]
        }
        return cls(setup, made[:at_once], made[at_once:], replies)

    async def host(self) -> Run:
        """Serve with the host; keeps its stored rows for the bare server."""
        run = await self._signed(server.HOST, self.at_once, self.alone)
        self.rows = await ready_made(self.setup.database.url)
        return run

    async def orm(self) -> Run:
        """Serve with the usual ORM server, which takes no attachments."""
        few = self.at_once[: max(2 * AT_ONCE, len(self.at_once) // _ORM_SHARE)]
        return _complete(await self._signed(orm.APP, few, self.alone[: -(-len(self.alone) // 2)]))

    async def bare(self, *, does_least: bool) -> Run:
        """Serve the same rows with the bare server."""
        database = self.setup.database
        variables = {
            bare.DATABASE: database.fresh().database_url.get_secret_value(),
            bare.FOLDER: str(database.attachments),
            **({bare.LEAST: "1"} if does_least else {}),
        }
        asked = [self._ready_made(reports) for reports in (self.at_once, self.alone)]
        with server.started(bare.APP, variables, workers=self.setup.workers) as running:
            return _complete(await self._measure(running, *asked))

    async def _signed(self, app: str, at_once: list[Report], alone: list[Report]) -> Run:
        variables = server.environment(self.setup.database.fresh())
        with server.started(app, variables, workers=self.setup.workers) as running:
            challenge = await fetch_challenge(running.port)
            asked = [self._requests(reports, challenge) for reports in (at_once, alone)]
            if app == server.HOST:
                for requests, reports in zip(asked, (at_once, alone), strict=True):
                    requests.update(_uploads(reports[:AT_ONCE], challenge))
            return await self._measure(running, *asked)

    def _requests(self, reports: Sequence[Report], challenge: str) -> Requests:
        key = self.setup.database.office.readers[0].signing
        inbox = self.setup.database.office.inbox
        page = request("GET", inbox, key=key, challenge=challenge)
        return {
            SUBMIT: [submission(report, challenge) for report in reports],
            POLL: [poll(report, challenge) for report in reports] * 2,
            INBOX: [page] * -(-len(reports) // 2),
            REPLY: [
                reply(report, self.replies[report.key.public_key], challenge)
                for report in reports
                if report.key.public_key in self.replies
            ],
        }

    def _ready_made(self, reports: Sequence[Report]) -> Requests:
        rows = [self.rows[report.key.public_key] for report in reports]
        keys = [report.key.public_key.hex() for report in reports]
        page = request("GET", f"{bare.INBOX}?{self.setup.database.office.readers[0].id.hex()}")
        files = [Attachment.make(report, _FILE) for report in reports[:AT_ONCE]]
        return {
            SUBMIT: [request("PUT", bare.SUBMIT, body=row.submission) for row in rows],
            POLL: [request("GET", f"{bare.POLL}?{key}") for key in keys] * 2,
            INBOX: [page] * -(-len(reports) // 2),
            REPLY: [request("PUT", bare.REPLY, body=row.reply) for row in rows if row.reply],
            UPLOAD: [request("PATCH", bare.KEEP, body=file.data) for file in files],
        }

    async def _measure(self, running: server.Server, at_once: Requests, alone: Requests) -> Run:
        run = Run()
        for path in _ORDER:
            for connections, requests in ((AT_ONCE, at_once), (ALONE, alone)):
                if not requests.get(path):
                    continue
                own, database = usage.cpu_seconds(running.pid), self.setup.database.cpu_seconds()
                load = await send(running.port, requests[path], connections=connections)
                count = len(requests[path])
                own = (usage.cpu_seconds(running.pid) - own) / count
                database = (self.setup.database.cpu_seconds() - database) / count
                if path != _BEGIN:
                    run.taken[path, connections] = Taken(load, own, database)
                run.failed += count - load.statuses[_WISHED[path]]
        run.memory = usage.memory(running.pid)
        return run


def _uploads(reports: Sequence[Report], challenge: str) -> Requests:
    files = [Attachment.make(report, _FILE) for report in reports]
    return {
        _BEGIN: [file.begin(challenge) for file in files],
        UPLOAD: [part for file in files for part in file.parts(challenge, size=2 * _FILE)],
    }


def _complete(run: Run) -> Run:
    """Return a run if no request failed; otherwise the host cannot be compared with it.

    Raises:
        NotServedError: A request failed.
    """
    if run.failed:
        raise NotServedError
    return run
