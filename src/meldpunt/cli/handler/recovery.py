"""Recovery sheets: make one in advance, check a share, and recover from a lost laptop."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from meldpunt.cli.handler.commands.keys import (
    HandlerRecoverOptions,
    HandlerRecoverySheetOptions,
    RecoveryCheckOptions,
)
from meldpunt.cli.keyfile import private_files
from meldpunt.cli.keyfile.contents import HandlerContent
from meldpunt.cli.keyfile.keystore import KeyFile, KeyFileExistsError
from meldpunt.cli.render.odd_reports import odd_json, tell_odd
from meldpunt.cli.render.sheet import ABOUT, share_blocks, share_lines, share_picture, word_lines
from meldpunt.cli.terminal.key_files import HandlerFile
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.cli.terminal.prompts import ask_hidden, ask_new_passphrase, terminal
from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.cli.terminal.session import Session
from meldpunt.client import (
    SYSTEM_ENTROPY,
    Handler,
    HandlerKeys,
    LineAddress,
    Readability,
    Thread,
    UnreadReport,
)
from meldpunt.client.keys.recovery import (
    MixedSharesError,
    check_share,
    join_shares,
    read_share,
    split_keys,
)
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.verify.encoding import encode_base64url

_MAX_SHARE: Final = 65536


def recovery_sheet(output: Output, options: HandlerRecoverySheetOptions) -> None:
    """Split a handler's keys over shares on paper."""
    file = HandlerFile.open(options.key_file)
    shares, threshold = options.shares, options.threshold
    made, pages = _split(file, shares, threshold)
    if options.folder is None:
        _show(made, pages)
        names = []
    else:
        names = [str(name) for name in _write(options.folder, made, pages)]
    file.save_sheet()
    facts = check_share(made[0])
    output.result(
        {"sheet": facts.sheet, "shares": shares, "threshold": threshold, "files": names},
        f"Sheet {facts.sheet}: {shares} shares, any {threshold} of them bring the keys back.",
        *names,
        *(
            ["Print them, check each (meldpunt recovery check), and delete the files."][
                : len(names)
            ]
        ),
        *ABOUT,
    )


def write_sheet(file: HandlerFile, folder: Path, *, shares: int, threshold: int) -> None:
    """Write a new recovery sheet into a folder.

    Raises:
        Refusal: There are no box keys yet.
        PrivateFileError: A file is there already, or cannot be written.
    """
    made, pages = _split(file, shares, threshold)
    for _ in _write(folder, made, pages):
        pass
    file.save_sheet()


def _split(
    file: HandlerFile, shares: int, threshold: int
) -> tuple[tuple[str, ...], list[list[str]]]:
    """Return shares, and the page of each."""
    if not file.content.chains:
        raise Refusal("no-keys", "There are no box keys yet. First: meldpunt handler publish-keys")
    made = split_keys(file.content.keys, shares=shares, threshold=threshold)
    return made, [
        list(share_lines(file.content, share, number=i, shares=shares, threshold=threshold))
        for i, share in enumerate(made, 1)
    ]


def _show(made: tuple[str, ...], pages: list[list[str]]) -> None:
    """Show each share alone, first its words and then its code, and clear the screen after it."""
    with terminal() as found:
        if found is None:
            raise click.UsageError(
                "There is no terminal to show the shares on. Name a folder: --to FOLDER"
            )
        for share, page in zip(made, pages, strict=True):
            with found.alone():
                found.say(page[0], *word_lines(share))
                found.ask("Press Enter when you have kept it. ")
                found.clear()
                blocks = share_blocks(share)
                if blocks.count("\n") < shutil.get_terminal_size().lines:
                    found.say(blocks)
                    found.ask("The same as a QR code. Press Enter when you have kept it. ")
                    found.clear()


def _write(folder: Path, made: tuple[str, ...], pages: list[list[str]]) -> Iterator[Path]:
    for number, (share, page) in enumerate(zip(made, pages, strict=True), 1):
        text, picture = folder / f"share-{number}.txt", folder / f"share-{number}.svg"
        private_files.write_new(text, "".join(f"{line}\n" for line in page).encode())
        private_files.write_new(picture, share_picture(share))
        yield from (text, picture)


def _read_shares(files: tuple[Path, ...]) -> list[str]:
    """Read shares from files, or ask for them until there are enough."""
    if files:
        texts = (private_files.read(name, max_size=_MAX_SHARE) for name in files)
        return [_words(text.decode("utf-8", errors="replace")) for text in texts]
    found = [read_share(ask_hidden("Share 1, its words in order: ", "--share"))]
    threshold = check_share(found[0]).threshold
    while len(found) < threshold:
        question = f"Share {len(found) + 1} of {threshold}, its words in order: "
        share = read_share(ask_hidden(question, "--share"))
        check_share(share)
        found.append(share)
    return found


