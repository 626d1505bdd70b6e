"""Whether a line is on this host. The host stores nothing new for a line that is elsewhere."""

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.server.errors import MovedError
from meldpunt.server.host import Host
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.reports import ReportRow
from meldpunt.server.store.transfer import list_closed


def is_elsewhere(host: Host, document: LineDocument) -> bool:
    """Say whether a line's newest document names another host than this one.

    A host that changes its address keeps its receipt key. A host that loses its receipt key keeps
    its address. So the line has moved only if both belong to another host.
    """
    shared = set(host.settings.origins).intersection(document.origins)
    return not shared and document.receipt_key != host.secrets.receipt_key


def check_open(tx: Transaction, line: ids.LineId) -> None:
    """Check that the host may store something new for a line.

    The result stays true until the transaction ends.

    Raises:
        MovedError: The line is on another host, or not complete on this one yet.
    """
    if list_closed(tx, {line}):
        raise MovedError


def check_report_open(tx: Transaction, report: ReportRow) -> None:
    """Like `check_open`, but for a report. A report of several lines always stays on this host."""
    if not report.other_lines:
        check_open(tx, report.line_id)
