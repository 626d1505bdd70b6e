"""What a host holds of a line, as one hash (openapi/files.md section 3.3).

An office names it when it lets the old host erase a line. So the host erases what the office has
compared, and nothing else.
"""

from collections.abc import Iterable
from typing import Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.hashing import labelled_hash

_REPORT_LABEL: Final = "mp1/held-report"
_LINE_LABEL: Final = "mp1/held-line"


def held_report_hash(report: ids.ReportId, messages: Iterable[ids.MessageId]) -> bytes:
    """Return the hash (32 bytes) of a report and the messages of which a host has the header."""
    return labelled_hash(32, _REPORT_LABEL, report, *sorted(messages))


def held_line_hash(reports: Iterable[bytes]) -> bytes:
    """Return the hash (32 bytes) of all reports of a line, from the hash of each."""
    return labelled_hash(32, _LINE_LABEL, *sorted(reports))
