"""Whether the proofs of receipt that a host serves hold for the days that it gives."""

from collections.abc import Iterable
from typing import Final

from meldpunt.client.http.errors import ClientError, UnreachableError
from meldpunt.client.http.transport import Transport
from meldpunt.client.lines.line import fetch_document
from meldpunt.client.thread.message import VerifiedMessage
from meldpunt.client.thread.notices import Notice, NoticeKind
from meldpunt.client.thread.report import VerifiedReport
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.protocol.verify.proof import is_proven

_MAX_DOCUMENTS: Final = 100
"""Documents to look at for the keys of earlier hosts: 25 years of a line."""


async def proof_notices(transport: Transport, report: VerifiedReport) -> tuple[Notice, ...]:
    """Return a notice for each message that no host of the report's line has proven.

    The newest document names the receipt key of the host. Messages from before a move have the
    proof of an earlier host. So the older documents follow, as long as a proof needs them.

    Raises:
        UnreachableError: The connection was lost. That says nothing against a proof.
    """
    line = report.lines.birth_line
    document = line.document
    unproven = _unproven(report.messages.values(), document.receipt_key)
    for _ in range(_MAX_DOCUMENTS):
        if not unproven or document.previous is None:
            break
        number = document.number - 1
        try:
            document = await fetch_document(transport, line, document.previous)
        except UnreachableError:
            raise
        except (ClientError, RefusedError):
            break
        if document.number != number:
            break
        unproven = _unproven(unproven, document.receipt_key)
    return tuple(Notice(NoticeKind.HOST_PROOF, message=m.message_id) for m in unproven)


def _unproven(messages: Iterable[VerifiedMessage], key: bytes) -> list[VerifiedMessage]:
    return [m for m in messages if not is_proven(m.message_id, m.received_on, m.proof, {key})]
