"""`meldpunt page` and `verify-page`: write the reporter's page, and check a served one."""

import click

from meldpunt.cli.line.commands.page import PageOptions, VerifyPageOptions
from meldpunt.cli.render.audit import page_json, page_lines
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.cli.terminal.session import Session
from meldpunt.client import (
    Finding,
    LineAddress,
    PageFiles,
    Transport,
    audit_page,
    fetch_line,
    utc_today,
)
from meldpunt.page import LINE, SINGLE
from meldpunt.page.folder import write_page


def write(output: Output, options: PageOptions) -> None:
    """Write the page for a line."""
    try:
        build = write_page(options.folder, str(options.address))
    except OSError as error:
        raise Refusal("folder", f"The folder cannot be written: {error.strerror}.") from None
    manifest = build.manifest
    listed = {file.path: file.hash.hex() for file in manifest.files}
    output.result(
        {"release": manifest.release, "policy": manifest.policy, "files": listed},
        f"Release {manifest.release} is written, with {LINE} for the line.",
        f"The page in one file has the SHA-256 {listed[SINGLE]}",
        "How to serve it is in docs/pages.md. Then check it: meldpunt verify-page",
    )


async def pages_findings(
    urls: tuple[str, ...], transport: Transport, address: LineAddress, proxy: str | None
) -> list[Finding]:
    """Check pages of a line, one after the other."""
    line = await fetch_line(transport, address.line_id, utc_today(), address.pin)
    found = []
    for url in urls:
        async with PageFiles(url, proxy=proxy) as page:
            found += await audit_page(page, transport, address, line)
    return found


def verify(output: Output, options: VerifyPageOptions) -> None:
    """Check a served page."""
    address = options.address
    with Session(output, address.origin, options.proxy) as session:
        work = pages_findings((options.url,), session.transport, address, options.proxy)
        found = session.run("Checking the page", work)
    output.result(page_json(found), *page_lines(found))
    if page_json(found)["alarms"]:
        raise click.exceptions.Exit(1)
