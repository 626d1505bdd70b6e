"""The same service in the usual style: models for JSON, ORM sessions, one transaction per request.

It does the same checks as the host and stores the same rows. FastAPI parses and writes the JSON,
and a dependency gives each request its session. The server commits the request's own transaction
before it answers.
"""

import os
from collections.abc import Iterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from sqlalchemy import create_engine, event, select
from sqlalchemy.orm import Session, registry, sessionmaker
from starlette.types import Message

from benchmarks.servers.bare_stores import PAGE, connect_as_host
from benchmarks.servers.orm_records import (
    MAPPED,
    EntryRecord,
    MessageRecord,
    ReportRecord,
    message_records,
    records,
)
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.sealed import SealedMessage
from meldpunt.server.app import open_host
from meldpunt.server.host import Host
from meldpunt.server.http.caller import MAX_MESSAGE, host_of, signed_request
from meldpunt.server.http.parameters import message_id
from meldpunt.server.settings import Settings
from meldpunt.server.store import tables
from meldpunt.server.store.messages import MessageRow, NewMessage
from meldpunt.server.store.reports import as_report
from meldpunt.server.store.submissions import NewReport
from meldpunt.server.usecases.access.readers import accepted
from meldpunt.server.usecases.challenges import make_challenge
from meldpunt.server.usecases.reports.checks import handler_readers
from meldpunt.server.usecases.reports.messages import Arrival
from meldpunt.server.usecases.reports.report import _check as check_reply
from meldpunt.server.usecases.reports.report import birth_keys, report_status
from meldpunt.server.usecases.reports.submission import check_submission
from meldpunt.wire.reports import (
    Accepted,
    Challenge,
    EntryStatus,
    InboxPage,
    MessagesPage,
    ReportPut,
)

APP: Final = "benchmarks.servers.orm:make_app"
_CONNECTIONS: Final = 64


router: Final = APIRouter()


def get_session(request: Request) -> Iterator[Session]:
    """Give a request its session."""
    with request.app.state.sessions() as session:
        yield session


async def _again(request: Request) -> Request:
    """Return a request whose body can be read once more: FastAPI has read it already."""
    body = await request.body()

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request(request.scope, receive)


async def get_caller(request: Request) -> bytes:
    """Return the key that signed a request."""
    size = MAX_MESSAGE if request.method == "PUT" else 0
    return (await signed_request(await _again(request), max_size=size)).key


async def get_submission(request: Request, put: ReportPut) -> NewReport:
    """Return a new report after all checks."""
    signed = await signed_request(await _again(request), max_size=MAX_MESSAGE)
    if signed.key != put.keys.signing_key:
        raise HTTPException(401)
    return await check_submission(host_of(request), put)


@router.post("/v1/challenges")
async def post_challenge(request: Request) -> Challenge:
    """Make a challenge that is valid for an hour."""
    host = host_of(request)
    made = make_challenge(key=host.secrets.challenge_key, now=host.clock.now(), seconds=3600)
    return Challenge(challenge=made, expires_in=3600)


@router.put("/v1/report", status_code=201)
def put_report(
    request: Request,
    submission: Annotated[NewReport, Depends(get_submission)],
    session: Annotated[Session, Depends(get_session)],
) -> Accepted:
    """Store a new report."""
    session.add_all(records(submission))
    session.commit()
    row = submission.message.row
    return accepted(host_of(request), row.message_id, row.received_on)


def get_report(
    caller: Annotated[bytes, Depends(get_caller)],
    session: Annotated[Session, Depends(get_session)],
) -> ReportRecord:
    """Return the caller's report."""
    mine = select(ReportRecord).where(tables.reports.c.signing_key == caller)
    report = session.scalars(mine).one_or_none()
    if report is None:
        raise HTTPException(404)
    return report


@router.get("/v1/report/messages")
def get_messages(
    report: Annotated[ReportRecord, Depends(get_report)],
    session: Annotated[Session, Depends(get_session)],
    after: int = 0,
) -> MessagesPage:
    """Return the new messages in a report: here, none."""
    messages = tables.messages.c
    newer = (messages.report == report.id, messages.position > after)
    assert not session.scalars(select(MessageRecord).where(*newer)).all()
    return MessagesPage(messages=(), cursor=after, more=False)


