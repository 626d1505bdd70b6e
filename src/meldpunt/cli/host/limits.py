"""The work of `meldpunt limit-line`: a limit on the new reports of one line, for a time."""

from typing import TYPE_CHECKING, Any, Final

import click

from meldpunt.cli.host.commands import HostLimitLineOptions
from meldpunt.cli.host.operator import with_server
from meldpunt.cli.terminal.output import Output
from meldpunt.protocol.verify.encoding import encode_line_id

if TYPE_CHECKING:
    from meldpunt.protocol.verify import ids
    from meldpunt.server.store.line_limits import LineLimit

_DEFAULT_DAYS: Final = 7
_MEANING: Final = (
    "What this means for people:",
    "- Whoever sends a new report when this hour's are there is refused until the next full hour,",
    "  and told to come back. Their report is not stored.",
    "- Whoever floods the line takes the same places. So a real report may have to wait long.",
    "- Replies, answers, files and withdrawals of reports that are there go on as before.",
    "- A referral, an oral report and a consultation are new reports, and can be refused too.",
    "- A refusal tells whoever gets it that others reported in this hour.",
    "- Each process of the host counts for itself, in memory. A restart begins anew. Nothing is",
    "  stored about who reports.",
    "Tell the office: it can name another way to report. Lift the limit as soon as you can:",
)


@with_server()
def limit_line(output: Output, options: HostLimitLineOptions) -> None:
    """Set, show or lift a limit."""
    from meldpunt.server import commands, limit_commands

    _check(options)
    settings = commands.read_settings(database_url=options.database_url)
    if options.line is None:
        _show(output, list(limit_commands.list_limits(settings)))
        return
    line = _line_id(options)
    if options.lift:
        lifted = limit_commands.lift_limit(settings, line)
        told = "The limit is lifted." if lifted else "The line had no limit."
        output.result({"line": encode_line_id(line), "lifted": lifted}, told)
    elif options.reports_per_hour is None:
        found = limit_commands.list_limits(settings)
        _show(output, [limit for limit in found if limit.line_id == line])
    else:
        days = options.days or _DEFAULT_DAYS
        per_hour = options.reports_per_hour
        limit = limit_commands.limit_line(settings, line, per_hour=per_hour, days=days)
        lift = f"  meldpunt limit-line {encode_line_id(line)} --lift"
        output.result(_as_json(limit), _as_text(limit), *_MEANING, lift)


def _check(options: HostLimitLineOptions) -> None:
    """Check that the options say one thing.

    Raises:
        UsageError: They do not.
    """
    sets = options.reports_per_hour is not None
    if options.line is None and (sets or options.lift or options.days):
        raise click.UsageError("Name the line: its address, or its id.")
    if options.lift and (sets or options.days):
        raise click.UsageError("--lift stands alone.")
    if options.days and not sets:
        raise click.UsageError("--for needs --reports-per-hour.")


def _line_id(options: HostLimitLineOptions) -> "ids.LineId":
    line: Any = options.line
    found: ids.LineId = getattr(line, "line_id", line)
    return found


def _show(output: Output, limits: "list[LineLimit]") -> None:
    lines = [_as_text(limit) for limit in limits] or ["No line is limited."]
    output.result({"limits": [_as_json(limit) for limit in limits]}, *lines)


def _as_json(limit: "LineLimit") -> dict[str, Any]:
    return {
        "line": encode_line_id(limit.line_id),
        "reportsPerHour": limit.reports_per_hour,
        "until": limit.until.isoformat(),
    }


def _as_text(limit: "LineLimit") -> str:
    return (
        f"{encode_line_id(limit.line_id)}: at most {limit.reports_per_hour} new reports an hour,"
        f" until {limit.until} (UTC) begins."
    )
