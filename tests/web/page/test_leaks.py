"""Nothing that people type or do here stays behind, and nothing of it leaves the page."""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.web.browser import Browser, open_browser
from tests.web.page.lz4 import decompressed
from tests.web.page.office import PageOffice
from tests.web.page.person import STORY, Person, open_report, report

CONTROL: Final = "Dit bewaart een gewone pagina wel"
ORDINARY: Final = "data:text/html,<title>x</title><textarea></textarea><input>"
ATTRIBUTES: Final = {
    "autocomplete": "off",
    "autocorrect": "off",
    "autocapitalize": "off",
    "spellcheck": "false",
    "writingsuggestions": "false",
    "translate": "no",
    "data-1p-ignore": "",
    "data-bwignore": "",
    "data-lpignore": "true",
}


def _files(folder: Path) -> Iterator[bytes]:
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):  # sockets, and what is being replaced
            if path.is_file():
                yield decompressed(path.read_bytes())


def _holds(folder: Path, text: str) -> bool:
    wanted = [text.encode(encoding) for encoding in ("utf-8", "utf-16-le")]
    return any(each in data for data in _files(folder) for each in wanted)


@pytest.mark.parametrize("engine", ["chromium", "firefox"])
async def test_a_browser_that_is_killed_keeps_nothing_that_was_typed(
    engine: str, origin: str
) -> None:
    await asyncio.to_thread(_kill_in_the_middle, engine, origin)


def _kill_in_the_middle(engine: str, origin: str) -> None:
    with open_browser(engine) as browser:
        person = Person(browser, origin, kept=True)
        code = report(person)
        person.write("#code", code)
        story = Person(browser, origin, kept=True)
        _to_the_story(story)
        ordinary = browser.open(ORDINARY, kept=True)
        ordinary.fill("textarea", CONTROL)
        until = time.monotonic() + 90
        profile = browser.profile()
        while not _holds(profile, CONTROL):  # the browser has written down what it can by then
            assert time.monotonic() < until, "the browser keeps nothing at all"
            time.sleep(1)
        browser.kill()
        for secret in (STORY[:20], code, code.replace("-", ""), "Ben je nu veilig"):
            assert not _holds(profile, secret), secret


def _to_the_story(person: Person) -> None:
    person.press("Ik wil iets melden")
    person.tick("Iets melden")
    person.press("Verder")
    person.press("Ik begin")
    person.press("Verder")
    person.write("#answer", STORY)


async def test_a_page_leaves_no_trace_and_reaches_nobody_else(
    origin: str, chromium: Browser
) -> None:
    await asyncio.to_thread(_no_trace, origin, chromium)


def _no_trace(origin: str, chromium: Browser) -> None:
    person = Person(chromium, origin)
    title = person.tab.evaluate("() => document.title")
    code = report(person)
    person.write("#code", code)
    controls = person.tab.evaluate(
        """(names) => [...document.querySelectorAll("input, textarea")].map((control) =>
          Object.fromEntries(names.map((name) => [name, control.getAttribute(name)])))""",
        list(ATTRIBUTES),
    )
    assert controls == [ATTRIBUTES]
    kept = person.tab.evaluate(
        """async () => [document.title, location.href, history.length, history.state,
          document.cookie, localStorage.length, sessionStorage.length,
          (await indexedDB.databases()).length, (await caches.keys()).length,
          document.querySelectorAll("form, input[type=password]").length]"""
    )
    # puppeteer's own empty page comes before the first one
    assert kept == [title, f"{origin}/", 2, None, "", 0, 0, 0, 0, 0]
    tried = person.tab.evaluate(
        """(url) => fetch(url).then(() => "reached", () => "refused")""",
        origin.replace("localhost", "127.0.0.1"),
    )
    assert tried == "refused"


async def test_shift_three_times_leaves_and_nothing_comes_back(
    office: PageOffice, origin: str, chromium: Browser
) -> None:
    await asyncio.to_thread(_leave, origin, chromium)
    assert await office.read_all() == []


def _leave(origin: str, chromium: Browser) -> None:
    person = Person(chromium, origin)
    _to_the_story(person)
    for _ in range(3):
        person.tab.do("press", key="Shift")
    until = time.monotonic() + 60
    while "wikipedia" not in str(chromium.requests()[-1]["url"]):
        assert time.monotonic() < until
        time.sleep(0.1)
    person.tab.do("goto", url=ORDINARY)
    assert person.tab.evaluate("() => history.length") == 3  # none of our own steps
    person.tab.do("goto", url=f"{origin}/")
    person.sees("How can we help you?")
    person.tab.evaluate("() => { history.back(); }")
    person.tab.text("textarea")
    person.tab.evaluate("() => { history.forward(); }")
    person.sees("How can we help you?")


async def test_the_back_button_of_the_browser_wipes_every_page(
    office: PageOffice, origin: str, chromium: Browser
) -> None:
    code = await office.reported()
    await asyncio.to_thread(_back_and_forward, origin, chromium, code)
    assert len(await office.read_all()) == 1  # what was not sent never arrived


def _back_and_forward(origin: str, chromium: Browser, code: str) -> None:
    asked = Person(chromium, origin)
    _to_the_story(asked)
    shown = Person(chromium, origin)
    unsent = report(shown)
    shown.press("Laat de code nog eens zien")
    visited = Person(chromium, origin)
    open_report(visited, code)
    visited.press("Iets terugschrijven")
    visited.write("#reply", STORY)
    for person in (asked, shown, visited):
        person.tab.do("back")
        assert person.tab.evaluate("() => location.href") == "about:blank"
        person.tab.do("forward")
        person.tab.text(".doors")
        left = person.tab.evaluate("() => document.documentElement.outerHTML")
        for secret in (STORY[:20], unsent, code, "Wat er gebeurde"):
            assert secret not in left, secret


def test_inside_another_page_nothing_is_loaded(built: Path, origin: str, chromium: Browser) -> None:
    app = max(built.glob("part-*.js"), key=lambda path: path.stat().st_size)
    before = len(chromium.requests())
    tab = chromium.open(f"data:text/html,<iframe src='{origin}/'></iframe>")
    tab.text("iframe")
    asked = [request["url"] for request in chromium.requests()[before:]]
    assert f"{origin}/page.js" in asked
    assert f"{origin}/{app.name}" not in asked
