"""What handlers' commands also do: publish keys ahead, keep what they learned, remind.

Publishing keys ahead only adds, so commands that a handler uses every day do it by themselves.
Destroying keys (`meldpunt handler rotate`) is never done unasked.
"""

from meldpunt.cli.render.reminders import remind_handler, remind_of_sheet
from meldpunt.cli.terminal.key_files import HandlerFile
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.session import Session
from meldpunt.client import Handler, KeysElsewhereError, ProblemError


def keep_current(output: Output, session: Session, file: HandlerFile, handler: Handler) -> None:
    """Publish keys ahead where that is due, keep what was learned of the line, and remind."""
    line = session.run("Fetching the line", handler.line())
    try:
        session.run("Publishing keys", handler.publish_when_due(line, file.save_keys))
    except KeysElsewhereError as error:
        output.warn(str(error))
    except ProblemError:  # not listed yet, or no more: reading goes on as far as it goes
        output.warn("Your keys could not be published ahead. Try: meldpunt handler publish-keys")
    file.save_history(handler)
    remind_handler(output, handler.keys, line, handler.today())
    if file.content.is_sheet_behind:
        remind_of_sheet(output)
