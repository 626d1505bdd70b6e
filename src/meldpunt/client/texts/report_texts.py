"""The texts that one report needs to be shown: those of the line and the day it was made under."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from meldpunt.client.http.errors import ClientError
from meldpunt.client.http.transport import Transport
from meldpunt.client.texts.message_answers import MessageAnswers, fetch_answers
from meldpunt.client.texts.published import fetch_procedure
from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.texts.procedure import Procedure
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import RefusedError


@dataclass(frozen=True, slots=True)
class ReportTexts:
    """What to show a report with. Without texts a report is shown by its clocks."""

    answers: Mapping[ids.MessageId, MessageAnswers] = field(default_factory=dict)
    procedure: Procedure | None = None
    """The procedure of the document whose clocks apply: a report keeps the one it was made under.
    """


async def fetch_report_texts(transport: Transport, thread: Thread) -> ReportTexts:
    """Fetch the texts of a report. A host that withholds one hides nothing else.

    Args:
        transport: The way to the report's host.
        thread: The report, as just read.
    """
    answers = await fetch_answers(transport, thread)
    document = thread.report.terms.document
    line = thread.lines.find(document.line_id)
    procedure = None
    if line is not None:
        try:
            procedure = await fetch_procedure(transport, line, document)
        except (ClientError, RefusedError):
            procedure = None
    return ReportTexts(answers, procedure)
