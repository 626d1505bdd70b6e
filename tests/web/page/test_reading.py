"""What people read and hear: plain words, in an order that makes sense."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.process import HostProcess
from tests.web import node
from tests.web.browser import Browser
from tests.web.page import texts
from tests.web.page.office import PageOffice, serving_page
from tests.web.page.person import Person, report

SHAPE: Final = """
import * as words from "./src/words/index.ts";
const said = (value) => typeof value === "function" ? value("3", "4")
  : typeof value === "object"
    ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, said(v)]))
    : value;
const found = ["nl", "en", "nl-simple"].map((tag) => [tag, said(words.wordsOf(tag))]);
console.log(JSON.stringify(Object.fromEntries(found)));
"""
FORBIDDEN: Final = (
    "klacht", "zaak", "ticket", "slachtoffer", "meldcode", "ontvangstcode", "behandelaar", "dader",
)  # fmt: skip
"""Words that people here do not use of themselves, or that mean something else."""
REPORT: Final = node.WEB / "report"
VOWELS: Final = re.compile(r"[aeiouyáéíóúàèëïöü]+")


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Return all that the page itself says, by language."""
    node.install()
    entry = REPORT / ".words.ts"
    made = tmp_path_factory.mktemp("words") / "words.mjs"
    entry.write_text(SHAPE, "utf-8")
    try:
        node.run(
            "node",
            str(node.WEB / "node_modules" / "esbuild" / "bin" / "esbuild"),
            entry.name,
            "--bundle",
            "--format=esm",
            f"--outfile={made}",
            "--log-level=error",
            folder=REPORT,
        )
    finally:
        entry.unlink()
    found = json.loads(node.run("node", str(made)))
    return {language: list(_strings(said)) for language, said in found.items()}


def _strings(value: object) -> "list[str]":
    if isinstance(value, str):
        return [value]
    assert isinstance(value, dict)
    return [text for each in value.values() for text in _strings(each)]


def _sentences(texts: list[str]) -> list[str]:
    return [each for text in texts for each in re.split(r"(?<=[.?!:;…])\s+", text) if each.strip()]


def _douma(texts: list[str]) -> float:
    """Return the reading ease of Dutch (Flesch-Douma): 60 is ordinary, 80 easy, 90 very easy."""
    sentences = _sentences(texts)
    spoken = [word for each in sentences for word in re.findall(r"[\w’']+", each.lower())]
    syllables = sum(max(1, len(VOWELS.findall(word))) for word in spoken)
    return 206.84 - 0.93 * len(spoken) / len(sentences) - 77 * syllables / len(spoken)


def test_plain_dutch_is_plain(words: dict[str, list[str]]) -> None:
    plain, dutch = words["nl-simple"], words["nl"]
    assert _douma(plain) > 85
    assert _douma(plain) > _douma(dutch)
    long = [each for each in _sentences(plain) if len(each.split()) > 15]
    assert long == []
    assert [each for each in _sentences(dutch) if len(each.split()) > 25] == []


def test_no_word_is_used_that_scares_or_misleads(words: dict[str, list[str]]) -> None:
    for language in ("nl", "nl-simple"):
        said = " ".join(words[language]).lower()
        assert [each for each in FORBIDDEN if re.search(rf"\b{each}", said)] == []


def test_every_language_says_everything(words: dict[str, list[str]]) -> None:
    assert len({len(said) for said in words.values()}) == 1
    assert all(text.strip() for said in words.values() for text in said)
    same = set(words["nl"]) & set(words["en"])
    assert all(len(text.split()) <= 2 for text in same), same


async def test_only_languages_of_the_line_are_offered(
    page_host: HostProcess, built: Path, chromium: Browser
) -> None:
    dutch = texts.rich_texts(**{name: _without_plain(part) for name, part in texts.PARTS.items()})
    office = PageOffice(page_host, page_host.origin)
    await office.open_rich_line(dutch, languages=("nl", "en"))
    await office.close()
    with serving_page(built, office.address) as origin:
        person = await asyncio.to_thread(Person, chromium, origin)
        offered = person.tab.text(".languages")
    assert offered == "NederlandsEnglish"  # no plain Dutch around questions that have none


def _without_plain(value: object) -> Any:  # noqa: ANN401 (JSON)
    """Return a text without plain Dutch."""
    if isinstance(value, list):
        kept = [each for each in value if not _is_plain(each)]
        return [_without_plain(each) for each in kept]
    if isinstance(value, dict):
        return {name: _without_plain(each) for name, each in value.items()}
    return value


def _is_plain(value: object) -> bool:
    return isinstance(value, dict) and value.get("language") == "nl-simple"


async def test_a_screen_reader_hears_the_page_in_order(origin: str, chromium: Browser) -> None:
    await asyncio.to_thread(_heard, origin, chromium)


def _heard(origin: str, chromium: Browser) -> None:
    person = Person(chromium, origin)
    heard = [name for role, name in person.tab.tree() if role in ("link", "heading", "button")]
    assert heard[:8] == [
        "Weg van deze pagina",
        "Nederlands",
        "English",
        "Makkelijk Nederlands",
        "Waarmee kunnen wij je helpen?",
        (
            "Ik wil weten waar ik terechtkan Een paar vragen. Daarna zie je wie je kan helpen."
            " Niemand ziet wat je kiest."
        ),
        (
            "Ik wil iets melden of vragen Anoniem. Twijfel is genoeg. Je hoeft maar één vraag te"
            " beantwoorden."
        ),
        "Ik heb een code Kijk of er een antwoord is, of schrijf iets terug.",
    ]
    code = report(person)
    tree = person.tab.tree()
    field = next(name for role, name in tree if role == "textbox")
    assert field == "Geheime code"
    assert person.tab.text("h1:focus") == "Typ je geheime code over"
    person.write("#code", "x")
    person.press("Verstuur mijn bericht")
    assert "Kijk hier nog even naar" in person.tab.text("[role=alert]:focus")
    assert code not in str(tree)
