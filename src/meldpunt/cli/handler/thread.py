"""Read a report of the inbox, pass it on to colleagues, and send a message in it."""

from pathlib import Path
from typing import Final

from meldpunt.cli.handler.commands.answers import HandlerResendOptions
from meldpunt.cli.handler.commands.inbox import HandlerReadOptions
from meldpunt.cli.handler.upkeep import keep_current
from meldpunt.cli.render.drafts import said_json, tell_draft, tell_thread
from meldpunt.cli.render.reminders import remind_handler
from meldpunt.cli.render.thread import message_json, message_lines, thread_json, thread_lines
from meldpunt.cli.terminal.explanation import explain
from meldpunt.cli.terminal.key_files import HandlerFile
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.session import Session
from meldpunt.cli.terminal.unsent import Unsent, read_unsent
from meldpunt.client import (
    ClientError,
    Draft,
    Handler,
    LineAddress,
    NotPassedOnError,
    ReportTexts,
    Sent,
    Thread,
    fetch_line,
    fetch_report_texts,
    passed_on_until,
    utc_today,
)
from meldpunt.client.thread.consultation import vouched
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.errors import RefusedError

_LOOK: Final = "meldpunt handler read"
_RESEND: Final = "meldpunt handler resend --key-file KEYFILE ENTRY FILE"


def open_report(
    output: Output, session: Session, keys: HandlerFile, entry: ids.EntryId
) -> tuple[Handler, Thread]:
    """Read a report as the handler of a key file, and say what is due.

    Raises:
        RefusedError: As `Handler.read`.
        ClientError: As `Handler.read`.
    """
    me = keys.handler(session.transport)
    thread = session.run("Reading the report", me.read(entry))
    keys.save_history(me)
    remind_handler(output, me.keys, thread.line, me.today())
    return me, thread


def send_draft(
    output: Output,
    session: Session,
    me: Handler,
    thread: Thread,
    draft: Draft,
    path: Path | None = None,
) -> Sent:
    """Show the notices and readers of a message, then send it until the host answers.

    Args:
        output: Where to show them.
        session: The session with the host.
        me: The author.
        thread: The report.
        draft: The message.
        path: Where to keep it until the host has answered.
    """
    tell_draft(output, thread, draft, me.today())
    unsent = Unsent(draft, me.keys.signing.seed, path, _RESEND)
    return session.deliver(lambda: me.send(thread, draft), look=_LOOK, unsent=unsent)


def resend(output: Output, options: HandlerResendOptions) -> None:
    """Send a kept message again."""
    keys = HandlerFile.open(options.key_file)
    with Session(output, keys.address.origin, options.proxy) as session:
        me, thread = open_report(output, session, keys, options.entry)
        tell_thread(output, thread, me.today())
        report, seed = thread.keys.report, me.keys.signing.seed
        unsent = read_unsent(options.kept, seed, report=report, resend=_RESEND)
        draft = unsent.draft
        sent = session.deliver(lambda: me.send(thread, draft), look=_LOOK, unsent=unsent)
    output.result(said_json(sent, thread, draft), f"The host received it on {sent.received_on}.")


def read(output: Output, options: HandlerReadOptions) -> None:
    """Show a report, and pass it on to colleagues who lack a key."""
    file = HandlerFile.open(options.key_file)
    with Session(output, file.address.origin, options.proxy) as session:
        handler = file.handler(session.transport)
        thread = session.run("Reading the report", handler.read(options.entry))
        if options.asker is not None:
            thread = _check_asker(output, thread, options.asker, options.proxy)
        today = handler.today()
        texts = session.run("Fetching its texts", fetch_report_texts(session.transport, thread))
        if not output.as_json:  # whatever fails after this, the report was read
            language = options.language
            shown = thread_lines(thread, today, texts, language)
            output.result({}, *shown, *_messages(thread, texts, language))
        keep_current(output, session, file, handler)
        passed = pass_on(output, session, handler, thread)
        if output.as_json:
            messages = [message_json(thread, m, texts) for m in thread.messages]
            output.result({**thread_json(thread, today, texts), "messages": messages, **passed})


def _check_asker(output: Output, thread: Thread, address: LineAddress, proxy: str | None) -> Thread:
    """Return a consultation with its asker verified by a line that the reader named.

    Raises:
        RefusedError: As `fetch_line`.
        ClientError: As `fetch_line`.
    """
    today = utc_today()
    with Session(output, address.origin, proxy) as session:
        work = fetch_line(session.transport, address.line_id, today, address.pin)
        return vouched(thread, session.run("Fetching the asking line", work), today)


def _messages(thread: Thread, texts: ReportTexts, language: str | None) -> list[str]:
    return [
        line
        for message in thread.messages
        for line in message_lines(thread, message, texts, language)
    ]


def pass_on(
    output: Output, session: Session, handler: Handler, thread: Thread
) -> dict[str, int | str]:
    """Pass the report on to colleagues who lack a key. After a failure it is still shown."""
    try:
        count = session.run("Passing it on", _add_wraps(handler, thread))
    except NotPassedOnError as error:
        for message, failure in error.failed.items():
            _, told = explain(failure)
            output.warn(f"Message {encode_base64url(message)} could not be passed on. {told}")
        return {"passedOn": error.added, "notPassedOn": explain(error)[0]}
    except (ClientError, RefusedError) as error:
        code, told = explain(error)
        output.warn(f"This could not be passed on to colleagues. {told}")
        return {"passedOn": 0, "notPassedOn": code}
    if count:
        output.warn(f"{count} keys were passed on to colleagues.")
    return {"passedOn": count}


async def _add_wraps(handler: Handler, thread: Thread) -> int:
    """Add missing wraps. A report past its term can be read, but not passed on."""
    if thread.erased or handler.today() > passed_on_until(thread):
        return 0
    return await handler.add_missing_wraps(thread)
