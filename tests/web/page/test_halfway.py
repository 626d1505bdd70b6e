"""What is under way when somebody goes back, chooses again, or loses an answer."""

import asyncio
from pathlib import Path
from typing import Final

from tests.web.browser import Browser
from tests.web.page.holding import HOLDS_FILES, HOLDS_MESSAGES, wait_held
from tests.web.page.office import PageOffice
from tests.web.page.person import Person, at_files, report, send

LOSES_ANSWERS: Final = """
  const ask = window.fetch;
  window.isLosing = true;
  window.fetch = async (...asked) => {
    const answer = await ask(...asked);
    const isMessage = asked[1]?.method === "PUT" && String(asked[0]).includes("/messages/");
    if (isMessage && window.isLosing) throw new TypeError("the answer was lost");
    return answer;
  };
"""


async def test_a_report_that_opens_too_late_stays_closed(origin: str, chromium: Browser) -> None:
    await asyncio.to_thread(_too_late, origin, chromium)


def _too_late(origin: str, chromium: Browser) -> None:
    writer = Person(chromium, origin)
    code = report(writer)
    send(writer, code)
    for leaves in ("Terug", "Stoppen"):
        person = Person(chromium, origin, first=HOLDS_MESSAGES)
        person.press("Ik heb een code")
        person.write("#code", code)
        person.press("Open mijn bericht")
        wait_held(person)
        person.press(leaves)
        if leaves == "Terug":
            person.press("Ik heb een code")
        person.tab.evaluate(
            """async () => {
              window.letGo();
              await new Promise((settled) => setTimeout(settled, 1000));
            }"""
        )
        person.sees("Open mijn bericht")
        assert "Waar staat het?" not in person.tab.text("main")


async def test_files_that_are_looked_over_together_all_stay_and_a_removed_one_stays_away(
    tmp_path: Path, origin: str, chromium: Browser
) -> None:
    names = ("quick.txt", "slow-1.txt", "slow-2.txt")
    for name in names:
        (tmp_path / name).write_text("Wat er gebeurde.", "utf-8")
    await asyncio.to_thread(_choose, origin, chromium, [tmp_path / name for name in names])


def _choose(origin: str, chromium: Browser, paths: list[Path]) -> None:
    person = at_files(Person(chromium, origin, first=HOLDS_FILES))
    quick, *slow = paths
    person.attach(quick)
    person.sees("quick.txt")
    for at, path in enumerate(slow, start=1):
        person.attach(path)
        wait_held(person, at)
    person.press("Weghalen")
    assert person.tab.evaluate("() => document.querySelector('button.primary').disabled")
    person.tab.evaluate("() => window.letGo()")
    person.sees("slow-1.txt")
    person.sees("slow-2.txt")
    assert "quick.txt" not in person.tab.text("main")


async def test_files_whose_answer_was_lost_are_told_of_once(
    tmp_path: Path, office: PageOffice, origin: str, chromium: Browser
) -> None:
    path = tmp_path / "brief.txt"
    path.write_text("Wat er gebeurde.", "utf-8")
    await asyncio.to_thread(_lose_an_answer, origin, chromium, path)
    read = [thread for who in range(3) for thread in await office.read_all(who)]
    assert [len(thread.messages) for thread in read] == [2, 2]


def _lose_an_answer(origin: str, chromium: Browser, path: Path) -> None:
    person = at_files(Person(chromium, origin, first=LOSES_ANSWERS))
    person.attach(path)
    person.tick("Toch meesturen")
    person.press("Verder")
    person.press("Verder")
    person.press("Maak mijn geheime code")
    code = person.code()
    person.press("Ik heb de code bewaard")
    person.write("#code", code)
    person.press("Verstuur mijn bericht")
    person.sees("Opnieuw proberen")
    person.tab.evaluate("() => { window.isLosing = false; }")
    person.press("Opnieuw proberen")
    person.sees("Je bericht is aangekomen")
