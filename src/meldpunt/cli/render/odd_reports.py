"""Show what is odd about reports that a command read by itself, and that it does not show."""

from collections.abc import Iterable
from typing import Any

from meldpunt.cli.render.thread import alarm_json, notice_json
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.explanation import explain
from meldpunt.cli.terminal.output import Output
from meldpunt.client import Thread, UnreadReport
from meldpunt.protocol.verify.encoding import encode_base64url


def odd_json(read: Thread | UnreadReport) -> dict[str, Any]:
    """Return a report with an alarm or a notice, or one that could not be read, for programs."""
    if isinstance(read, UnreadReport):
        code, _ = explain(read.failure)
        return {"entry": encode_base64url(read.entry), "reason": code}
    entry = {} if read.entry is None else {"entry": encode_base64url(read.entry)}
    return {
        **entry,
        "alarms": [alarm_json(alarm) for alarm in read.alarms],
        "notices": [notice_json(notice) for notice in read.odd_notices],
    }


def tell_odd(output: Output, found: Iterable[Thread | UnreadReport]) -> None:
    """Name each odd report, and say why: nobody else will, for the memory has it now."""
    for read in found:
        output.alarm(*(f"Report {encode_base64url(read.entry or b'')}: {t}" for t in _told(read)))


def _told(read: Thread | UnreadReport) -> tuple[str, ...]:
    if isinstance(read, UnreadReport):
        _, why = explain(read.failure)
        return (f"it could not be read. {why}",)
    alarms = (words.alarm(alarm, read.lines) for alarm in read.alarms)
    return (*alarms, *words.notices(read.odd_notices, read.lines))