async def get_arrival(
    request: Request,
    report: Annotated[ReportRecord, Depends(get_report)],
    messageId: str,  # noqa: N803 (the contract's name)
    sealed: SealedMessage,
) -> Arrival:
    """Return a reply after all checks that need no other message."""
    return await check_reply(host_of(request), as_report(report), message_id(messageId), sealed)


@router.put("/v1/report/messages/{messageId}", status_code=201)
def put_message(
    request: Request,
    report: Annotated[ReportRecord, Depends(get_report)],
    arrival: Annotated[Arrival, Depends(get_arrival)],
    session: Annotated[Session, Depends(get_session)],
) -> Accepted:
    """Add a message of the reporter."""
    check_follows(session, report.id, arrival)
    report.message_count += 1
    row = MessageRow(
        message_id=arrival.verified.message_id,
        report=report.id,
        position=report.message_count,
        author=REPORTER,
        n=arrival.header.n,
        header=arrival.sealed.header,
        signature=arrival.sealed.signature,
        received_on=arrival.today,
    )
    session.add_all(message_records(NewMessage(row, arrival.sealed.body, arrival.sealed.wraps)))
    columns = tables.inbox.c
    shown = columns.handler_id.in_(handler_readers(arrival.header))
    entries = select(EntryRecord).where(columns.report == report.id, shown)
    for entry in session.scalars(entries):
        entry.message_count += 1
    session.commit()
    return accepted(host_of(request), row.message_id, row.received_on)


def get_entries(
    caller: Annotated[bytes, Depends(get_caller)],
    session: Annotated[Session, Depends(get_session)],
) -> list[Any]:
    """Return the first entries of the caller's inbox with their reports."""
    columns, known = tables.inbox.c, tables.handlers.c
    mine = select(known.handler_id).where(known.signing_key == caller)
    page = (
        select(EntryRecord, ReportRecord)
        .join(tables.reports, tables.reports.c.id == columns.report)
        .where(columns.handler_id.in_(session.scalars(mine).all()))
        .order_by(columns.entry)
        .limit(PAGE)
    )
    return list(session.execute(page).all())


@router.get("/v1/inbox", response_model_exclude_none=True)
async def get_inbox(
    request: Request, entries: Annotated[list[Any], Depends(get_entries)]
) -> InboxPage:
    """Return the first page of the caller's inbox."""
    host = host_of(request)
    shown = entries[: PAGE - 1]
    return InboxPage(
        entries=tuple([await entry_status(host, *entry) for entry in shown]),
        cursor=encode_base64url(shown[-1][0].entry) if len(entries) == PAGE else None,
    )


def check_follows(session: Session, report: int, arrival: Arrival) -> None:
    """Check that a reply is its author's next message, and that all messages in `seen` exist."""
    columns = tables.messages.c
    mine = select(MessageRecord).where(columns.report == report, columns.author == b"")
    newest = session.scalars(mine.order_by(columns.n.desc()).limit(1)).one()
    seen = arrival.header.seen
    known = select(MessageRecord).where(columns.report == report, columns.message_id.in_(seen))
    if arrival.header.n != newest.n + 1 or len(session.scalars(known).all()) != len(seen):
        raise HTTPException(409)


async def entry_status(host: Host, entry: EntryRecord, record: ReportRecord) -> EntryStatus:
    """Return the status of a report for a handler."""
    report = as_report(record)
    status = dict(await report_status(host, report))
    own = {"message_count": entry.message_count, "birth_keys": birth_keys(report)}
    return EntryStatus(entry=entry.entry, **(status | own))


def make_app() -> FastAPI:
    """Return the application for the database that the environment names."""
    for record, table in MAPPED.items():
        registry().map_imperatively(record, table)
    settings = Settings.from_environment(os.environ)
    engine = create_engine(settings.database_url.get_secret_value(), pool_size=_CONNECTIONS)
    event.listen(engine, "connect", lambda connection, _record: connect_as_host(connection))
    api = FastAPI()
    api.state.host = open_host(settings)
    api.state.sessions = sessionmaker(engine)
    api.include_router(router)
    return api
