"""Days that hold if a reporter said so: the same in TypeScript as in Python."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final

import pytest

from meldpunt.cli.render.desk import told_clock_json
from meldpunt.client import ToldKind, begun_clock, if_told
from meldpunt.client.keys.randomness import utc_today
from meldpunt.protocol.texts.desk import read_desk
from meldpunt.protocol.verify import strict_json
from tests.support.faulty_proxy import FaultyProxy
from tests.support.process import HostProcess
from tests.web.client import WRITTEN, WebClient, submit, web_client
from tests.web.office import WebOffice

DESK: Final = strict_json.dump({"version": 1, "storyTerm": {"term": "P7D", "roll": "termijnenwet"}})
_WORSE, _STORY = (kind.value for kind in ToldKind)
BOTH: Final = [_WORSE, _STORY]
WORSE: Final = [_WORSE]
STORY: Final = [_STORY]
NONE: Final[list[str]] = []
LATER: Final = (0, 14, 60, 200)
"""In so many days it is looked at. A week may end days later: after a weekend and holidays."""


async def _days(
    office: WebOffice, client: WebClient, receipt: str, desk: bytes | None = DESK
) -> list[list[str]]:
    """Compare what both clients tell; return which kinds they tell on each day of `LATER`."""
    thread = (await office.reporter().open(receipt)).thread
    client.do("visit", receipt=receipt)
    read = None if desk is None else read_desk(desk)
    found = []
    for days in LATER:
        today = utc_today() + timedelta(days)
        told = client.do("told", today=today.isoformat())
        clocks = [told_clock_json(clock) for clock in if_told(thread, read, today)]
        assert told["ifTold"] == clocks
        begun = [begun_clock(thread, read, kind, today) for kind in ToldKind]
        assert told["begun"] == [each and each.due_on.isoformat() for each in begun]
        found.append([str(clock["kind"]) for clock in clocks])
    return found


@pytest.fixture
async def telling(host: HostProcess, proxy: FaultyProxy) -> AsyncIterator[WebOffice]:
    """Return an office with a desk."""
    made = await WebOffice(host, proxy.origin).open_line(desk=DESK)
    yield made
    await made.close()


async def test_days_that_may_hold_are_those_of_the_client_in_python(telling: WebOffice) -> None:
    office, handler = telling, telling.handlers[0]
    with web_client() as client:
        client.do("open", address=office.address)
        receipt = submit(client, readers=office.ids(0))

        async def shows(*kinds: list[str]) -> None:
            assert await _days(office, client, receipt) == list(kinds)

        await shows(NONE, NONE, NONE, NONE)
        client.do("reply", reply=WRITTEN)
        await shows(BOTH, BOTH, BOTH, BOTH)
        await handler.reply(await office.read(), "Gelezen.", language="nl")
        await shows(BOTH, WORSE, WORSE, WORSE)
        until = utc_today() + timedelta(days=10)
        await handler.pause(await office.read(), "Even wachten.", language="nl", until=until)
        await shows(BOTH, WORSE, WORSE, WORSE)
        await handler.feedback(await office.read(), "Gedaan.", language="nl")
        await shows(STORY, NONE, NONE, NONE)
        thread = await office.read()
        await handler.send(thread, handler.seal_taken_down(thread, language="nl"))
        await shows(NONE, NONE, NONE, NONE)
        await handler.close(await office.read(), "Klaar.", language="nl")
        client.do("refresh")
        client.do("reopen", reply=WRITTEN)
        await shows(STORY, STORY, STORY, STORY)
        client.do("withdraw", immediate=False)
        await shows(NONE, NONE, NONE, NONE)
        begun = client.do("told", today=utc_today().isoformat())["begun"]
        assert None not in begun  # who writes again ends the withdrawal, and is told a day


async def test_without_a_desk_that_can_be_read_no_story_has_a_day(
    office: WebOffice, client: WebClient
) -> None:
    receipt = submit(client, readers=office.ids(0))
    client.do("visit", receipt=receipt)
    client.do("reply", reply=WRITTEN)
    assert await _days(office, client, receipt, None) == [WORSE] * len(LATER)
