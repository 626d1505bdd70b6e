"""`meldpunt line guide`: where somebody can go, without any key: walked, printed, or on posters."""

import re
from typing import Final

import click

from meldpunt.cli.keyfile import private_files
from meldpunt.cli.line.commands.guide import LineGuideOptions
from meldpunt.cli.line.guide_page import guide_page
from meldpunt.cli.line.guide_walk import GuideWalk, guide_lines
from meldpunt.cli.line.poster import poster_page
from meldpunt.cli.speech.phrases import phrases_in
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.prompts import terminal
from meldpunt.cli.terminal.session import Session
from meldpunt.cli.terminal.texts import spoken_on
from meldpunt.client import LineAddress, fetch_guide, fetch_line, utc_today
from meldpunt.client.texts.guide_order import guide_advice, guide_order
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.texts.guide import Guide

_PAGE: Final = re.compile(r"https?://[^\s#]+", re.ASCII)


def guide(output: Output, options: LineGuideOptions) -> None:
    """Show the guide of a line, or write what can be printed of it."""
    address = options.address
    if options.page is not None and not _PAGE.fullmatch(options.page):
        raise click.UsageError("Write --page as https://speak.example, without a fragment.")
    with Session(output, address.origin, options.proxy) as session:
        work = fetch_line(session.transport, address.line_id, utc_today(), address.pin)
        line = session.run("Fetching the line", work)
        found = session.run("Fetching the guide", fetch_guide(session.transport, line))
        origin = session.transport.origin
    if found is None:
        raise click.UsageError("This program cannot read the guide of this line.")
    language = spoken_on(line, options.language)
    if language not in line.document.languages:
        raise click.UsageError(
            f"The line does not speak that language. It has: {', '.join(line.document.languages)}."
        )
    door = options.page or str(LineAddress(origin, address.line_id))
    if options.html is not None or options.posters is not None:
        _write(output, options, line, found, language, door)
    elif output.as_json:
        told = found.model_dump(mode="json", by_alias=True, exclude_none=True)
        output.result({"language": language, "guide": told})
    else:
        _walk(output, options, line, found, language)


def _walk(
    output: Output, options: LineGuideOptions, line: VerifiedLine, found: Guide, language: str
) -> None:
    """Walk the guide on the terminal, or print all of it where there is none."""
    with terminal() as screen:
        if screen is not None and not options.whole:
            GuideWalk(screen, line, found, language, str(options.address)).run()
            return
    output.result({}, *guide_lines(line, found, phrases_in(language), str(options.address)))


def _write(
    output: Output,
    options: LineGuideOptions,
    line: VerifiedLine,
    found: Guide,
    language: str,
    door: str,
) -> None:
    """Write one page, and a poster for each advice."""
    phrases, written = phrases_in(language), []
    if options.page is None:
        output.warn(
            "People who scan or follow this come to the host, which shows them no page. Give the"
            " address of the reporter's page: --page URL."
        )
    if options.html is not None:
        page = guide_page(line, guide_order(found), found, phrases, door)
        private_files.write_new(options.html, page.encode())
        written.append(options.html)
    if options.posters is not None:
        for node in guide_advice(found):
            path = options.posters / f"{node.id}-{language}.html"
            poster = poster_page(line, node, found, phrases, door)
            private_files.write_new(path, poster.encode())
            written.append(path)
    names = [str(path) for path in written]
    output.result({"language": language, "files": names}, *names)
