"""`meldpunt report proof` and `verify`: make and check a proof of report."""

from typing import Final

from meldpunt.cli.render.proof import (
    keep,
    read_and_verify,
    read_earlier,
    verified_json,
    verified_lines,
)
from meldpunt.cli.render.proven_files import find_file
from meldpunt.cli.report.commands.visit import ReportProofOptions, ReportVerifyOptions
from meldpunt.cli.report.visit import open_visit
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.prompts import ask_receipt
from meldpunt.cli.terminal.session import Session

_NOT_PINNED: Final = (
    "The documents in this file do not lead to the one that your address pins: the file was made"
    " before that one, or lacks some in between. So the pin shows nothing. Compare with the office."
)


def proof(output: Output, options: ReportProofOptions) -> None:
    """Write a proof of a report to a file."""
    path = options.kept_path
    receipt = ask_receipt(options.receipt_source)
    earlier = read_earlier(path)
    with Session(output, options.address.origin, options.proxy) as session:
        visit = open_visit(session, options.address, receipt)
        kept = session.run("Keeping a proof", visit.prove(earlier))
        keep(output, path, kept, visit.thread)
    count = len(kept.proof.messages)
    output.result({"file": str(path), "messages": count}, f"Messages in {path}: {count}.")


def verify(output: Output, options: ReportVerifyOptions) -> None:
    """Check a proof, and the attached files that the person names."""
    found = read_and_verify(options.path, options.address)
    if found.is_pinned is False:
        output.warn(_NOT_PINNED)
    sent = [find_file(found, file) for file in options.files]
    output.result(
        {**verified_json(found), "files": [each.to_json() for each in sent]},
        *verified_lines(found),
        *(["", *(each.line for each in sent)] if sent else []),
    )
