"""What handlers' commands do besides: publish keys ahead, save what they learned, remind.

Publishing only adds keys, so daily commands do it unasked. Only `meldpunt handler rotate` destroys
keys.
"""

from meldpunt.cli.render.reminders import remind_handler, remind_of_sheet
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.key_files import HandlerFile
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.session import Session
from meldpunt.client import Handler, KeysElsewhereError, ProblemError


def keep_current(output: Output, session: Session, file: HandlerFile, handler: Handler) -> None:
    """Publish keys ahead if that is due, save what was learned of the line, and remind."""
    line = session.run("Fetching the line", handler.line())
    try:
        if session.run("Publishing keys", handler.publish_when_due(line, file.save_keys)):
            line = session.run("Fetching the line", handler.line())
    except KeysElsewhereError as error:
        output.warn(str(error))
    except ProblemError:  # not listed yet, or not any more: read what is possible
        output.warn("Your keys could not be published ahead. Try: meldpunt handler publish-keys")
    notice = handler.served_key_notice(line)
    if notice is not None:
        output.alarm(*words.notices((notice,), line))
    file.save_history(handler)
    remind_handler(output, handler.keys, line, handler.today())
    if file.content.is_sheet_behind:
        remind_of_sheet(output)
