"""`meldpunt handler`: keys, and reading a report."""

import json
from pathlib import Path
from typing import Final

import click

from meldpunt.cli.keyfile.contents import HandlerContent
from meldpunt.cli.keyfile.keystore import KeyFile
from meldpunt.cli.render.origins import check_asker
from meldpunt.cli.render.reminders import look_after
from meldpunt.cli.render.shapes import (
    alarm_json,
    message_json,
    message_lines,
    thread_json,
    thread_lines,
)
from meldpunt.cli.terminal.key_files import HandlerFile
from meldpunt.cli.terminal.options import (
    AddressType,
    EntryType,
    address_argument,
    command,
    key_file_options,
    proxy_option,
)
from meldpunt.cli.terminal.output import Output, explain
from meldpunt.cli.terminal.prompts import ask_passphrase
from meldpunt.cli.terminal.session import Session
from meldpunt.cli.terminal.words import alarm
from meldpunt.client import (
    ClientError,
    Handler,
    HandlerKeys,
    LineAddress,
    Memory,
    Thread,
    passed_on_until,
    renew_keys,
)
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.errors import RefusedError

_MAX_NAME: Final = 200
_CLOSED: Final = (
    "Messages that no key of yours opens: {}. A colleague who reads them passes them on by opening"
    " the report."
)


@click.group()
def handler() -> None:
    """Read and answer reports on a line."""


def _short(_context: click.Context, _option: click.Parameter, text: str) -> str:
    if not 1 <= len(text) <= _MAX_NAME:
        raise click.BadParameter(f"1 to {_MAX_NAME} characters.")
    return text


@command(
    handler,
    "init",
    example="meldpunt handler init https://report.example/v1/lines/… --name 'A. Jansen'"
    " \\\n    --role adviser --key-file jansen.key > jansen.json",
)
@address_argument
@click.option("--name", required=True, callback=_short, help="The name that reporters see.")
@click.option(
    "--role", required=True, callback=_short, help="The role that reporters see, such as adviser."
)
@key_file_options
def init(
    output: Output,
    address: LineAddress,
    name: str,
    role: str,
    path: Path,
    passphrase_source: str | None,
) -> None:
    """Make a handler's keys for one line.

    Prints, always in JSON, the public half: the office needs it to list the handler
    (meldpunt line publish --handler). The key file stays with the handler, out of backups.
    """
    keys = HandlerKeys.create(address.line_id)
    content = HandlerContent.of(address, keys, name=name, role=role)
    passphrase = ask_passphrase(passphrase_source, new=True)
    with output.progress("Writing the key file"):
        KeyFile.create(path, content.to_json(), passphrase)
    entry = keys.entry(name=name, role=role).model_dump(mode="json", by_alias=True)
    output.line(json.dumps(entry))


@command(handler, "publish-keys", example="meldpunt handler publish-keys --key-file jansen.key")
@key_file_options
@proxy_option
def publish_keys(
    output: Output, path: Path, passphrase_source: str | None, proxy: str | None
) -> None:
    """Publish box keys ahead, half a year at least.

    Needed once the line lists the handler: without a current key nothing new can be sealed to
    them. After that, reading the inbox does it when it is due.
    """
    file = HandlerFile(path, passphrase_source)
    with Session(output, file.address.origin, proxy) as session:
        handler = file.handler(session.transport)
        work = handler.publish_keys(file.save_keys)
        until = session.run("Publishing keys", work)
        look_after(output, session, file, handler)
    output.result({"until": until.isoformat()}, f"Keys are published up to {until}.")


