"""`meldpunt report look`: ask whether something arrived, from files that everybody fetches."""

import asyncio
import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from meldpunt.cli.report.commands.look import ReportLookOptions
from meldpunt.cli.speech.look_words import look_words
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.prompts import ask_receipt
from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.cli.terminal.session import Session
from meldpunt.client import Bulletins, ProblemError, Reporter
from meldpunt.wire.problems import ProblemType

_SOCKS: Final = "socks5://"


def look(output: Output, options: ReportLookOptions) -> None:
    """Show on which days something arrived.

    Close the connection before asking for the code, so that the host cannot time the typing.
    """
    address = options.address
    with Session(output, address.origin, own_circuit(options.proxy)) as session:
        reporter = Reporter(session.transport, address.line_id, pin=address.pin)
        bulletins = _fetch(session, reporter, further_back=options.further_back)
        if not bulletins.is_named:
            output.alarm(look_words().not_named)
    receipt = ask_receipt(options.receipt_source)
    days = asyncio.run(reporter.news(receipt, bulletins))
    output.result(
        {
            "days": [day.isoformat() for day in days],
            "from": bulletins.first.isoformat(),
            "to": bulletins.last.isoformat(),
            "unknown": [day.isoformat() for day in bulletins.unknown],
            "originNamed": bulletins.is_named,
        },
        *look_lines(days, bulletins),
    )


def own_circuit(proxy: str | None) -> str | None:
    """Return a proxy's URL with a new user name: Tor then uses a separate circuit for it."""
    if proxy is None or not proxy.startswith(_SOCKS) or "@" in proxy:
        return proxy
    return f"{_SOCKS}look-{secrets.token_hex(8)}:x@{proxy.removeprefix(_SOCKS)}"


def _fetch(session: Session, reporter: Reporter, *, further_back: bool) -> Bulletins:
    work = reporter.look(further_back=further_back)
    try:
        return session.run("Fetching the bulletins", work)
    except ProblemError as error:
        if error.kind is not ProblemType.NOT_FOUND:
            raise
        raise Refusal("no-bulletins", look_words().no_bulletins) from None


def look_lines(days: tuple[date, ...], bulletins: Bulletins) -> Iterator[str]:
    """Give the lines that a person reads."""
    told = look_words()
    if days:
        yield told.came.format(days=_list(days))
        yield told.read_it
    elif bulletins.days:
        yield told.nothing
    else:
        yield told.unknown
    yield told.looked_at.format(first=bulletins.first, last=bulletins.last)
    if bulletins.unknown:
        yield told.nothing_known_of.format(days=", ".join(_runs(bulletins.unknown)))


def _list(days: tuple[date, ...]) -> str:
    *first, last = map(str, days)
    return look_words().both.format(first=", ".join(first), last=last) if first else last


def _runs(days: tuple[date, ...]) -> Iterator[str]:
    """Give days as runs: `2026-03-02 to 2026-03-09`."""
    start = previous = days[0]
    for day in (*days[1:], date.max):
        if day - previous != timedelta(days=1):
            run = look_words().run.format(first=start, last=previous)
            yield str(start) if start == previous else run
            start = day
        previous = day
