"""`meldpunt handler refer`: suggest another line to a reporter. This sends nothing to it."""

import click

from meldpunt.cli.handler.commands.answers import HandlerReferOptions
from meldpunt.cli.handler.thread import open_report, send_draft
from meldpunt.cli.render.drafts import said_json, tell_thread
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.key_files import HandlerFile
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.session import Session
from meldpunt.cli.terminal.texts import check_standard_input, read_text, spoken_on
from meldpunt.cli.terminal.words import line_name
from meldpunt.client import LineAddress, fetch_line, utc_today
from meldpunt.client.messages.referral import proposal_content, proposal_text
from meldpunt.client.thread.thread import line_notices


def refer(output: Output, options: HandlerReferOptions) -> None:
    """Suggest another line to the reporter."""
    check_standard_input(options.file, options.key_file.passphrase_source)
    summary, target = read_text(options.file), options.target
    keys = HandlerFile.open(options.key_file)
    if target.line_id == keys.address.line_id:
        raise click.UsageError("This is your own line: a colleague is let in with admit.")
    with Session(output, target.origin, options.proxy) as session:
        work = fetch_line(session.transport, target.line_id, utc_today(), target.pin)
        other = session.run("Fetching the other line", work)
        pinned = LineAddress(session.transport.origin, target.line_id, other.pin)
    output.warn(
        f"The other line is {line_name(other)}.", *words.notices(line_notices(other), other)
    )
    with Session(output, keys.address.origin, options.proxy) as session:
        me, thread = open_report(output, session, keys, options.entry)
        tell_thread(output, thread, me.today())
        spoken = spoken_on(thread.line, options.language)
        content = proposal_content(pinned, summary)
        draft = me.seal(thread, proposal_text(spoken), language=spoken, content=content)
        sent = send_draft(output, session, me, thread, draft, options.unsent)
    output.result(
        {**said_json(sent, thread, draft), "line": str(pinned)},
        f"The host received it on {sent.received_on}. It is for the reporter to decide.",
    )
