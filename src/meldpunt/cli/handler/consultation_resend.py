"""`meldpunt handler consultation resend`: send a kept question or reply again."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Final

from meldpunt.cli.handler.commands.consultations import ConsultationResendOptions
from meldpunt.cli.handler.consultations import (
    find_consultation,
    open_consultation,
    resend_command,
)
from meldpunt.cli.render.thread import sent_json
from meldpunt.cli.terminal.key_files import HandlerFile
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.session import Session
from meldpunt.cli.terminal.unsent import read_unsent
from meldpunt.client import LineAddress, Reporter, Sent
from meldpunt.client.keys.receipts import keys_of
from meldpunt.client.resending import restore_report

_LOOK: Final = "meldpunt handler consultations"


def resend(output: Output, options: ConsultationResendOptions) -> None:
    """Send a kept question or reply again."""
    keys = HandlerFile.open(options.key_file)
    asked = find_consultation(keys, options.number)
    address = LineAddress.parse(asked.address)
    own = asyncio.run(keys_of(asked.receipt, address.line_id))
    command = resend_command(options.number)
    unsent = read_unsent(options.kept, own.signing.seed, report=own.report_id, resend=command)
    with Session(output, address.origin, options.proxy) as session:
        work: Callable[[], Coroutine[Any, Any, Sent]]
        if unsent.draft.header.n == 0:
            reporter = Reporter(session.transport, address.line_id, pin=address.pin)
            restoring = restore_report(asked.receipt, address.line_id, unsent.draft)
            work = partial(reporter.send, session.run("Preparing", restoring))
        else:
            visit = open_consultation(session, address, asked)
            work = partial(visit.send, unsent.draft)
        sent = session.deliver(work, look=_LOOK, unsent=unsent)
    output.result(sent_json(sent), f"The host received it on {sent.received_on}.")