@command(handler, "rotate", example="meldpunt handler rotate --key-file jansen.key")
@key_file_options
@click.option(
    "--forget-missing",
    is_flag=True,
    help="Also destroy the keys of reports that you read before and the host does not list now.",
)
@proxy_option
def rotate(
    output: Output,
    path: Path,
    passphrase_source: str | None,
    forget_missing: bool,  # noqa: FBT001 - click passes by name
    proxy: str | None,
) -> None:
    """Move reports to the newest key, and destroy the keys that have ended.

    Run it every month or two; other commands say when it is due. It is what makes erasure reach
    backups: a key that is gone opens nothing, not even from an old copy of the database. Reports
    whose term is over are left behind, closed for good. Interrupted, run it again.
    """
    file = HandlerFile(path, passphrase_source)
    with Session(output, file.address.origin, proxy) as session:
        handler = file.handler(session.transport)
        session.run("Publishing keys", handler.publish_keys(file.save_keys))
        line = session.run("Fetching the line", handler.line())
        if forget_missing:
            handler.memory = Memory()
        with output.counting("Moving reports to the newest key") as tell:
            done = session.run_openly(renew_keys(handler, file.save_keys, tell))
        for entry, found in done.alarms:
            output.alarm(f"Report {encode_base64url(entry)}: {alarm(found, line)}")
        look_after(output, session, file, handler)
    output.result(
        {
            "rewrapped": done.rewrapped,
            "pastTerm": [encode_base64url(entry) for entry in done.past_term],
            "forgotten": done.forgotten,
            "closed": done.closed,
            "alarms": [{"entry": encode_base64url(e), **alarm_json(a)} for e, a in done.alarms],
        },
        f"Messages moved to the newest key: {done.rewrapped}. Keys destroyed: {done.forgotten}.",
        *(f"Past its term, closed: {encode_base64url(entry)}" for entry in done.past_term),
        *(_CLOSED.format(done.closed) for _ in range(1) if done.closed),
    )


@command(
    handler,
    "read",
    example="meldpunt handler read --key-file jansen.key 3q2-7wAAAAAAAAAAAAAAAA",
    takes_entry=True,
)
@key_file_options
@click.option(
    "--asker",
    type=AddressType(),
    help="Address of the line that asks in a consultation, from a source of your own: where it is"
    " on another host, nobody goes there unasked.",
)
@proxy_option
@click.argument("entry", type=EntryType())
def read(
    output: Output,
    entry: ids.EntryId,
    path: Path,
    passphrase_source: str | None,
    asker: LineAddress | None,
    proxy: str | None,
) -> None:
    """Read a report of the inbox.

    What could not be sealed to a colleague who may read it, for want of a key, is passed on to
    them on the way.
    """
    file = HandlerFile(path, passphrase_source)
    with Session(output, file.address.origin, proxy) as session:
        handler = file.handler(session.transport)
        thread = session.run("Reading the report", handler.read(entry))
        if asker is not None:
            thread = check_asker(output, thread, asker, proxy)
        if not output.as_json:  # whatever fails after this, the report was read
            output.result({}, *thread_lines(thread), *_messages(thread))
        look_after(output, session, file, handler)
        passed = _passed(output, session, handler, thread)
        if output.as_json:
            messages = [message_json(thread, m) for m in thread.messages]
            output.result({**thread_json(thread), "messages": messages, **passed})


def _messages(thread: Thread) -> list[str]:
    return [line for message in thread.messages for line in message_lines(thread, message)]


def _passed(
    output: Output, session: Session, handler: Handler, thread: Thread
) -> dict[str, int | str]:
    """Pass the report on to colleagues who lack a key; a failure hides nothing of the report."""
    try:
        count = session.run("Passing it on", _pass_on(handler, thread))
    except (ClientError, RefusedError) as error:
        code, told = explain(error)
        output.warn(f"This could not be passed on to colleagues. {told}")
        return {"passedOn": 0, "notPassedOn": code}
    if count:
        output.warn(f"{count} keys were passed on to colleagues.")
    return {"passedOn": count}


async def _pass_on(handler: Handler, thread: Thread) -> int:
    """Add missing wraps, unless the report is past its term: reading goes on, passing on not."""
    if thread.erased or handler.today() > passed_on_until(thread):
        return 0
    return await handler.add_missing_wraps(thread)
