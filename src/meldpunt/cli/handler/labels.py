"""`meldpunt handler label`: what handlers write down for themselves; and `taken-down`."""

from collections.abc import Mapping

import click

from meldpunt.cli.handler.commands.labels import HandlerLabelOptions, HandlerTakenDownOptions
from meldpunt.cli.handler.thread import open_report, send_draft
from meldpunt.cli.render.drafts import said_json, tell_thread
from meldpunt.cli.terminal.key_files import HandlerFile
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.session import Session
from meldpunt.cli.terminal.texts import cleaned, spoken_on
from meldpunt.client import fetch_report_texts, story_consent
from meldpunt.client.texts.tasks import DONE
from meldpunt.protocol.texts.content import StoryConsent
from meldpunt.protocol.texts.desk import Desk, tick
from meldpunt.protocol.texts.procedure import Labels, Procedure


def label(output: Output, options: HandlerLabelOptions) -> None:
    """Write labels down as a note."""
    wanted = _labels(options)
    keys = HandlerFile.open(options.key_file)
    with Session(output, keys.address.origin, options.proxy) as session:
        me, thread = open_report(output, session, keys, options.entry)
        tell_thread(output, thread, me.today())
        work = fetch_report_texts(session.transport, thread)
        texts = session.run("Fetching its texts", work)
        if texts.procedure is not None:
            _check_listed(wanted, texts.procedure)
        wanted |= _ticks(options, texts.desk)
        draft = me.seal_labels(thread, wanted, language=spoken_on(thread.line, None))
        sent = send_draft(output, session, me, thread, draft, options.unsent)
    output.result(said_json(sent, thread, draft), f"The host received it on {sent.received_on}.")


def taken_down(output: Output, options: HandlerTakenDownOptions) -> None:
    """Say that a story is taken down."""
    keys = HandlerFile.open(options.key_file)
    with Session(output, keys.address.origin, options.proxy) as session:
        me, thread = open_report(output, session, keys, options.entry)
        tell_thread(output, thread, me.today())
        if story_consent(thread) is not StoryConsent.WITHDRAWN:
            raise click.UsageError("The reporter has not taken the consent to a story back.")
        draft = me.seal_taken_down(thread, language=spoken_on(thread.line, options.language))
        sent = send_draft(output, session, me, thread, draft, options.unsent)
    output.result(said_json(sent, thread, draft), f"The host received it on {sent.received_on}.")


def _labels(options: HandlerLabelOptions) -> dict[str, str]:
    """Return values by field; an empty one takes a label away.

    Raises:
        click.UsageError: Nothing is to be written.
    """
    typed = {
        "category": options.category,
        "outcome": options.outcome,
        "assignee": options.assignee,
        "nextStep": options.next_step,
    }
    found = {field: cleaned(value) for field, value in typed.items() if value is not None}
    found |= dict.fromkeys(options.removed, "")
    if not found and not options.done and not options.undone:
        raise click.UsageError(
            "Name a label: --category, --outcome, --assignee or --next-step; or --done a task."
        )
    return found


def _ticks(options: HandlerLabelOptions, desk: Desk | None) -> dict[str, str]:
    """Return the labels that say which tasks are done.

    Raises:
        click.UsageError: The line has no such task. The message lists the ids.
    """
    lists = () if desk is None else desk.checklists or ()
    known = [task.id for each in lists for task in each.tasks]
    for task in (*options.done, *options.undone):
        if task not in known:
            listed = ", ".join(known) or "none: this report's line has no checklists"
            raise click.UsageError(f"The tasks are: {listed}.")
    return {tick(task): DONE for task in options.done} | {tick(task): "" for task in options.undone}


def _check_listed(wanted: Mapping[str, str], procedure: Procedure) -> None:
    """Refuse a category or outcome that the procedure does not list.

    Raises:
        click.UsageError: The message lists the ids.
    """
    lists: dict[str, Labels | None] = {
        "category": procedure.categories,
        "outcome": procedure.outcomes,
    }
    for field, listed in lists.items():
        known = [each.id for each in listed or ()]
        if known and wanted.get(field, "") not in ("", *known):
            raise click.UsageError(f"The {field} is one of: {', '.join(known)}.")
