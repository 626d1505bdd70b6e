"""Somebody who uses the reporter's page in a real browser, by what they read on it."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from tests.web import node
from tests.web.browser import Browser, Tab
from tests.web.script import ScriptFailure

STORY: Final = "Het gebeurde op dinsdag. Ik zag het zelf: “écht” 😀 زبان"
"""What people write here. No part of it may be found where it does not belong."""
NARROW: Final = """() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  return scrollWidth - clientWidth;
}"""
"""By how many pixels the page is wider than its window."""
_AXE: Final = node.WEB / "node_modules" / "axe-core" / "axe.min.js"
_RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@cache
def _axe() -> str:
    return _AXE.read_text("utf-8")


class Person:
    """A person with a page in front of them."""

    def __init__(
        self, browser: Browser, origin: str, language: str | None = "Nederlands", **how: object
    ) -> None:
        self.browser = browser
        self.arrive(origin, language, **how)

    def arrive(self, origin: str, language: str | None = "Nederlands", **how: object) -> None:
        """Open the page anew, as on another day; `how` goes to `Browser.open`."""
        self._checks = False
        self.tab: Tab = self.browser.open(f"{origin}/", **how)  # type: ignore[arg-type]
        self.tab.text(".doors")
        if language is not None:
            self.press(language)

    def checking(self) -> "Person":
        """Look at every page from now on with axe-core too, where 1,280 pixels are 400 %."""
        self._checks = True
        self.tab.do("resize", width=320, height=256)
        self.tab.evaluate(f"() => {{ {_axe()}\n }}")
        self._check()
        return self

    def press(self, text: str) -> None:
        """Press the button or link that says this, once the page is not busy any more."""
        self.tab.click(
            f'::-p-xpath(//*[self::button or self::a][contains(normalize-space(.), "{text}")]'
            "[not(ancestor::fieldset[@disabled])])"
        )
        self._check()

    def tick(self, text: str) -> None:
        """Choose the option that says this."""
        self.tab.click(f'::-p-xpath(//label[contains(normalize-space(.), "{text}")])')
        self._check()

    def write(self, selector: str, text: str) -> None:
        """Type into a field."""
        self.tab.fill(selector, text)

    def sees(self, text: str) -> None:
        """Wait until the page says this."""
        try:
            self.tab.text(f'::-p-xpath(//body//*[contains(normalize-space(.), "{text}")])')
        except ScriptFailure as failure:
            raise AssertionError(text, self.tab.text("body")) from failure

    def heading(self) -> str:
        """Return the heading of the page."""
        return self.tab.text("h1")

    def code(self) -> str:
        """Return the code that is shown."""
        return self.tab.text(".code")

    def attach(self, *paths: Path) -> None:
        """Choose files."""
        self.tab.do("choose", selector="input[type=file]", paths=[str(path) for path in paths])

    def _check(self) -> None:
        if self._checks:
            faults = self.faults()
            assert not faults, (self.heading(), faults)
            assert self.tab.evaluate(NARROW) <= 0, self.heading()

    def faults(self) -> list[Any]:
        """Return what axe-core finds."""
        found: list[Any] = self.tab.evaluate(
            """async (tags) => {
              await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
              const { violations } = await axe.run(document, { runOnly: tags });
              const told = ({ html, failureSummary }) => [html, failureSummary];
              return violations.map(({ id, nodes }) => [id, ...nodes.map(told)]);
            }""",
            list(_RULES),
        )
        return found


def report(person: Person, *, story: str = STORY, kind: str = "Iets melden") -> str:
    """Write the shortest report in Dutch, as far as its code; returns the code."""
    person.press("Ik wil iets melden")
    person.tick(kind)
    person.press("Verder")
    person.press("Ik begin")
    person.press("Verder")
    person.write("#answer", story)
    person.press("Sla de andere vragen over")
    person.press("Verder")
    if kind == "Een verhaal delen":
        person.tick("Ja, het mag worden doorverteld")
        person.press("Verder")
    person.press("Verder")
    person.press("Maak mijn geheime code")
    code = person.code()
    person.press("Ik heb de code bewaard")
    return code


def at_files(person: Person) -> Person:
    """Write the shortest report in Dutch, as far as its files."""
    person.press("Ik wil iets melden")
    person.tick("Iets melden")
    person.press("Verder")
    person.press("Ik begin")
    person.press("Verder")
    person.write("#answer", "Wat er gebeurde.")
    person.press("Sla de andere vragen over")
    return person


def send(person: Person, code: str) -> None:
    """Type the code back, and send the report."""
    person.write("#code", code.lower().replace("-", "  "))
    person.press("Verstuur mijn bericht")
    person.sees("Je bericht is aangekomen")


def come_back(person: Person, origin: str, code: str, **how: object) -> None:
    """Open a report with its code, as on another day; `how` goes to `Browser.open`."""
    person.arrive(origin, **how)  # type: ignore[arg-type]
    open_report(person, code)


def open_report(person: Person, code: str) -> None:
    """Open a report with its code, from the doors."""
    person.press("Ik heb een code")
    person.write("#code", code)
    person.press("Open mijn bericht")
    person.sees("Waar staat het?")
