"""`meldpunt handler mark-known`: alarms that a handler has looked into alarm no more."""

from meldpunt.cli.handler.commands.inbox import HandlerMarkKnownOptions
from meldpunt.cli.handler.thread import open_report
from meldpunt.cli.render.drafts import tell_thread
from meldpunt.cli.render.thread import alarm_json
from meldpunt.cli.terminal.key_files import HandlerFile
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.prompts import ask_consent
from meldpunt.cli.terminal.session import Session


def mark_known(output: Output, options: HandlerMarkKnownOptions) -> None:
    """Show the alarms of a report, and remember them as known."""
    file = HandlerFile.open(options.key_file)
    with Session(output, file.address.origin, options.proxy) as session:
        me, thread = open_report(output, session, file, options.entry)
        tell_thread(output, thread, me.today())
        if thread.alarms:
            ask_consent(
                "Have you looked into these alarms? [y/N] ",
                yes=options.yes,
                otherwise="There is no terminal to ask on. Nothing was marked: add --yes.",
            )
        known = me.memory.mark_known(thread)
        file.save_history(me)
    left = [alarm for alarm in thread.alarms if alarm not in known]
    output.result(
        {
            "known": [alarm_json(alarm) for alarm in known],
            "alarms": [alarm_json(alarm) for alarm in left],
        },
        f"Alarms marked as known: {len(known)}.",
        *(["The others stay: something is hidden, or nothing may be sealed."] if left else []),
    )
