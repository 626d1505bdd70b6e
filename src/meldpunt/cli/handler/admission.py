"""`meldpunt handler admit`: let a colleague into a report."""

from meldpunt.cli.handler.commands.inbox import HandlerAdmitOptions
from meldpunt.cli.handler.thread import open_report, pass_on, send_draft
from meldpunt.cli.render.drafts import said_json, tell_thread
from meldpunt.cli.terminal.explanation import explain
from meldpunt.cli.terminal.key_files import HandlerFile
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.selection import find_handlers
from meldpunt.cli.terminal.session import Session
from meldpunt.cli.terminal.texts import check_standard_input, read_text, spoken_on
from meldpunt.client import ClientError, Handler
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import RefusedError


def admit(output: Output, options: HandlerAdmitOptions) -> None:
    """Let a colleague into a report, and pass the keys on to them."""
    check_standard_input(options.file, options.key_file.passphrase_source)
    text = read_text(options.file)
    keys = HandlerFile.open(options.key_file)
    with Session(output, keys.address.origin, options.proxy) as session:
        me, thread = open_report(output, session, keys, options.entry)
        tell_thread(output, thread, me.today())
        [chosen] = find_handlers(thread.line, (options.newcomer,))
        spoken = spoken_on(thread.line, options.language)
        draft = me.seal_admission(thread, chosen, text, language=spoken)
        sent = send_draft(output, session, me, thread, draft, options.unsent)
        passed = _pass_on(output, session, me, options.entry)
    output.result(
        {**said_json(sent, thread, draft), **passed},
        f"The host received it on {sent.received_on}. Keys passed on: {passed['passedOn']}.",
    )


def _pass_on(
    output: Output, session: Session, me: Handler, entry: ids.EntryId
) -> dict[str, int | str]:
    """Pass the keys on. If that fails, the host still has the admission."""
    try:
        thread = session.run("Reading the report again", me.read(entry))
    except (ClientError, RefusedError) as error:
        code, told = explain(error)
        output.warn(f"This could not be passed on to colleagues. {told}")
        return {"passedOn": 0, "notPassedOn": code}
    return pass_on(output, session, me, thread)