def _words(text: str) -> str:
    share = read_share(text)
    check_share(share)
    return share


def check(output: Output, options: RecoveryCheckOptions) -> None:
    """Check shares of a recovery sheet; nothing of the keys is shown."""
    if options.files:
        texts = (private_files.read(name, max_size=_MAX_SHARE) for name in options.files)
        shares = [read_share(text.decode("utf-8", errors="replace")) for text in texts]
    else:
        shares = [read_share(ask_hidden("The words of the share, in order: ", "FILE"))]
    facts = [check_share(share) for share in shares]
    if len({(fact.sheet, fact.threshold) for fact in facts}) != 1:
        raise MixedSharesError
    different = {fact.number for fact in facts}
    missing = max(facts[0].threshold - len(different), 0)
    output.result(
        {
            "sheet": facts[0].sheet,
            "numbers": sorted(different),
            "threshold": facts[0].threshold,
            "missing": missing,
        },
        *(f"Share {fact.number} of sheet {fact.sheet} is whole." for fact in facts),
        f"It takes {facts[0].threshold} different shares of this sheet.",
    )


def recover(output: Output, options: HandlerRecoverOptions) -> None:
    """Make a new key file from the shares of a recovery sheet."""
    address, path = options.address, options.key_file.path
    if os.path.lexists(path):
        raise KeyFileExistsError(f"There is already a file {path}. Choose another name.")
    keys = join_shares(_read_shares(options.files), address.line_id)
    passphrase = ask_new_passphrase(options.key_file.passphrase_source)
    with Session(output, address.origin, options.proxy) as session:
        me = Handler(session.transport, keys)
        line = session.run("Fetching the line", me.line())
        me.keys = _restarted(me, line)
        first = me.keys.chains[-1].first_number
        content = _content(address, me, line)
        with output.progress("Writing the key file"):
            KeyFile.create(path, content.to_json(), passphrase)
        until = session.run("Publishing keys", me.publish_keys(lambda _: None))
        opened, closed, odd = session.run("Looking at the reports", _survey(me))
    tell_odd(output, odd)
    name = safe_line(f"{content.name} ({content.role})")
    output.result(
        {
            "until": until.isoformat(),
            "handler": encode_base64url(me.keys.handler_id),
            "firstBoxKey": first,
            "opened": opened,
            "closed": closed,
            "unread": [encode_base64url(r.entry) for r in odd if isinstance(r, UnreadReport)],
            "odd": [odd_json(each) for each in odd],
        },
        f"You are back as {name}; keys are published up to {until}.",
        f"Messages that open: {opened}. That do not: {closed}.",
        *(["A colleague who reads those passes them on: ask one to open them."][:closed]),
        "Whoever has your lost device could still open what is sealed to its keys. Ask the office"
        f" to publish: --first-box-key {encode_base64url(me.keys.handler_id)}={first}",
        "Now make a new recovery sheet, and destroy the shares of this one.",
    )


def _restarted(me: Handler, line: VerifiedLine) -> HandlerKeys:
    served = line.box_keys.get(me.keys.handler_id)
    listed = line.document.handler(me.keys.handler_id)
    lowest = 0 if listed is None else listed.first_box_key or 0
    above = max(lowest, 0 if served is None else served.number)
    return me.keys.restarted(me.today(), SYSTEM_ENTROPY, above=above)


def _content(address: LineAddress, me: Handler, line: VerifiedLine) -> HandlerContent:
    listed = line.document.handler(me.keys.handler_id)
    if listed is None:
        raise Refusal(
            "other-line", "This sheet is of a handler whom this line does not list. Which line?"
        )
    made = HandlerContent.of(address, me.keys, name=listed.name, role=listed.role)
    return made.with_keys(me.keys).with_history(me.history)


async def _survey(me: Handler) -> tuple[int, int, tuple[Thread | UnreadReport, ...]]:
    """Count the messages that open, and those sealed to destroyed or later keys.

    Return also the odd reports, and those that could not be read.
    """
    opened = closed = 0
    odd: list[Thread | UnreadReport] = []
    async for found in me.read_each(entry.entry async for entry in me.entries()):
        if isinstance(found, UnreadReport):
            odd.append(found)
            continue
        odd += [found] if found.is_odd else []
        opened += sum(m.readability is Readability.OPENED for m in found.messages)
        closed += sum(m.readability is Readability.NO_WRAP for m in found.messages)
    return opened, closed, tuple(odd)
