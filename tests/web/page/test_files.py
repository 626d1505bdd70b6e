"""Files through the page, both ways: what goes along, what people are told, what is saved."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from meldpunt.client import NewFile, listed_files
from meldpunt.client.files.sealed_file import DiskFile
from tests.architecture.tree import ROOT
from tests.support.alone import alone
from tests.web.browser import Browser
from tests.web.page.office import PageOffice
from tests.web.page.person import Person, at_files, open_report

PHOTO: Final = ROOT / "tests" / "corpus" / "pictures" / "photo.jpg"
GIGABYTE: Final = 10**9
MOST_READ: Final = 64 * 1024
"""Bytes that may be read of what is refused, and of the small files beside it."""
HEBREW: Final = "מסמך"
TURNED: Final = f"{HEBREW}\u202e-gpj.txt"
"""A name that pretends to be a picture's."""

WATCHES: Final = """
  const { arrayBuffer } = Blob.prototype;
  window.bytesRead = 0;
  window.isFull = false;
  window.types = [];
  Blob.prototype.arrayBuffer = function () {
    if (window.isFull) return Promise.reject(new DOMException("", "NotReadableError"));
    window.bytesRead += this.size;
    return arrayBuffer.call(this);
  };
  const { createObjectURL } = URL;
  URL.createObjectURL = (blob) => {
    window.types.push(blob.type);
    return createObjectURL(blob);
  };
"""
"""Counts what is read of files, and fails as Chromium does when its disk is full."""


def _sparse(path: Path, size: int, beginning: bytes = b"") -> Path:
    with path.open("wb") as file:
        file.write(beginning)
        file.truncate(size)
    return path


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    """Keep away from the tests that carry 200 MB: beside them a page is told of a false answer."""
    with alone("large-files"):
        yield


async def test_what_goes_along_is_clean_and_what_does_not_is_named_before_it_is_read(
    tmp_path: Path, office: PageOffice, origin: str, chromium: Browser
) -> None:
    person = await asyncio.to_thread(Person, chromium, origin, first=WATCHES)
    await asyncio.to_thread(_choose, person, tmp_path)
    threads = [(who, thread) for who in range(3) for thread in await office.read_all(who)]
    who, thread = threads[0]
    named = {each.attachment.name: each for each in listed_files(thread)}
    assert named.keys() == {"foto-1.jpg", f"{HEBREW}-gpj.txt"}
    photo = named["foto-1.jpg"]
    assert photo.attachment.media_type == "image/jpeg"
    await office.handlers[who].files(thread).download(photo, tmp_path / "saved")
    saved = (tmp_path / "saved").read_bytes()
    assert b"Exif" in PHOTO.read_bytes()
    for trace in (b"GPS", b"Canary", b"2026:03:04"):
        assert trace not in saved, trace


def _choose(person: Person, folder: Path) -> None:
    at_files(person)
    (folder / TURNED).write_text("Wat er gebeurde.", "utf-8")
    film = _sparse(folder / "film.bin", 3 * GIGABYTE)
    poster = _sparse(folder / "poster.jpg", 2 * GIGABYTE, b"\xff\xd8\xff")
    empty = _sparse(folder / "leeg.txt", 0)
    person.attach(PHOTO, film, poster, empty, folder / TURNED)
    person.sees("gpj.txt")
    for name, told in (
        ("poster.jpg", "te groot om schoon te maken, en gaat niet mee"),
        ("leeg.txt", "leeg en gaat niet mee"),
    ):
        item = f'::-p-xpath(//li[contains(., "{name}")])'
        assert told in person.tab.text(item)
        person.tab.click(f"{item} >>> button")
    assert "\u202e" not in person.tab.text(".files")
    turns = "() => getComputedStyle(document.querySelector('.files .said')).unicodeBidi"
    assert person.tab.evaluate(turns) == "isolate"
    person.press("Verder")
    person.sees("Kies bij elk bestand")
    for name in ("film.bin", "gpj.txt"):
        person.tab.click(f'::-p-xpath(//li[contains(., "{name}")]//label)')
    person.press("Verder")
    person.press("Verder")
    person.sees("foto-1.jpg")
    person.press("Maak mijn geheime code")
    code = person.code()
    person.press("Ik heb de code bewaard")
    person.write("#code", code)
    person.press("Verstuur mijn bericht")
    person.sees("De bestanden nog niet")  # the host's limit, said before a byte of it is read
    told = person.tab.text("[role=alert]")
    assert "film.bin" in told
    assert "te groot voor dit meldpunt" in told
    assert person.tab.evaluate("() => window.bytesRead") < MOST_READ
    person.press("Verder zonder dit bestand")
    person.sees("Dank je wel dat je dit vertelt")


async def test_a_file_is_saved_as_a_download_and_a_full_disk_is_told(
    tmp_path: Path, office: PageOffice, origin: str, chromium: Browser
) -> None:
    code = await office.reported()
    source = tmp_path / "source"
    source.write_bytes(b"<script>alert(1)</script>" * 5000)
    [handler, *_] = office.handlers
    thread = await office.read()
    files = handler.files(thread)
    [sealed] = await files.seal([NewFile(DiskFile.at(source), "verslag.html", "text/html")])
    await files.begin(sealed)
    await files.upload(sealed)
    attachments = [sealed.attachment]
    words = handler.seal(thread, "Zie hier.", language="nl", attachments=attachments)
    await handler.send(thread, words)
    await asyncio.to_thread(_save, Person(chromium, origin, first=WATCHES), code, tmp_path)
    assert (await office.read()).messages[-1].text == "Kijk."


def _save(person: Person, code: str, folder: Path) -> None:
    person.tab.do("quota", bytes=0)  # the page keeps nothing, so it misses nothing
    open_report(person, code)
    saves = "Opslaan: verslag.html"
    person.tab.evaluate("() => { window.isFull = true; }")
    person.press(saves)
    person.sees("Misschien is er geen ruimte meer")
    person.tab.evaluate("() => { window.isFull = false; }")
    person.tab.do("downloads", folder=None)
    person.press(saves)
    person.sees("Kijk bij je downloads. Staat het daar niet?")  # the browser tells no page
    downloads = folder / "downloads"
    downloads.mkdir()
    person.tab.do("downloads", folder=str(downloads))
    person.press(saves)
    assert _arrived(downloads / "verslag.html") == (folder / "source").read_bytes()
    assert set(person.tab.evaluate("() => window.types")) == {"application/octet-stream"}
    person.press("Een bewijs bewaren")
    person.press("Bewaar het bestand")
    person.sees("het bestand heet “bestand.json”")
    assert b'"proof"' in _arrived(downloads / "bestand.json")
    person.press("Terug")
    _change_after_choosing(person, folder / "brief.txt")


def _arrived(path: Path) -> bytes:
    """Wait until a download is whole: the browser gives it its name then."""
    until = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < until, path.name
        time.sleep(0.05)
    return path.read_bytes()


def _change_after_choosing(person: Person, path: Path) -> None:
    person.press("Iets terugschrijven")
    person.write("#reply", "Kijk.")
    path.write_text("Wat er gebeurde.", "utf-8")
    person.attach(path)
    person.tick("Toch meesturen")
    path.write_text("Iets anders, en langer.", "utf-8")
    person.press("Versturen")
    person.sees("Dit bestand is niet meer te lezen")
    assert "brief.txt" in person.tab.text("[role=alert]")
    person.press("Weghalen")
    person.press("Versturen")
    person.sees("Verstuurd.")
