"""`meldpunt report proof` and `verify`: make and check a proof of report."""

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
from meldpunt.cli.speech.proof_words import proof_words
from meldpunt.cli.speech.spoken import speak_as_line
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.prompts import ask_receipt
from meldpunt.cli.terminal.session import Session


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
    told = proof_words().counted.format(path=path, count=count)
    output.result({"file": str(path), "messages": count}, told)


def verify(output: Output, options: ReportVerifyOptions) -> None:
    """Check a proof, and the attached files that the person names."""
    found = read_and_verify(options.path, options.address)
    speak_as_line([name.language for name in found.newest.names])
    if found.is_pinned is False:
        output.warn(proof_words().not_pinned)
    sent = [find_file(found, file) for file in options.files]
    output.result(
        {**verified_json(found), "files": [each.to_json() for each in sent]},
        *verified_lines(found),
        *(["", *(each.line for each in sent)] if sent else []),
    )
