"""Send again, as the same message, what a person kept because no answer came.

Two messages are not of a report that can simply be opened first: the first message of a report, and
a succession, after which the old code opens nothing.
"""

from datetime import date

from meldpunt.client.http.api import ReportApi
from meldpunt.client.http.transport import Transport
from meldpunt.client.keys.receipts import keys_of
from meldpunt.client.messages.delivery import Sent, send_message
from meldpunt.client.messages.draft import Draft
from meldpunt.client.reporter import DraftReport
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError


async def restore_report(receipt: str, line_id: ids.LineId, draft: Draft) -> DraftReport:
    """Return a report whose draft was kept; `Reporter.send` sends it as the same report.

    Raises:
        RefusedError: A receipt reason for a mistyped code; OTHER_REPORT for another code.
    """
    keys = await keys_of(receipt, line_id)
    if draft.header.report_id != keys.report_id:
        raise RefusedError(Reason.OTHER_REPORT)
    return DraftReport(receipt, keys, draft)


async def send_takeover_again(
    transport: Transport, line_id: ids.LineId, replaced: str, draft: Draft, today: date
) -> Sent:
    """Send a kept succession again, under the code that it replaces.

    Args:
        transport: The way to the host.
        line_id: The line that the report was made on.
        replaced: The old code. If the succession arrived, it opens nothing but this.
        draft: The succession, as it was kept.
        today: The device's day.

    Raises:
        RefusedError: A receipt reason for a mistyped code.
        ClientError: As `Transport.call`.
    """
    keys = await keys_of(replaced, line_id)
    put = ReportApi(transport, keys.signing).put_message
    return await send_message(transport, draft, put, line_id=line_id, today=today)
