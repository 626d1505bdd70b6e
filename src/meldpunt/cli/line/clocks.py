"""`meldpunt line overdue`: what the reports of a line wait for, without any of their content."""

from collections.abc import Iterator

from meldpunt.cli.line.commands.clocks import LineOverdueOptions
from meldpunt.cli.terminal.key_files import LineFile
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.cli.terminal.session import Session
from meldpunt.client import LineClocks


def overdue(output: Output, options: LineOverdueOptions) -> None:
    """Show how many reports wait on which clock."""
    file = LineFile.open(options.key_file)
    with Session(output, file.content.origin, options.proxy) as session:
        owner = file.owner(session.transport)
        found = session.run("Counting", owner.clocks())
    told = found.model_dump(mode="json", by_alias=True)
    if not options.whole:
        told["clocks"] = [clock for clock in told["clocks"] if clock["overdue"]]
    output.result(told, *_lines(found, whole=options.whole))


def _lines(found: LineClocks, *, whole: bool) -> Iterator[str]:
    shown = [clock for clock in found.clocks if whole or clock.overdue]
    yield f"On {found.on}, as the host counts:"
    for clock in shown:
        late = f": OVERDUE by {_days((found.on - clock.due_on).days)}" if clock.overdue else ""
        name = safe_line(clock.name)
        yield f"  {_reports(clock.reports)}  {name} due on {clock.due_on}{late}"
    if not shown:
        yield "  nothing is overdue"
    for each in found.unopened:
        yield (
            f"  {_reports(each.reports)}  past the term, not opened by any handler:"
            f" ERASED on {each.erased_on}"
        )
    if shown or found.unopened:
        yield "Handlers find theirs with: meldpunt handler inbox --overdue, or --unanswered"


def _reports(count: int) -> str:
    return f"{count:>4} report{' ' if count == 1 else 's'}"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
