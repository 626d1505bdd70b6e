"""Two lines on one host, and a report on the first that may go to the second."""

import contextlib
import dataclasses
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from meldpunt.client import Draft, DraftReport, Handler, LineKeys, Sent, Thread, Visit
from meldpunt.protocol.verify import ids
from meldpunt.server.store.lines import insert_invite
from meldpunt.server.usecases.lines import invite_hash
from tests.client.hosted_line import HostedLine, make_hosted_line

OTHER_INVITE: Final = "an-invite-for-the-ombuds-line"
LETTER: Final = "Please make this a formal complaint."


async def add_line(
    hosted: HostedLine,
    *,
    handlers: int = 3,
    invite: str = OTHER_INVITE,
    preset: str = "half-a-year",
) -> HostedLine:
    """Open another line on the same host, with other terms."""
    await hosted.host.store.write(lambda tx: insert_invite(tx, invite_hash(invite)))
    other = dataclasses.replace(hosted, line_keys=LineKeys.create(hosted.entropy), handlers=[])
    keys = [other.new_keys() for _ in range(handlers)]
    plan = other.plan(*keys, preset=preset)
    plan = dataclasses.replace(plan, names={"en": "Ombuds line", "nl": "Ombudslijn"})
    await other.owner().publish(plan, invite=invite)
    other.handlers = [other.handler(k) for k in keys]
    for handler in other.handlers:
        await handler.publish_keys(lambda _: None)
    return other


@dataclass
class HandoverScenario:
    """A report for two handlers of the first line, and another line that may take it over."""

    hosted: HostedLine
    other: HostedLine
    submission: DraftReport

    async def visit(self) -> Visit:
        """Come back with the code, on another device each time."""
        return await self.hosted.visit(self.submission)

    def entry(self, handler: Handler) -> ids.EntryId:
        return ids.inbox_entry(handler.keys.handler_id, self.submission.keys.report_id)

    async def read(self, handler: Handler) -> Thread:
        return await handler.read(self.entry(handler))

    async def pass_on(self, handler: Handler) -> int:
        """Read, and let the others read what they may: as `meldpunt handler read` does."""
        return await handler.add_missing_wraps(await self.read(handler))

    async def seal_consent(self, visit: Visit, *, readers: tuple[int, ...] = (0, 1)) -> Draft:
        """Ask the other line: these of its handlers, for everything so far."""
        target = await visit.find_line(self.other.line_keys.line_id)
        chosen = [self.other.id_of(i) for i in readers]
        return await visit.seal_consent(target, LETTER, language="en", readers=chosen)

    async def consent(self, *, readers: tuple[int, ...] = (0, 1)) -> Sent:
        visit = await self.visit()
        return await visit.send(await self.seal_consent(visit, readers=readers))

    async def accept(self, *, passed_on_by: int = 0, by: int = 0) -> Sent:
        """Let the first line pass the messages on, and the other one take the report up."""
        await self.pass_on(self.hosted.handlers[passed_on_by])
        handler = self.other.handlers[by]
        return await handler.accept(await self.read(handler), "We take this up.", language="en")


@contextlib.asynccontextmanager
async def make_handover_scenario(folder: Path) -> AsyncIterator[HandoverScenario]:
    """Open both lines, and send the report."""
    async with make_hosted_line(folder) as hosted:
        await hosted.open_line()
        other = await add_line(hosted)
        yield HandoverScenario(hosted, other, await hosted.submit())
