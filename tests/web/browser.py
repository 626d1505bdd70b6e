"""Real browsers from Debian: Chromium, Firefox, and Firefox as Tor Browser's level Safer has it.

Each has a profile of its own, reaches this machine alone, and every request that leaves it is
written down. `web/kit/tests/driver.js` is the other side.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.support.debian import find_program
from tests.web import node
from tests.web.script import Script, running_script

ENGINES: Final = ("chromium", "firefox", "firefox-safer")
"""`firefox-safer` has no JIT and no WebAssembly."""
KIT: Final = node.WEB / "kit"


class Tab:
    """A page in a window of its own: nothing of another tab is there."""

    def __init__(self, driver: Script, name: str) -> None:
        self._driver = driver
        self._name = name

    def do(self, command: str, **given: object) -> Any:  # noqa: ANN401 (of the command)
        """Give a command of the driver that is about a page."""
        return self._driver.do(command, tab=self._name, **given)

    def evaluate(self, script: str, given: object = None) -> Any:  # noqa: ANN401 (of the page)
        """Return what a function in the page gives for a value; both are JSON."""
        return self.do("evaluate", script=script, given=given)

    def click(self, selector: str) -> None:
        """Wait until an element can be clicked, and click it."""
        self.do("click", selector=selector)

    def fill(self, selector: str, text: str) -> None:
        """Type over what a field holds."""
        self.do("fill", selector=selector, text=text)

    def text(self, selector: str) -> str:
        """Wait for an element, and return its text."""
        found: str = self.do("text", selector=selector)
        return found

    def screenshot(self, path: Path, *, whole: bool = False) -> None:
        """Write the visible part as PNG, or the whole page."""
        self.do("screenshot", path=str(path), whole=whole)

    def tree(self) -> list[tuple[str, str]]:
        """Return what a screen reader is given: roles and names, in order."""
        return [(role, name) for role, name in self.do("tree")]

    def complaints(self) -> list[str]:
        """Return what the page wrote to its console, and what it threw."""
        found: list[str] = self.do("complaints")
        return found


class Browser:
    """A browser that runs."""

    def __init__(self, driver: Script) -> None:
        self._driver = driver
        self._tabs = 0

    def open(
        self, url: str, *, blocked: Iterable[str] = (), first: str = "", kept: bool = False
    ) -> Tab:
        """Open a page and wait until it has loaded.

        Args:
            url: Its address.
            blocked: Endings of addresses that the page cannot reach.
            first: A script that runs before those of the page.
            kept: Open it where the profile keeps what it can, as people's browsers do.
        """
        self._tabs += 1
        tab = Tab(self._driver, str(self._tabs))
        tab.do("open", url=url, blocked=list(blocked), first=first, kept=kept)
        return tab

    def kill(self) -> None:
        """End it as a power cut would; the profile stays until `open_browser` ends."""
        self._driver.do("kill")

    def requests(self) -> list[dict[str, Any]]:
        """Return all that left the browser: method, url, headers, body, status if answered."""
        found: list[dict[str, Any]] = self._driver.do("requests")
        return found

    def fail_at(self, at: int, how: str) -> None:
        """Let the network go in the middle of the request after `at` others.

        `how` is "request" (before it is sent), "answer" (before it comes back) or "body".
        """
        self._driver.do("failAt", at=at, how=how)

    def profile(self) -> Path:
        """Return the folder of its profile, which goes when the browser ends."""
        return Path(self._driver.do("profile"))


def programs() -> dict[str, str]:
    """Return where the browsers are, as the environment of a script in JavaScript wants it.

    The locale is one that every machine has: with another, Chromium finds no file whose name is
    not ASCII.
    """
    return {
        "CHROMIUM": find_program("chromium", package="chromium"),
        "FIREFOX": find_program("firefox-esr", package="firefox-esr"),
        "LC_ALL": "C.UTF-8",
    }


@contextmanager
def open_browser(engine: str) -> Iterator[Browser]:
    """Start a browser, and end it; a second costs one or two seconds."""
    path = KIT / "tests" / "driver.js"
    with running_script(path, engine, environment=programs()) as driver:
        yield Browser(driver)
