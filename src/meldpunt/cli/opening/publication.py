"""Step 5: publish what the folder says, unless the host has it like that already."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from meldpunt.cli.terminal.key_files import LineFile
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.session import Session
from meldpunt.client import LineOwner, LinePlan, ProblemError, utc_today
from meldpunt.client.line_folder.folder import LineFolder
from meldpunt.client.line_folder.people import with_duties
from meldpunt.client.line_folder.plan import plan_of_folder, read_entries
from meldpunt.client.lines.texts import Texts
from meldpunt.protocol.line import VerifiedLine
from meldpunt.wire.problems import ProblemType


def publish_once(
    output: Output,
    file: LineFile,
    folder: LineFolder,
    *,
    check: Callable[[LinePlan], None],
    consent: Callable[[], None],
    invites: Callable[[], Iterator[str]],
    already: Callable[[], None],
    proxy: str | None,
) -> VerifiedLine:
    """Publish a folder.

    Args:
        output: Shows progress.
        file: The line's key file.
        folder: What to publish.
        check: Refuses a plan that must not be published.
        consent: Asks whether to publish.
        invites: Gives the operator's invite for a first document, and another after a refused one.
        already: Says that nothing has changed.
        proxy: URL of a proxy, if any.
    """
    with Session(output, file.content.origin, proxy) as session:
        owner = file.owner(session.transport)
        current = session.run("Fetching the line", owner.line())
        wanted = _wanted(folder, current)
        if current is not None and session.run("Comparing", _is_same(owner, current, wanted)):
            already()
            published = current
        else:
            check(wanted)
            consent()
            given: Iterator[str | None] = invites() if current is None else iter((None,))
            published = _publish(session, owner, wanted, given)
    file.save_pin(published)
    return published


def _publish(
    session: Session, owner: LineOwner, wanted: LinePlan, invites: Iterator[str | None]
) -> VerifiedLine:
    """Publish a plan with the first invite that the host accepts.

    Raises:
        ProblemError: The host refused the last invite, or something else.
    """
    invite = next(invites)
    while True:
        try:
            return session.run("Publishing", owner.publish(wanted, invite=invite))
        except ProblemError as error:
            other = next(invites, None) if error.kind is ProblemType.INVITE_INVALID else None
            if other is None:
                raise
            invite = other


def _wanted(folder: LineFolder, current: VerifiedLine | None) -> LinePlan:
    plan = plan_of_folder(folder, () if current is None else current.document.handlers)
    plan = plan.with_handlers(*read_entries(folder), day=utc_today())
    return replace(plan, handlers=with_duties(plan.handlers, folder.settings.handlers))


async def _is_same(owner: LineOwner, current: VerifiedLine, wanted: LinePlan) -> bool:
    """Say whether a plan is the one that is published."""
    published = await owner.plan(current)
    same = replace(published, texts=None, other_lines=wanted.other_lines, validity=wanted.validity)
    return same == replace(wanted, texts=None) and _as_named(published) == _as_named(wanted)


def _as_named(plan: LinePlan) -> Texts:
    """Return its texts as a document names them: the desk is one of the further ones."""
    texts = plan.chosen_texts()
    return replace(texts, desk=None, further=texts.beside)
