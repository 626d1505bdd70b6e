"""The texts that one report needs to be shown: those of the line and the day it was made under."""

from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from meldpunt.client.http.errors import ClientError
from meldpunt.client.http.transport import Transport
from meldpunt.client.texts.message_answers import MessageAnswers, fetch_answers
from meldpunt.client.texts.published import fetch_desk, fetch_procedure
from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.texts.desk import Desk
from meldpunt.protocol.texts.form import Form
from meldpunt.protocol.texts.procedure import Procedure
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import RefusedError

_Text = TypeVar("_Text")


@dataclass(frozen=True, slots=True)
class ReportTexts:
    """What to show a report with. Without texts a report is shown by its clocks."""

    answers: Mapping[ids.MessageId, MessageAnswers] = field(default_factory=dict)
    procedure: Procedure | None = None
    """The procedure of the document whose clocks apply: a report keeps the one it was made under.
    """
    desk: Desk | None = None
    """The desk of that document, if it has one."""


@dataclass(slots=True)
class KnownTexts:
    """Texts that other reports of the line needed, so that each is fetched once."""

    forms: dict[ids.Hash, Form | None] = field(default_factory=dict)
    documents: dict[ids.Hash, tuple[Procedure | None, Desk | None]] = field(default_factory=dict)
    """Procedure and desk of each line document."""


async def fetch_report_texts(
    transport: Transport, thread: Thread, known: KnownTexts | None = None
) -> ReportTexts:
    """Fetch the texts of a report. A host that withholds one hides nothing else.

    Args:
        transport: The way to the report's host.
        thread: The report, as just read.
        known: Texts that other reports needed; this adds to them.
    """
    known = known or KnownTexts()
    answers = await fetch_answers(transport, thread, known.forms)
    terms = thread.report.terms
    line = thread.lines.find(terms.document.line_id)
    if line is None:
        return ReportTexts(answers)
    if terms.document_hash not in known.documents:
        known.documents[terms.document_hash] = (
            await _unless_withheld(fetch_procedure(transport, line, terms.document)),
            await _unless_withheld(fetch_desk(transport, line, terms.document)),
        )
    return ReportTexts(answers, *known.documents[terms.document_hash])


async def _unless_withheld(fetched: Coroutine[Any, Any, _Text | None]) -> _Text | None:
    try:
        return await fetched
    except (ClientError, RefusedError):
        return None
