"""The hot paths: which requests a server gets, and what it takes to answer them.

Other servers than the host are in `paths.py`. This module knows the host alone, so that it also
drives the host of another checkout (`against.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from benchmarks.sending.attaching import Attachment
from benchmarks.sending.databases import Setup
from benchmarks.sending.hot_paths import INBOX, POLL, REPLY, SUBMIT, UPLOAD
from benchmarks.sending.load import Load, send
from benchmarks.sending.office import (
    Office,
    Report,
    fetch_challenge,
    make_reply,
    make_report,
    poll,
    reply,
    request,
    submission,
)
from benchmarks.servers import server, usage
from meldpunt.protocol.verify.sealed import SealedMessage

AT_ONCE, ALONE = 64, 1
POLLS: Final = 4
"""Polls for each report: they are so cheap that fewer would be lost in the system's clock."""
FILE: Final = 1_000_000
"""Bytes of an attachment that the client sends in one part."""
_BEGIN: Final = "begin"
"""Announces attachments before the client sends them; this is not measured."""
_ORDER: Final = (SUBMIT, POLL, INBOX, REPLY, _BEGIN, UPLOAD)
_WISHED: Final = {SUBMIT: 201, POLL: 200, INBOX: 200, REPLY: 201, _BEGIN: 201, UPLOAD: 204}

Requests = dict[str, list[bytes]]
"""The requests of each path."""


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


@dataclass(frozen=True, slots=True)
class Prepared:
    """Reports that are ready to send, and the message that follows each."""

    at_once: list[Report]
    alone: list[Report]
    replies: dict[bytes, SealedMessage]
    """By the reporter's key."""

    @classmethod
    def make(cls, office: Office, *, at_once: int, alone: int) -> "Prepared":
        """Make reports for an office: for 64 connections, and for one."""
        made = [make_report(office) for _ in range(at_once + alone)]
        replies = {
            report.key.public_key: make_reply(office, report, 1, report.put.message.message_id)
            for report in made
        }
        return cls(made[:at_once], made[at_once:], replies)

    def requests(self, office: Office, reports: Sequence[Report], challenge: str) -> Requests:
        """Return the signed requests of every path but UPLOAD."""
        key = office.readers[0].signing
        page = request("GET", office.inbox, key=key, challenge=challenge)
        return {
            SUBMIT: [submission(report, challenge) for report in reports],
            POLL: [poll(report, challenge) for report in reports] * POLLS,
            INBOX: [page] * len(reports),
            REPLY: [
                reply(report, self.replies[report.key.public_key], challenge) for report in reports
            ],
        }


async def serve_host(setup: Setup, prepared: Prepared) -> Run:
    """Let a host serve every path, on a new database."""
    office = setup.database.office
    variables = server.environment(setup.database.fresh())
    with server.started(server.HOST, variables, workers=setup.workers) as running:
        challenge = await fetch_challenge(running.port)
        asked = [
            prepared.requests(office, reports, challenge) | _uploads(reports[:AT_ONCE], challenge)
            for reports in (prepared.at_once, prepared.alone)
        ]
        return await measure(setup, running, *asked)


async def measure(setup: Setup, running: server.Server, at_once: Requests, alone: Requests) -> Run:
    """Send all loads to a server, one after the other. Each path's first load warms it up."""
    run = Run()
    for path in _ORDER:
        for connections, requests in ((ALONE, alone), (AT_ONCE, at_once)):
            if not requests.get(path):
                continue
            own, database = usage.cpu_seconds(running.pid), setup.database.cpu_seconds()
            load = await send(running.port, requests[path], connections=connections)
            count = len(requests[path])
            own = (usage.cpu_seconds(running.pid) - own) / count
            database = (setup.database.cpu_seconds() - database) / count
            if path != _BEGIN:
                run.taken[path, connections] = Taken(load, own, database)
            run.failed += count - load.statuses[_WISHED[path]]
    run.memory = usage.memory(running.pid)
    return run


def _uploads(reports: Sequence[Report], challenge: str) -> Requests:
    files = [Attachment.make(report, FILE) for report in reports]
    return {
        _BEGIN: [file.begin(challenge) for file in files],
        UPLOAD: [part for file in files for part in file.parts(challenge, size=2 * FILE)],
    }
