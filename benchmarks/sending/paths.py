"""Serves the hot paths with one server after the other: the host, the bare one, the ORM one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from benchmarks.sending.attaching import Attachment
from benchmarks.sending.databases import Setup
from benchmarks.sending.hot_paths import INBOX, POLL, REPLY, SUBMIT, UPLOAD
from benchmarks.sending.loads import (
    AT_ONCE,
    FILE,
    POLLS,
    Prepared,
    Requests,
    Run,
    measure,
    serve_host,
)
from benchmarks.sending.office import Report, fetch_challenge, request
from benchmarks.servers import bare, least, orm, server
from benchmarks.servers.bare import ReadyMade, ready_made

_ORM_SHARE: Final = 8
"""The ORM server gets this many times fewer requests, because it is so much slower."""


class NotServedError(Exception):
    """A server that the host is compared with gave a wrong answer."""


@dataclass(slots=True)
class Paths:
    """A way to run the servers, and reports that are ready to send."""

    setup: Setup
    prepared: Prepared
    rows: dict[bytes, ReadyMade] = field(default_factory=dict)
    """The rows that the host stored, by the reporter's key; the bare server stores them again."""

    @classmethod
    def make(cls, setup: Setup, *, at_once: int, alone: int) -> "Paths":
        """Make reports for the office of a database."""
        return cls(setup, Prepared.make(setup.database.office, at_once=at_once, alone=alone))

    async def host(self) -> Run:
        """Serve with the host; keeps its stored rows for the bare server."""
        run = await serve_host(self.setup, self.prepared)
        self.rows = await ready_made(self.setup.database.url)
        return run

    async def orm(self) -> Run:
        """Serve with the usual ORM server, which takes no attachments."""
        office, prepared = self.setup.database.office, self.prepared
        few = prepared.at_once[: max(2 * AT_ONCE, len(prepared.at_once) // _ORM_SHARE)]
        alone = prepared.alone[: -(-len(prepared.alone) // 2)]
        variables = server.environment(self.setup.database.fresh())
        with server.started(orm.APP, variables) as running:
            challenge = await fetch_challenge(running.port)
            asked = [prepared.requests(office, reports, challenge) for reports in (few, alone)]
            return _complete(await measure(self.setup, running, *asked))

    async def bare(self, *, does_least: bool) -> Run:
        """Serve the same rows with the bare server."""
        database = self.setup.database
        variables = {
            bare.DATABASE: database.fresh().database_url.get_secret_value(),
            bare.FOLDER: str(database.attachments),
            **({bare.LEAST: "1"} if does_least else {}),
        }
        asked = [self._ready_made(r) for r in (self.prepared.at_once, self.prepared.alone)]
        with server.started(bare.APP, variables, workers=self.setup.workers) as running:
            return _complete(await measure(self.setup, running, *asked))

    def _ready_made(self, reports: Sequence[Report]) -> Requests:
        """Return requests with the rows of reports, signed as for the host."""
        signed = partial(request, key=reports[0].key, challenge=least.challenge())
        rows = [self.rows[report.key.public_key] for report in reports]
        keys = [report.key.public_key.hex() for report in reports]
        page = signed("GET", f"{bare.INBOX}?{self.setup.database.office.readers[0].id.hex()}")
        files = [Attachment.make(report, FILE) for report in reports[:AT_ONCE]]
        return {
            SUBMIT: [signed("PUT", bare.SUBMIT, body=row.submission) for row in rows],
            POLL: [signed("GET", f"{bare.POLL}?{key}") for key in keys] * POLLS,
            INBOX: [page] * len(reports),
            REPLY: [signed("PUT", bare.REPLY, body=row.reply) for row in rows],
            UPLOAD: [signed("PATCH", bare.KEEP, body=file.data) for file in files],
        }


def _complete(run: Run) -> Run:
    """Return a run if no request failed; otherwise the host cannot be compared with it.

    Raises:
        NotServedError: A request failed.
    """
    if run.failed:
        raise NotServedError
    return run
