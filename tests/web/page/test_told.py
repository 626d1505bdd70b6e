"""By when something is done about what a person tells in a visit: the page says the day."""

import asyncio
import re
from datetime import date
from typing import Final

from meldpunt.client import ToldClock, told_clocks
from meldpunt.client.keys.randomness import utc_today
from meldpunt.protocol.texts.desk import read_desk
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from tests.web.browser import Browser
from tests.web.page.office import PageOffice
from tests.web.page.person import Person, come_back
from tests.web.page.texts import rich_texts

WORSE_OFF: Final = "Ik krijg last omdat ik dit vertelde"
IN_DUTCH: Final = """(day) => new Intl.DateTimeFormat("nl", { dateStyle: "full", timeZone: "UTC" })
  .format(new Date(day))"""
LATER: Final = "const now = Date.now; Date.now = () => now() + 400 * 86400000;"
SECRET: Final = re.compile(r"(?<=messages/)[^/?]+")


def _check_in(person: Person, answer: str) -> None:
    person.press("Hoe gaat het nu?")
    person.tick(answer)
    person.press("Versturen")


def _take_back(person: Person, _: str) -> None:
    person.press("Een gedeeld verhaal terugnemen")
    person.press("Ja, niet meer doorvertellen")


def _reply(person: Person, text: str) -> None:
    person.press("Iets terugschrijven")
    person.write("#reply", text)
    person.press("Versturen")


ACTS: Final = (
    (_check_in, "Het gaat goed"),
    (_check_in, "Het gaat niet goed"),
    (_check_in, WORSE_OFF),
    (_take_back, ""),
    (_reply, "Er is niets nieuws."),
)


def _sent(person: Person) -> str:
    person.sees("Verstuurd.")
    return person.tab.text("[data-kit=sent]")


def _desk() -> bytes:
    desk = rich_texts().desk
    assert desk is not None
    return desk


async def _clock(office: PageOffice) -> ToldClock:
    """Return the one clock that a handler sees."""
    [clock] = told_clocks(await office.read(), read_desk(_desk()), utc_today())
    return clock


async def _in_dutch(person: Person, day: date) -> str:
    said: str = await asyncio.to_thread(person.tab.evaluate, IN_DUTCH, day.isoformat())
    return said


async def test_who_is_worse_off_sees_the_day_of_their_answer_at_once_and_later(
    office: PageOffice, origin: str, chromium: Browser
) -> None:
    code = await office.reported()
    person = await asyncio.to_thread(Person, chromium, origin)

    def tell() -> str:
        come_back(person, origin, code)
        person.checking()
        _check_in(person, WORSE_OFF)
        return _sent(person)

    told = await asyncio.to_thread(tell)
    clock = await _clock(office)
    due, since = await _in_dutch(person, clock.due_on), await _in_dutch(person, clock.since)
    assert told == f"Verstuurd. Je krijgt antwoord, uiterlijk op {due}."
    await asyncio.to_thread(come_back, person, origin, code)
    shown = await asyncio.to_thread(_opened, person, "Schreef je dat je last krijgt")
    assert f"Was dat op {since}? Je krijgt antwoord, uiterlijk op {due}." in shown
    await asyncio.to_thread(come_back, person, origin, code, first=LATER)
    late = await asyncio.to_thread(_opened, person, "Schreef je dat je last krijgt")
    assert f"Dit had op {due} klaar moeten zijn. Het is te laat." in late
    assert "Ombudsman van de stad" in late


def _opened(person: Person, question: str) -> str:
    """Open what the page holds back until somebody asks, and return it."""
    person.tab.click(f'::-p-xpath(//summary[contains(., "{question}")])')
    shown: str = person.tab.evaluate("() => document.querySelector('details[open]').innerText")
    return shown


async def test_who_takes_a_story_back_sees_the_day_on_which_it_is_down_at_once_and_later(
    office: PageOffice, origin: str, chromium: Browser
) -> None:
    code = await office.reported()
    person = await asyncio.to_thread(Person, chromium, origin)

    def tell() -> str:
        come_back(person, origin, code)
        _take_back(person, "")
        return _sent(person)

    told = await asyncio.to_thread(tell)
    clock = await _clock(office)
    due, since = await _in_dutch(person, clock.due_on), await _in_dutch(person, clock.since)
    assert told == f"Verstuurd. Je verhaal wordt weggehaald, uiterlijk op {due}."
    await asyncio.to_thread(come_back, person, origin, code)
    shown = await asyncio.to_thread(_opened, person, "Nam je een gedeeld verhaal terug?")
    assert f"Was dat op {since}? Je verhaal wordt weggehaald, uiterlijk op {due}." in shown


async def test_what_a_person_says_changes_no_request(
    office: PageOffice, origin: str, chromium: Browser
) -> None:
    codes = [await office.reported() for _ in ACTS]
    person = await asyncio.to_thread(Person, chromium, origin)

    def requests(code: str, act: int) -> list[tuple[str, str]]:
        come_back(person, origin, code)
        since = len(chromium.requests())
        do, said = ACTS[act]
        do(person, said)
        _sent(person)
        person.tab.text("fieldset:enabled")  # the report is read again
        asked = chromium.requests()[since:]
        return sorted((each["method"], SECRET.sub("…", each["url"])) for each in asked)

    found = [await asyncio.to_thread(requests, code, at) for at, code in enumerate(codes)]
    assert any(encode_base64url(ids.text_hash(_desk())) in url for _, url in found[0])
    assert all(each == found[0] for each in found), found
