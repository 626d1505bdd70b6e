"""`meldpunt report take-over`, `proof` and `verify`: a report made one's own, and shown later."""

from dataclasses import dataclass
from pathlib import Path

import click

from meldpunt.cli.render.beforehand import tell_thread
from meldpunt.cli.render.proof import (
    PATH,
    keep,
    read_and_verify,
    read_earlier,
    verified_json,
    verified_lines,
)
from meldpunt.cli.render.proven_files import find_file
from meldpunt.cli.report.submission import report
from meldpunt.cli.report.visit import (
    LINE,
    next_readers_options,
    open_visit,
    receipt_option,
    take_over,
)
from meldpunt.cli.terminal.choosing import Choice
from meldpunt.cli.terminal.options import (
    AddressType,
    address_argument,
    command,
    gather,
    language_option,
    proxy_option,
)
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.prompts import ask_receipt
from meldpunt.cli.terminal.receipt_code import check_receipt_options, receipt_options
from meldpunt.cli.terminal.session import Session
from meldpunt.client import LineAddress

__all__ = ["report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _TakeOver(Choice):
    """The options of `report take-over`."""

    address: LineAddress
    receipt_source: str | None
    show_receipt: bool
    no_confirm: bool
    proxy: str | None


@command(report, "take-over", example=f"meldpunt report take-over {LINE}")
@address_argument
@receipt_option
@next_readers_options
@language_option
@receipt_options
@proxy_option
def take_over_command(output: Output, **options: object) -> None:
    """Make a report yours that a handler wrote down for you.

    You get a code that only you know, shown alone and asked back; then the code you were given
    opens nothing any more, and the handler can neither read nor write your side. Every command
    that writes begins with it. Who reads on can be chosen: whoever wrote it down need not.
    """
    wishes = gather(_TakeOver, options)
    asked = {"show_receipt": wishes.show_receipt, "no_confirm": wishes.no_confirm}
    check_receipt_options(**asked)
    receipt = ask_receipt(wishes.receipt_source)
    with Session(output, wishes.address.origin, wishes.proxy) as session:
        visit = open_visit(session, wishes.address, receipt)
        tell_thread(output, visit.thread)
        said = take_over(output, session, visit, choice=wishes, **asked)
    output.result(said, "This report is yours: the new code alone opens it.")


@command(report, "proof", example=f"meldpunt report proof {LINE} proof.json")
@address_argument
@receipt_option
@proxy_option
@click.argument("kept_path", metavar="FILE", type=PATH)
def proof(
    output: Output,
    address: LineAddress,
    receipt_source: str | None,
    kept_path: Path,
    proxy: str | None,
) -> None:
    """Keep what shows later, to a judge or an authority, what was reported and when.

    FILE gets every message's signed header, the host's signature for the day it came, and what the
    handlers wrote to you; with what an earlier FILE of this report can show. What you wrote is in
    it where you kept a proof when sending: your code does not open your own words. Neither the
    code nor any key of yours is in it, but whoever finds it reads it.
    """
    receipt = ask_receipt(receipt_source)
    earlier = read_earlier(kept_path)
    with Session(output, address.origin, proxy) as session:
        visit = open_visit(session, address, receipt)
        kept = session.run("Keeping a proof", visit.prove(earlier))
        keep(output, kept_path, kept, visit.thread)
    count = len(kept.proof.messages)
    output.result({"file": str(kept_path), "messages": count}, f"Messages in {kept_path}: {count}.")


@command(report, "verify", example="meldpunt report verify proof.json")
@click.option(
    "--line",
    "address",
    type=AddressType(),
    help="Address of the line that it must be about, from a source of your own.",
)
@click.option(
    "--file",
    "files",
    multiple=True,
    type=PATH,
    metavar="SENT",
    help="Also check that this is a file that one of the messages brought.",
)
@click.argument("path", metavar="FILE", type=PATH)
def verify(
    output: Output, path: Path, address: LineAddress | None, files: tuple[Path, ...]
) -> None:
    """Check a proof of report, without a host, and print it for whoever should see it.

    Everything is checked from the line's id up. What the file does not hold is said: of such a
    message only its existence, author and day are shown.
    """
    found = read_and_verify(path, address)
    sent = [find_file(found, file) for file in files]
    output.result(
        {**verified_json(found), "files": [each.to_json() for each in sent]},
        *verified_lines(found),
        *(["", *(each.line for each in sent)] if sent else []),
    )
