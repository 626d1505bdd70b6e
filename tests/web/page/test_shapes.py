"""The page at every size, in every mode, and with the worst that a line can hold."""

import asyncio
from pathlib import Path
from typing import Any, Final

from tests.support.process import HostProcess
from tests.web.browser import Browser
from tests.web.page import texts
from tests.web.page.holding import HOLDS_REPORTS, wait_held
from tests.web.page.office import PageOffice, serving_page
from tests.web.page.person import NARROW, Person, come_back, report

MODES: Final = {
    "prefers-color-scheme": "dark",
    "forced-colors": "active",
    "prefers-reduced-motion": "reduce",
}
MOVES: Final = """() => [
  ...document.getAnimations(),
  ...document.querySelectorAll("progress:indeterminate"),
].filter((each) => !(each instanceof Element) || each.checkVisibility()).length"""
"""How much moves by itself; a bar that does not know how far it is runs to and fro."""


async def test_nothing_is_cut_off_on_a_small_phone_at_400_percent_or_in_other_colours(
    origin: str, chromium: Browser
) -> None:
    await asyncio.to_thread(_everywhere, origin, chromium)


def _everywhere(origin: str, chromium: Browser) -> None:
    person = Person(chromium, origin)
    _fits(person)
    person.press("Ik wil weten")
    person.press("Ik maakte iets mee")
    person.press("Student")
    _fits(person)
    person = Person(chromium, origin, first=HOLDS_REPORTS)
    code = report(person)
    _fits(person)
    person.write("#code", code)
    person.press("Verstuur mijn bericht")
    wait_held(person)
    assert person.tab.evaluate(MOVES) == 1
    _fits(person)
    person.tab.evaluate("() => { window.isHolding = false; window.letGo(); }")
    person.sees("Dank je wel dat je dit vertelt")
    _fits(person)
    come_back(person, origin, code)
    _fits(person)
    person.press("Iets terugschrijven")
    _fits(person)


def _fits(person: Person) -> None:
    """Look at the page at 400 %, in every mode, and with letters of twice the size alone."""
    person.checking()
    for name, value in MODES.items():
        person.tab.do("prefer", features=[{"name": name, "value": value}])
        assert person.tab.evaluate(f"() => matchMedia('({name}: {value})').matches")
        assert person.faults() == [], (name, person.heading())
    assert person.tab.evaluate(MOVES) == 0  # with reduced motion
    person.tab.do("prefer", features=[])
    person.tab.do("resize", width=640, height=512)
    person.tab.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    assert person.tab.evaluate(NARROW) <= 0, person.heading()
    person.tab.evaluate("() => { document.documentElement.style.fontSize = ''; }")
    person.tab.do("resize", width=800, height=600)


HOSTILE: Final = "<img src=x onerror=alert(1)>\u202eevil\u200b " + "W" * 300


async def test_a_hostile_or_endless_line_stays_text_and_stays_in_its_place(
    page_host: HostProcess, built: Path, chromium: Browser
) -> None:
    question = {
        "type": "text",
        "label": texts.said(*(["L" * 400 + HOSTILE] * 2)),
        "help": texts.said(*([HOSTILE] * 2)),
    }
    form = {
        "kinds": [{"id": "report", "label": texts.said(HOSTILE, HOSTILE)}],
        "questions": [{"id": f"q{n}", **question} for n in range(60)],
    }
    guide = {"nodes": [{"id": "start", "title": texts.said(HOSTILE, HOSTILE), "report": "report"}]}
    made = texts.rich_texts(form=form, guide=guide)
    office = await PageOffice(page_host, page_host.origin).open_rich_line(made)
    await office.close()
    with serving_page(built, office.address) as origin:
        await asyncio.to_thread(_hostile, origin, chromium)


def _hostile(origin: str, chromium: Browser) -> None:
    person = Person(chromium, origin)
    person.press("Ik wil weten")
    _is_text(person)
    person.press("Hier iets melden")
    person.press("Ik begin")
    _is_text(person)
    for _ in range(2):
        person.press("Verder")
    person.sees("Vraag 3 van ongeveer 60")
    person.press("Sla de andere vragen over")
    person.press("Verder")
    person.press("Verder")
    person.sees("Kijk alles nog eens na")
    assert person.tab.evaluate(NARROW) <= 0
    assert person.tab.evaluate(
        "() => [...document.querySelectorAll('.primary')].map((each) => each.disabled)"
    ) == [True]  # nothing is written yet


def _is_text(person: Person) -> None:
    person.checking()
    person.tab.do("resize", width=320, height=600)
    assert person.tab.evaluate(NARROW) <= 0
    assert person.tab.evaluate("() => document.querySelectorAll('main img').length") == 0
    assert "\u202e" not in person.tab.text("main")


def _translated(value: object) -> Any:  # noqa: ANN401 (JSON)
    """Return a text with Arabic as its first language."""
    if isinstance(value, list) and value and "text" in value[0]:
        return [{"language": "ar", "text": "نص للاختبار"}, *value]
    if isinstance(value, list):
        return [_translated(each) for each in value]
    if isinstance(value, dict):
        return {name: _translated(each) for name, each in value.items()}
    return value


async def test_from_right_to_left(page_host: HostProcess, built: Path, chromium: Browser) -> None:
    languages = ("ar", *texts.LANGUAGES)
    made = texts.rich_texts(**_translated(texts.PARTS))
    office = PageOffice(page_host, page_host.origin)
    await office.open_rich_line(made, languages=languages)
    await office.close()
    with serving_page(built, office.address) as origin:
        await asyncio.to_thread(_right_to_left, origin, chromium)


def _right_to_left(origin: str, chromium: Browser) -> None:
    person = Person(chromium, origin, "العربية").checking()
    person.tab.do("resize", width=360, height=740)
    assert person.tab.evaluate("() => [document.dir, document.documentElement.lang]") == [
        "rtl",
        "ar",
    ]
    assert person.tab.evaluate(NARROW) <= 0
    button = "() => document.querySelector('.leave').getBoundingClientRect().left"
    assert person.tab.evaluate(button) < 100  # the other way round
    person.press("I want to report")
    assert person.tab.evaluate(NARROW) <= 0
    person.press("Nederlands")
    assert person.tab.evaluate("() => document.dir") == "ltr"
