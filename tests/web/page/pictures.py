"""Pictures of the reporter's page for the documentation.

`python -m tests.web.page.pictures` makes them anew, from the built page, a real host and handlers.
"""

import asyncio
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image

from tests.architecture.tree import PACKAGE, ROOT
from tests.support.process import HostProcess, serving
from tests.web.browser import Browser, open_browser
from tests.web.page.office import PageOffice, serving_page
from tests.web.page.person import Person, come_back, send

_DOCS: Final = ROOT / "docs"
_PHONE: Final = (360, 1150)
_FIRST: Final = (360, 640)
_WIDE: Final = (1280, 1150)
_LATER: Final = "const now = Date.now; Date.now = () => now() + 20 * 86400000;"
_GAP: Final = 16
_COLOURS: Final = 24
_STORY: Final = "Hij stuurt mij elke avond berichten. Ik durf niets te zeggen."
_ANSWER: Final = (
    "Dank je wel dat je dit vertelt. Wat zou jou nu helpen? Je hoeft dat nog niet te weten."
)
_PICTURES: Final = {
    "reporters-page": (_FIRST, ("doors", "before", "story")),
    "page/phone-doors": (_PHONE, ("doors", "guide", "leaf", "kind", "before")),
    "page/phone-questions": (_PHONE, ("safe", "story", "choice", "advice", "files")),
    "page/phone-code": (_PHONE, ("readers", "check", "code", "confirm", "done")),
    "page/phone-return": (_PHONE, ("enter", "look", "answered", "reply", "waiting")),
    "page/phone-decide": (_PHONE, ("worse", "told", "late", "withdraw", "withdrawn")),
    "page/desktop-report": (_WIDE, ("doors", "before", "story", "readers")),
    "page/desktop-code": (_WIDE, ("code", "done", "answered", "late")),
}
"""Each picture: the size of its windows, and the pages in it."""


class Album:
    """The pages that a person has come by, as they look in each size."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, tuple[int, int]], Image.Image] = {}

    def keep(self, person: Person, name: str) -> None:
        """Take the page as it is, from its top, in the sizes in which it is wanted."""
        for size in {size for size, names in _PICTURES.values() if name in names}:
            person.tab.do("resize", width=size[0], height=size[1])
            person.tab.evaluate("() => new Promise((drawn) => setTimeout(drawn, 100))")
            person.tab.evaluate("() => scrollTo(0, 0)")
            with tempfile.NamedTemporaryFile(suffix=".png") as file:
                person.tab.screenshot(Path(file.name))
                shown = Image.open(BytesIO(Path(file.name).read_bytes()))
            self._found[name, size] = shown.convert("RGB")

    def write(self) -> None:
        """Write every picture, with few colours: they are small then."""
        for name, (size, pages) in _PICTURES.items():
            scale = 2 if size == _WIDE else 1
            width, height = size[0] // scale, size[1] // scale
            whole = Image.new(
                "RGB", (len(pages) * (width + _GAP) + _GAP, height + 2 * _GAP), "#d9dce3"
            )
            for place, page in enumerate(pages):
                shown = self._found[page, size].resize((width, height), Image.Resampling.LANCZOS)
                whole.paste(shown, (_GAP + place * (width + _GAP), _GAP))
            few = whole.quantize(_COLOURS, dither=Image.Dither.NONE)
            few.save(_DOCS / f"{name}.png", optimize=True)


def _report(person: Person, album: Album) -> str:
    album.keep(person, "doors")
    person.press("Ik wil weten waar ik terechtkan")
    album.keep(person, "guide")
    person.press("Ik maakte iets mee")
    person.press("Student")
    album.keep(person, "leaf")
    for _ in range(3):
        person.press("Terug")
    person.press("Ik wil iets melden")
    album.keep(person, "kind")
    person.tick("Iets melden")
    person.press("Verder")
    album.keep(person, "before")
    person.press("Ik begin")
    person.tick("Nee")
    album.keep(person, "safe")
    person.press("Verder")
    person.write("#answer", _STORY)
    album.keep(person, "story")
    person.press("Verder")
    person.tick("Een leidinggevende of docent")
    album.keep(person, "choice")
    for _ in range(3):
        person.press("Verder")
    person.tick("Een officiële klacht")
    album.keep(person, "advice")
    person.press("Verder")
    album.keep(person, "files")
    person.press("Verder")
    person.press("Verder")
    person.tick("Sam de Wit")
    album.keep(person, "readers")
    person.press("Verder")
    album.keep(person, "check")
    person.press("Maak mijn geheime code")
    code = person.code()
    album.keep(person, "code")
    person.press("Ik heb de code bewaard")
    album.keep(person, "confirm")
    send(person, code)
    album.keep(person, "done")
    return code


def _visit(person: Person, origin: str, code: str, album: Album) -> None:
    person.arrive(origin)
    person.press("Ik heb een code")
    album.keep(person, "enter")
    person.write("#code", code)
    person.press("Alleen kijken of er nieuws is")
    person.sees("Is er nieuws?")
    album.keep(person, "look")
    person.press("Open mijn bericht")
    person.sees("Nieuw voor jou")
    album.keep(person, "answered")
    person.press("Iets terugschrijven")
    album.keep(person, "reply")
    person.write("#reply", "Dat het stopt.")
    _send(person)
    album.keep(person, "waiting")
    person.press("Hoe gaat het nu?")
    person.tick("Ik krijg last omdat ik dit vertelde")
    album.keep(person, "worse")
    _send(person)
    album.keep(person, "told")
    person.press("Intrekken")
    person.tick("Rustig aan")
    album.keep(person, "withdraw")
    person.press("Ja, trek mijn bericht in")
    person.sees("Je hebt dit bericht ingetrokken")
    album.keep(person, "withdrawn")


def _send(person: Person) -> None:
    person.press("Versturen")
    person.sees("Verstuurd.")
    person.tab.text("fieldset:enabled")


async def _take(host: HostProcess, browser: Browser) -> Album:
    """Go through a report and a visit, with a handler's answer in between."""
    album = Album()
    office = await PageOffice(host, host.origin).open_rich_line()
    with serving_page(PACKAGE / "page" / "built", office.address) as origin:
        person = await asyncio.to_thread(Person, browser, origin)
        code = await asyncio.to_thread(_report, person, album)
        await asyncio.to_thread(come_back, person, origin, code, first=_LATER)
        await asyncio.to_thread(album.keep, person, "late")
        [thread] = await office.read_all()  # Sam de Wit is left out
        await office.handlers[0].acknowledge(thread, _ANSWER, language="nl")
        await asyncio.to_thread(_visit, person, origin, code, album)
    await office.close()
    return album


def main() -> None:
    """Make every picture."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder), frontend_origins=("localhost", "null")) as host,
        open_browser("chromium") as browser,
    ):
        asyncio.run(_take(host, browser)).write()


if __name__ == "__main__":
    main()
