"""The page without eyes or a mouse: what a screen reader says, and the keyboard alone."""

import asyncio
from pathlib import Path
from typing import Final

from tests.web.browser import Browser
from tests.web.page.office import PageOffice
from tests.web.page.person import Person, open_report

TOLD: Final = ("heading", "button", "textbox", "radio", "checkbox")
FOCUSED: Final = """() => {
  const { activeElement: at } = document;
  if (at === document.body) return ["", false];
  const box = at.getBoundingClientRect();
  return [(at.labels?.[0] ?? at).textContent, box.bottom > 0 && box.top < innerHeight];
}"""
"""What has the focus, and whether it is in sight."""
MOST_TABS: Final = 60


async def test_a_screen_reader_hears_a_visit_in_order(
    office: PageOffice, origin: str, chromium: Browser, tmp_path: Path
) -> None:
    code = await office.reported()
    thread = await office.read()
    await office.handlers[0].acknowledge(thread, "Gelezen.", language="nl")
    await asyncio.to_thread(_hear, Person(chromium, origin), code, tmp_path)


def _hear(person: Person, code: str, folder: Path) -> None:
    open_report(person, code)
    assert _heard(person) == [
        "Jouw bericht",
        "Nieuw voor jou",
        "Noor Bakker: Eerste reactie",
        "Iets terugschrijven",
        "Waar staat het?",
        "Wat wil je doen?",
        "Iets terugschrijven",
        "Hoe gaat het nu?",
        "Intrekken",
        "Een gedeeld verhaal terugnemen",
        "Een bewijs bewaren",
        "Eerdere berichten",
        "Jij: Het eerste bericht",
        "Kijk opnieuw",
        "Pagina sluiten",
    ]
    person.press("Iets terugschrijven")
    (folder / "brief.txt").write_text("Wat er gebeurde.", "utf-8")
    person.attach(folder / "brief.txt")
    person.sees("brief.txt")
    *form, one, other, send, back = _heard(person)
    assert form == [
        "Iets terugschrijven",
        "Wat wil je schrijven?",
        "Bestanden kiezen",
        "Toch meesturen",
        "Weghalen brief.txt",
    ]
    assert {one, other} == {"Noor Bakker", "Sam de Wit"}
    assert (send, back) == ("Versturen", "Terug")
    person.write("#reply", "Zie hier.")
    person.press("Versturen")
    assert "bij elk bestand" in person.tab.text("[role=alert]:focus")
    person.press("Kies bij elk bestand")
    assert person.tab.evaluate("() => document.activeElement.type") == "file"
    person.press("Terug")
    person.press("Hoe gaat het nu?")
    answers = ["Het gaat goed", "Het gaat niet goed", "Ik krijg last omdat ik dit vertelde"]
    name, *shown, label, send, back = _heard(person)
    assert (name, label, send, back) == (
        "Hoe gaat het nu?", "Wat wil je schrijven?", "Versturen", "Terug",
    )  # fmt: skip
    assert [said.startswith(answer) for said, answer in zip(shown, answers, strict=True)] == [
        True
    ] * 3
    person.press("Terug")
    person.press("Intrekken")
    name, later, now, sure, back = _heard(person)
    assert (name, sure, back) == ("Intrekken", "Ja, trek mijn bericht in", "Terug")
    assert later.startswith("Rustig aan")
    assert "Dit kan niet terug" in now


def _heard(person: Person) -> list[str]:
    """Return what is heard of the page itself, from its heading to the help below it."""
    heard = [name for role, name in person.tab.tree() if role in TOLD]
    return heard[heard.index(person.heading()) : heard.index("Meteen hulp nodig?")]


async def test_the_keyboard_alone_is_enough(
    office: PageOffice, origin: str, chromium: Browser
) -> None:
    code = await asyncio.to_thread(_report_by_keys, Person(chromium, origin))
    assert [len(await office.read_all(who)) for who in range(3)] == [1, 0, 1]
    await asyncio.to_thread(_visit_by_keys, Person(chromium, origin), code)
    tags = [message.header.tag.value for message in (await office.read()).messages]
    assert tags == ["report", "message", "message", "withdrawal"]


def _reach(person: Person, text: str, *then: str) -> None:
    """Press Tab until something with this text has the focus and is in sight, then other keys."""
    for _ in range(MOST_TABS):
        person.tab.do("press", key="Tab")
        found, is_seen = person.tab.evaluate(FOCUSED)
        if text in found:
            assert is_seen, text
            break
    else:
        raise AssertionError(text)
    for key in then:
        person.tab.do("press", key=key)


def _report_by_keys(person: Person) -> str:
    _reach(person, "Ik wil iets melden", "Enter")
    person.sees("Waarvoor kom je?")
    _reach(person, "Iets melden", "Space")
    _reach(person, "Verder", "Enter")
    _reach(person, "Ik begin", "Enter")
    person.sees("Ben je nu veilig?")
    _reach(person, "Verder", "Enter")
    _reach(person, "Vertel wat er is gebeurd.")
    person.tab.do("type", text="Wat er gebeurde.")
    _reach(person, "Sla de andere vragen over", "Enter")
    person.sees("Heb je bestanden?")
    _reach(person, "Bestanden kiezen")
    _reach(person, "Verder", "Enter")
    person.sees("Wie mag dit lezen?")
    _reach(person, "Sam de Wit", "Space")
    _reach(person, "Verder", "Enter")
    _reach(person, "Maak mijn geheime code", "Enter")
    code = person.code()
    _reach(person, "Ik heb de code bewaard", "Enter")
    _reach(person, "Geheime code")
    person.tab.do("type", text=code)
    _reach(person, "Verstuur mijn bericht", "Enter")
    person.sees("Dank je wel dat je dit vertelt")
    return code


def _is_sent(person: Person) -> None:
    """Wait until it is sent, and the report read again: until then nothing can be done."""
    person.sees("Verstuurd.")
    person.tab.text("fieldset:enabled")


def _visit_by_keys(person: Person, code: str) -> None:
    _reach(person, "Ik heb een code", "Enter")
    _reach(person, "Geheime code")
    person.tab.do("type", text=code)
    _reach(person, "Open mijn bericht", "Enter")
    person.sees("Waar staat het?")
    _reach(person, "Iets terugschrijven", "Enter")
    _reach(person, "Wat wil je schrijven?")
    person.tab.do("type", text="Antwoord.")
    _reach(person, "Versturen", "Enter")
    _is_sent(person)
    _reach(person, "Hoe gaat het nu?", "Enter")
    _reach(person, "Het gaat goed", "ArrowDown")
    _reach(person, "Versturen", "Enter")
    _is_sent(person)
    _reach(person, "Intrekken", "Enter")
    _reach(person, "Rustig aan", "Space")
    _reach(person, "Ja, trek mijn bericht in", "Enter")
    person.sees("Je hebt dit bericht ingetrokken")
