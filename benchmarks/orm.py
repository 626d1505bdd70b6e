"""The same service as it is usually written: models in and out, ORM sessions, a transaction each.

It makes the host's checks and stores the host's rows. FastAPI parses and writes the JSON, a
dependency gives each request its session, and the request's own transaction is committed before
its answer.
"""

import os
from collections.abc import Iterator
from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, HTTPException, Request
from sqlalchemy import create_engine, event, select
from sqlalchemy.orm import Session, registry, sessionmaker

from benchmarks.bare import connect_as_host
from meldpunt.protocol.verify import ids
from meldpunt.server.app import open_host
from meldpunt.server.http.caller import MAX_MESSAGE, signed_request
from meldpunt.server.settings import Settings
from meldpunt.server.store import tables
from meldpunt.server.store.row_ids import derived_row_id
from meldpunt.server.store.submissions import Submission
from meldpunt.server.usecases.challenges import make_challenge
from meldpunt.server.usecases.messages import accepted
from meldpunt.server.usecases.submitting import check_submission
from meldpunt.wire.reports import Accepted, Challenge, MessagesPage, ReportPut

APP: Final = "benchmarks.orm:make_app"
_CONNECTIONS: Final = 64


class Record:
    """A row; the mapper gives each table's class its columns."""

    def __init__(self, **values: object) -> None:
        for name, value in values.items():
            setattr(self, name, value)


class ReportRecord(Record):
    """A report."""


class MessageRecord(Record):
    """A message."""


class PartRecord(Record):
    """A part of a body."""


class WrapRecord(Record):
    """A wrap."""


class EntryRecord(Record):
    """A report in an inbox."""


_MAPPED: Final = {
    ReportRecord: tables.reports,
    MessageRecord: tables.messages,
    PartRecord: tables.body_parts,
    WrapRecord: tables.wraps,
    EntryRecord: tables.inbox,
}


def _records(submission: Submission) -> Iterator[Record]:
    report, message = submission.report, submission.message
    row, progress = message.row, report.progress
    yield ReportRecord(
        id=report.id,
        report_id=report.report_id,
        line_id=report.line_id,
        signing_key=report.signing_key,
        birth_signing_key=report.birth_signing_key,
        box_key=report.box_key,
        reporter_key_id=report.reporter_key_id,
        document_hash=report.document_hash,
        state=progress.state.value,
        received_on=progress.received_on,
        immediate=progress.immediate,
        pauses="",
        message_count=report.message_count,
        erase_on=report.erase_on,
        erased=report.erased,
    )
    yield MessageRecord(
        id=row.id,
        message_id=row.message_id,
        report=row.report,
        position=row.position,
        author=b"",
        n=row.n,
        header=row.header,
        signature=row.signature,
        received_on=row.received_on,
    )
    for part, start in enumerate(range(0, len(message.body), tables.PART_SIZE)):
        data = message.body[start : start + tables.PART_SIZE]
        part_id = derived_row_id(row.message_id, bytes([part]))
        yield PartRecord(id=part_id, message=row.id, part=part, data=data)
    for wrap in message.wraps:
        wrap_id = derived_row_id(row.message_id, wrap.key_id)
        yield WrapRecord(id=wrap_id, message=row.id, key_id=wrap.key_id, maker=b"", wrap=wrap.wrap)
    for reader in submission.readers:
        entry = ids.inbox_entry(reader, report.report_id)
        yield EntryRecord(entry=entry, handler_id=reader, report=report.id, message_count=1)


def make_app() -> FastAPI:
    """Return the application on the database that the environment names."""
    for record, table in _MAPPED.items():
        registry().map_imperatively(record, table)
    settings = Settings.from_environment(os.environ)
    host = open_host(settings)
    engine = create_engine(settings.database_url.get_secret_value(), pool_size=_CONNECTIONS)
    event.listen(engine, "connect", lambda connection, _record: connect_as_host(connection))
    sessions = sessionmaker(engine)
    api = FastAPI()
    api.state.host = host

    def get_session() -> Iterator[Session]:
        with sessions() as session:
            yield session

    async def get_caller(request: Request) -> bytes:
        return (await signed_request(request)).key

    async def get_submission(request: Request, put: ReportPut) -> Submission:
        signed = await signed_request(request, max_size=MAX_MESSAGE)
        if signed.key != put.keys.signing_key:
            raise HTTPException(401)
        return await check_submission(host, put)

    @api.post("/v1/challenges")
    async def post_challenge() -> Challenge:
        made = make_challenge(key=host.secrets.challenge_key, now=host.clock.now(), seconds=3600)
        return Challenge(challenge=made, expires_in=3600)

    @api.put("/v1/report", status_code=201)
    def put_report(
        submission: Annotated[Submission, Depends(get_submission)],
        session: Annotated[Session, Depends(get_session)],
    ) -> Accepted:
        session.add_all(_records(submission))
        session.commit()
        row = submission.message.row
        return accepted(host, row.message_id, row.received_on)

    @api.get("/v1/report/messages")
    def get_messages(
        caller: Annotated[bytes, Depends(get_caller)],
        session: Annotated[Session, Depends(get_session)],
        after: int = 0,
    ) -> MessagesPage:
        mine = select(ReportRecord).where(tables.reports.c.signing_key == caller)
        report: Any = session.scalars(mine).one_or_none()
        if report is None:
            raise HTTPException(404)
        messages = tables.messages.c
        newer = (messages.report == report.id, messages.position > after)
        assert not session.scalars(select(MessageRecord).where(*newer)).all()
        return MessagesPage(messages=(), cursor=after, more=False)

    return api
