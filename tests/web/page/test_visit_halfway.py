"""What is under way in a visit: stopped, clicked twice, or overtaken by a second tab."""

import asyncio
from pathlib import Path
from typing import Final

from tests.web.browser import Browser
from tests.web.page.holding import HOLDS_PARTS, wait_held
from tests.web.page.office import PageOffice
from tests.web.page.person import Person, come_back, open_report

FIELDS: Final = "() => document.querySelectorAll('main input, main textarea').length"
TICK_ALL: Final = """() => {
  for (const box of document.querySelectorAll(".files input:not(:checked)")) box.click();
}"""
SEND_TWICE: Final = """() => {
  const button = [...document.querySelectorAll("button")].find(
    ({ textContent }) => textContent === "Versturen",
  );
  button.click();
  button.click();
}"""


async def test_files_that_are_stopped_send_nothing_and_two_clicks_send_once(
    tmp_path: Path, office: PageOffice, origin: str, chromium: Browser
) -> None:
    code = await office.reported()
    await asyncio.to_thread(_stop, Person(chromium, origin, first=HOLDS_PARTS), code, tmp_path)
    thread = await office.read()
    assert [message.text for message in thread.messages] == ["Wat er gebeurde.", "Zie hier."]
    payload = thread.messages[1].payload
    assert payload is not None
    assert [file.name for file in payload.attachments or ()] == ["twee.txt"]
    assert thread.alarms == ()


def _stop(person: Person, code: str, folder: Path) -> None:
    open_report(person, code)
    person.press("Iets terugschrijven")
    person.write("#reply", "Zie hier.")
    for name in ("een.txt", "twee.txt"):
        (folder / name).write_text("Wat er gebeurde.", "utf-8")
        person.attach(folder / name)
        person.sees(name)
    person.tab.evaluate(TICK_ALL)
    person.press("Versturen")
    wait_held(person)
    person.sees("Bestand 1 van 2")
    assert person.tab.evaluate(FIELDS) == 0  # nothing can be changed that would not be sent
    assert "Terug" not in person.tab.text("main")
    person.press("Stoppen")
    person.sees("Er is niets verstuurd. Wat je schreef staat er nog.")
    person.press("Terug")
    person.press("Iets terugschrijven")  # a step away keeps text and files
    person.press("Weghalen")
    person.tab.evaluate("() => { window.isHolding = false; window.letGo(); }")
    person.tab.evaluate(SEND_TWICE)
    person.sees("Verstuurd.")
    person.press("Iets terugschrijven")
    assert person.tab.evaluate("() => document.querySelector('#reply').value") == ""


async def test_two_tabs_of_one_report_tell_of_each_other(
    office: PageOffice, origin: str, chromium: Browser
) -> None:
    code = await office.reported()
    await asyncio.to_thread(_two_tabs, chromium, origin, code)
    thread = await office.read()
    assert thread.erased


def _two_tabs(chromium: Browser, origin: str, code: str) -> None:
    left, right = (Person(chromium, origin) for _ in range(2))
    for person in (left, right):
        open_report(person, code)
        person.press("Iets terugschrijven")
    left.write("#reply", "Links.")
    left.press("Versturen")
    left.sees("Verstuurd.")
    right.write("#reply", "Rechts.")
    _is_overtaken(right, "Versturen")
    right.press("Iets terugschrijven")
    assert right.tab.evaluate("() => document.querySelector('#reply').value") == "Rechts."
    right.press("Versturen")
    right.sees("Verstuurd.")
    for person in (left, right):  # the left one has not seen what the right one wrote
        person.press("Intrekken")
        person.tick("Rustig aan")
    _is_overtaken(left, "Ja, trek mijn bericht in")
    left.press("Intrekken")
    left.tick("Rustig aan")
    left.press("Ja, trek mijn bericht in")
    left.sees("Je hebt dit bericht ingetrokken")
    right.press("Terug")
    right.press("Hoe gaat het nu?")
    right.tick("Het gaat goed")
    right.write("textarea", "Beter.")
    _is_overtaken(right, "Versturen")
    right.sees("Je hebt dit bericht ingetrokken. Schrijf je toch nog iets")
    right.press("Hoe gaat het nu?")
    assert right.tab.evaluate("() => document.querySelector('textarea').value") == "Beter."
    right.press("Versturen")
    right.sees("Verstuurd.")
    right.press("Intrekken")
    right.tick("Nu meteen alles wissen")
    left.press("Iets terugschrijven")
    left.write("#reply", "Te laat.")
    right.press("Ja, wis alles")
    right.sees("Dit bericht is ingetrokken en gewist")
    left.press("Versturen")
    left.press("Kijk opnieuw")
    left.sees("Dit bericht is ingetrokken en gewist")


def _is_overtaken(person: Person, button: str) -> None:
    person.press(button)
    person.sees("Er is intussen iets gestuurd met jouw code")
    person.press("Kijk opnieuw")
    person.sees("Eerdere berichten")


async def test_a_closed_report_is_opened_again_from_the_page(
    office: PageOffice, origin: str, chromium: Browser
) -> None:
    code = await office.reported()
    [handler, *_] = office.handlers
    await handler.feedback(await office.read(), "Dit deden wij.", language="nl")
    await handler.close(await office.read(), "Wij zijn klaar.", language="nl")
    person = await asyncio.to_thread(Person, chromium, origin)
    await asyncio.to_thread(_reopen, person, origin, code)
    last = (await office.read()).messages[-1]
    assert (last.header.tag.value, last.text) == ("reopening", "Het begon weer.")


def _reopen(person: Person, origin: str, code: str) -> None:
    come_back(person, origin, code)
    person.sees("Dit bericht is afgesloten. Je kunt het weer openen.")
    person.checking()
    person.press("Weer openen")
    person.write("#reply", "Het begon weer.")
    person.press("Versturen")
    person.sees("Verstuurd.")
    person.sees("Weer geopend")
    assert "afgesloten. Je kunt" not in person.tab.text("main")
    assert "Weer openen" not in person.tab.text("main")
