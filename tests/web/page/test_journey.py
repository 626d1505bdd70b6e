"""A report from the first door to its withdrawal, with a real host and real handlers."""

import asyncio
from pathlib import Path

from tests.web.browser import Browser
from tests.web.page.office import PageOffice
from tests.web.page.person import STORY, Person, come_back, send


async def test_a_whole_life_of_a_report(
    office: PageOffice, origin: str, chromium: Browser, tmp_path: Path
) -> None:
    document = tmp_path / "bewijs\u202efdp.txt"
    document.write_text("inhoud")
    person = await asyncio.to_thread(Person, chromium, origin)
    code = await asyncio.to_thread(_report, person.checking(), document)
    [thread] = await office.read_all(0)
    first, files = thread.messages
    assert first.text is not None
    assert STORY in first.text
    assert "Een leidinggevende of docent" in first.text
    assert "Somebody online" not in first.text
    assert first.payload is not None
    content = first.payload.content
    assert content["kind"] == "report"
    assert [each["question"] for each in content["answers"]] == [
        "safe", "story", "from", "dependent", "wish",
    ]  # fmt: skip
    assert [bytes(each).hex() for each in first.payload.left_out or ()] == office.ids(1)
    assert files.payload is not None
    [file] = files.payload.attachments or ()
    assert "\u202e" not in file.name
    await office.handlers[0].acknowledge(thread, "Dank je <b>wel</b>.", language="nl")
    await asyncio.to_thread(_answer, person, origin, code)
    [thread] = await office.read_all(0)
    assert [str(message.header.tag.value) for message in thread.messages] == [
        "report", "message", "acknowledgement", "message", "message", "withdrawal",
    ]  # fmt: skip
    assert thread.messages[3].text == "Antwoord."
    checked = thread.messages[4].payload
    assert checked is not None
    assert checked.content["checkIn"] == "notGood"
    assert (thread.alarms, thread.notices) == ((), ())
    said = "\n".join(str(request) for request in chromium.requests())
    for secret in (code, code.replace("-", ""), "dinsdag", "Antwoord", "bewijs", "inhoud"):
        assert secret not in said, secret
    assert person.tab.complaints() == []


def _report(person: Person, document: Path) -> str:
    person.press("Ik wil weten waar ik terechtkan")
    person.press("Ik zag iets")
    person.press("Hier iets melden of vragen")
    person.press("Ik begin")
    person.tick("Nee")
    person.sees("Centrum Seksueel Geweld")
    person.press("Verder")
    person.press("Verder")
    person.sees("Vul hier iets in")
    person.write("#answer", STORY)
    person.press("English")
    person.sees("Tell what happened.")
    assert person.tab.evaluate("() => document.querySelector('#answer').value") == STORY
    person.press("Nederlands")
    person.press("Verder")
    person.tick("Iemand online")
    person.tick("Een leidinggevende of docent")
    person.press("Verder")
    person.tick("Ja")
    person.press("Verder")
    person.sees("Tot welke dag moeten wij wachten?")
    person.press("Verder")
    person.press("Verder")
    person.tick("Een officiële klacht")
    person.sees("Praat eerst met een vertrouwenspersoon")
    person.press("Verder")
    person.attach(document)
    person.sees("bewijsfdp.txt")
    person.press("Verder")
    person.sees("Kies bij elk bestand")
    person.tick("Toch meesturen")
    person.press("Verder")
    person.press("Verder")
    person.tick("Sam de Wit")
    person.press("Verder")
    person.sees("Noor Bakker, Amina Yıldız")
    person.press("Maak mijn geheime code")
    code = person.code()
    person.press("Ik heb de code bewaard")
    person.write("#code", "x" + code[1:])
    person.press("Verstuur mijn bericht")
    person.sees("Kijk hier nog even naar")
    send(person, code)
    person.sees("uiterlijk")
    return code


def _answer(person: Person, origin: str, code: str) -> None:
    come_back(person, origin, code)
    person.checking()
    person.sees("Dank je <b>wel</b>.")
    person.press("Iets terugschrijven")
    person.press("Versturen")
    person.sees("Schrijf eerst iets")
    person.write("#reply", "Antwoord.")
    person.press("Versturen")
    person.sees("Verstuurd.")
    person.press("Hoe gaat het nu?")
    person.tick("Het gaat niet goed")
    person.press("Versturen")
    person.sees("Verstuurd.")
    person.press("Intrekken")
    person.tick("Rustig aan")
    person.press("Ja, trek mijn bericht in")
    person.sees("Je hebt dit bericht ingetrokken")
