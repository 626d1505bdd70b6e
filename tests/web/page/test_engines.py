"""The journey in the other browsers and languages: Firefox, also as Tor Browser's level Safer."""

import asyncio

import pytest

from tests.web.browser import open_browser
from tests.web.page.office import PageOffice
from tests.web.page.person import Person

WORDS = {
    "firefox": {
        "language": "English",
        "doors": "I want to report or ask something",
        "kind": "Report something",
        "next": "Next",
        "begin": "I begin",
        "skip": "Skip the other questions",
        "make": "Make my secret code",
        "kept": "I have kept the code",
        "send": "Send my report",
        "arrived": "Your report has arrived",
        "code": "I have a code",
        "open": "Open my report",
        "reply": "Write something back",
        "answer": "Send",
        "sent": "Sent.",
        "withdraw": "Withdraw",
        "now": "Erase everything right now",
        "sure": "Yes, erase everything",
        "erased": "withdrawn and erased",
    },
    "firefox-safer": {
        "language": "Makkelijk Nederlands",
        "doors": "Ik wil iets vertellen of vragen",
        "kind": "Iets melden",
        "next": "Verder",
        "begin": "Ik begin",
        "skip": "Ik wil geen vragen meer",
        "make": "Maak mijn geheime code",
        "kept": "Ik heb de code bewaard",
        "send": "Verstuur mijn bericht",
        "arrived": "Je bericht is aangekomen",
        "code": "Ik heb een code",
        "open": "Open mijn bericht",
        "reply": "Iets terugschrijven",
        "answer": "Versturen",
        "sent": "Verstuurd.",
        "withdraw": "Mijn bericht weghalen",
        "now": "Alles nu weghalen",
        "sure": "Ja, alles mag weg",
        "erased": "Alles is weg",
    },
}


@pytest.mark.parametrize("engine", WORDS)
async def test_a_report_an_answer_and_a_withdrawal(
    engine: str, office: PageOffice, origin: str
) -> None:
    words = WORDS[engine]
    with open_browser(engine) as browser:
        person = await asyncio.to_thread(Person, browser, origin, words["language"])
        code = await asyncio.to_thread(_report, person, words)
        read = [await office.read_all(who) for who in range(3)]
        reader = next(who for who in range(3) if read[who])
        [thread] = read[reader]
        await office.handlers[reader].acknowledge(thread, "Gelezen.", language="nl")
        await asyncio.to_thread(_come_back, person, origin, words, code)
        [thread] = await office.read_all(reader)
        assert thread.messages[2].text == "Antwoord 😀"
        await asyncio.to_thread(_withdraw, person, words)
        assert person.tab.complaints() == []
    [thread] = await office.read_all(reader)
    assert thread.erased


def _report(person: Person, words: dict[str, str]) -> str:
    person.press(words["doors"])
    person.tick(words["kind"])
    person.press(words["next"])
    person.press(words["begin"])
    person.press(words["next"])
    person.write("#answer", "Kort. 😀")
    person.press(words["skip"])
    person.press(words["next"])
    person.press(words["next"])
    person.press(words["make"])
    code = person.code()
    person.press(words["kept"])
    person.write("#code", code)
    person.press(words["send"])
    person.sees(words["arrived"])
    return code


def _come_back(person: Person, origin: str, words: dict[str, str], code: str) -> None:
    person.arrive(origin, words["language"])
    person.press(words["code"])
    person.write("#code", code)
    person.press(words["open"])
    person.sees("Gelezen.")
    person.press(words["reply"])
    person.write("#reply", "Antwoord 😀")
    person.press(words["answer"])
    person.sees(words["sent"])


def _withdraw(person: Person, words: dict[str, str]) -> None:
    person.press(words["withdraw"])
    person.tick(words["now"])
    person.press(words["sure"])
    person.sees(words["erased"])
