"""`meldpunt handler init`, `publish-keys`, `rotate` and `merge-keys`: a handler's keys."""

import json
import os
from datetime import date
from typing import Any, Final

import click

from meldpunt.cli.handler.commands.keys import (
    HandlerInitOptions,
    HandlerMergeKeysOptions,
    HandlerPublishKeysOptions,
    HandlerRotateOptions,
)
from meldpunt.cli.handler.upkeep import keep_current
from meldpunt.cli.keyfile.contents import HandlerContent
from meldpunt.cli.keyfile.keystore import KeyFile, KeyFileError
from meldpunt.cli.render.renewal import foreign_json, tell_foreign, tell_unmoved, unmoved_json
from meldpunt.cli.render.thread import alarm_json, notice_json
from meldpunt.cli.terminal.key_files import HandlerFile
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.prompts import ask_consent, ask_new_passphrase
from meldpunt.cli.terminal.session import Session
from meldpunt.cli.terminal.words import alarm, notices
from meldpunt.client import Handler, HandlerKeys, KeysElsewhereError, Renewal, renew_keys
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url

_CLOSED: Final = (
    "Messages that no key of yours opens: {}. A colleague who reads them passes them on by opening"
    " the report."
)


def init(output: Output, options: HandlerInitOptions) -> None:
    """Make a handler's keys for one line."""
    keys = HandlerKeys.create(options.address.line_id)
    content = HandlerContent.of(options.address, keys, name=options.name, role=options.role)
    passphrase = ask_new_passphrase(options.key_file.passphrase_source)
    with output.progress("Writing the key file"):
        KeyFile.create(options.key_file.path, content.to_json(), passphrase)
    entry = keys.entry(name=options.name, role=options.role).model_dump(mode="json", by_alias=True)
    output.line(json.dumps(entry))


def publish_keys(output: Output, options: HandlerPublishKeysOptions) -> None:
    """Publish box keys ahead."""
    file = HandlerFile.open(options.key_file)
    with Session(output, file.address.origin, options.proxy) as session:
        handler = file.handler(session.transport)
        until = session.run("Publishing keys", handler.publish_keys(file.save_keys))
        keep_current(output, session, file, handler)
    output.result({"until": until.isoformat()}, f"Keys are published up to {until}.")


def rotate(output: Output, options: HandlerRotateOptions) -> None:
    """Move reports to the newest key, and destroy the keys that have ended."""
    file = HandlerFile.open(options.key_file)
    with Session(output, file.address.origin, options.proxy) as session:
        handler = file.handler(session.transport)
        session.run("Publishing keys", handler.publish_keys(file.save_keys))
        line = session.run("Fetching the line", handler.line())
        unlisted = session.run("Looking for what is missing", _unlisted(handler, options))
        give_up = tuple(sorted({*options.give_up, *unlisted}))
        _ask_to_give_up(output, give_up, yes=options.yes)
        with output.counting("Moving reports to the newest key") as tell:
            done = session.run_openly(renew_keys(handler, file.save_keys, tell, give_up=give_up))
        # Kept before the host is asked again: it must not be able to start the 30 days anew.
        file.save_history(handler)
        for entry, found in done.alarms:
            output.alarm(f"Report {encode_base64url(entry)}: {alarm(found, line)}")
        for entry, notice in done.notices:
            output.alarm(
                *(f"Report {encode_base64url(entry)}: {t}" for t in notices([notice], line))
            )
        tell_unmoved(output, done)
        tell_foreign(output, handler)
        keep_current(output, session, file, handler)
    output.result(
        {**_renewal_json(done), **foreign_json(handler)},
        f"Messages moved to the newest key: {done.rewrapped}. Keys destroyed: {done.forgotten}.",
        *(f"Past its term, closed: {encode_base64url(entry)}" for entry in done.past_term),
        *(_CLOSED.format(done.closed) for _ in range(1) if done.closed),
    )


async def _unlisted(handler: Handler, options: HandlerRotateOptions) -> tuple[ids.EntryId, ...]:
    """Return the reports read before that the host does not list, if these are to be forgotten."""
    if not options.forget_missing:
        return ()
    listed = [entry.entry async for entry in handler.entries()]
    return handler.memory.unlisted(listed, handler.today())


def _ask_to_give_up(output: Output, entries: tuple[ids.EntryId, ...], *, yes: bool) -> None:
    """Name the reports for which no key will be kept, and ask for consent."""
    for entry in entries:
        output.warn(
            f"Report {encode_base64url(entry)}: what only your ended keys open will be closed to"
            " you for good."
        )
    if entries:
        ask_consent(
            f"Keep no key for these {len(entries)} reports? [y/N] ",
            yes=yes,
            otherwise="There is no terminal to ask on. Nothing was done. A program adds --yes.",
        )


def _renewal_json(done: Renewal) -> dict[str, Any]:
    """Return what a renewal did, for programs."""
    return {
        "rewrapped": done.rewrapped,
        "pastTerm": [encode_base64url(entry) for entry in done.past_term],
        "forgotten": done.forgotten,
        "closed": done.closed,
        "alarms": [{"entry": encode_base64url(e), **alarm_json(a)} for e, a in done.alarms],
        "notices": [{"entry": encode_base64url(e), **notice_json(n)} for e, n in done.notices],
        "waiting": [unmoved_json(each) for each in done.waiting],
        "givenUp": [unmoved_json(each) for each in done.given_up],
    }


def merge_keys(output: Output, options: HandlerMergeKeysOptions) -> None:
    """Take into a key file what a copy of it has learned."""
    path, other_path = options.key_file.path, options.other_path
    if os.path.realpath(path) == os.path.realpath(other_path):
        raise click.UsageError("These are one file. Name the other device's.")
    file = HandlerFile.open(options.key_file)
    other = HandlerFile(other_path, options.other_source, of="the other file")
    mine, theirs = file.content.keys, other.content.keys
    joined = file.content.merged(other.content)
    file.change(lambda content: content.with_consultations_of(other.content))
    with Session(output, file.address.origin, options.proxy) as session:
        me = file.handler(session.transport)
        me.history, me.memory = joined.history, joined.memory
        until = _publish(session, file, (joined.keys, theirs.merge(mine)))
        me.keys = file.content.keys
        keep_current(output, session, file, me)
    held = sum(len(chain.numbers) for chain in file.content.keys.chains)
    output.result(
        {"until": until.isoformat(), "keys": held},
        f"Both are in {path} now; keys are published up to {until}.",
        f"Destroy {other_path}: it may open what is destroyed here. For two devices, copy {path}.",
    )


def _publish(session: Session, file: HandlerFile, ways: tuple[HandlerKeys, ...]) -> date:
    """Keep and publish the keys in the first way that the host accepts; return their last day.

    If both files made keys of one number, the host has only one of them.
    """
    me = file.handler(session.transport)
    for keys in ways:
        me.keys = keys
        file.save_keys(keys)
        try:
            return session.run("Publishing keys", me.publish_keys(file.save_keys))
        except KeysElsewhereError:
            continue
    raise KeyFileError("A third copy of this key file has published other keys. Join that one too.")
