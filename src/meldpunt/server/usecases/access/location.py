"""Whether a line lives on this host: only here is anything new taken for it."""

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.server.errors import MovedError
from meldpunt.server.host import Host
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.reports import ReportRow
from meldpunt.server.store.transfer import list_closed


def is_elsewhere(host: Host, document: LineDocument) -> bool:
    """Say whether a line's newest document names another host than this one.

    A host that changes its address keeps its receipt key, and one that lost that key keeps its
    address: only where both are another's has the line moved.
    """
    shared = set(host.settings.origins).intersection(document.origins)
    return not shared and document.receipt_key != host.secrets.receipt_key


def check_open(tx: Transaction, line: ids.LineId) -> None:
    """Check that something new may be written for a line; it stays so until the transaction ends.

    Raises:
        MovedError: The line is on another host, or not wholly on this one yet.
    """
    if list_closed(tx, {line}):
        raise MovedError


def check_report_open(tx: Transaction, report: ReportRow) -> None:
    """As `check_open`; a report of two lines stays on this host, wherever these go."""
    if not report.other_lines:
        check_open(tx, report.line_id)
