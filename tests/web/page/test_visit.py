"""What a person decides in a visit: their own code, a colleague, another line, a story."""

import asyncio
from collections.abc import Callable

from meldpunt.client import Writer
from tests.support.process import HostProcess
from tests.web.browser import Browser
from tests.web.page.office import PageOffice
from tests.web.page.person import Person, come_back, report, send


async def test_a_caller_takes_a_code_that_nobody_else_knows(
    office: PageOffice, origin: str, chromium: Browser
) -> None:
    writer = office.reporter()
    line = await writer.line()
    written = Writer("oral", office.handlers[0].keys)
    told = await writer.prepare(line, "Aan de telefoon.", language="nl", written_by=written)
    await writer.send(told)
    loop = asyncio.get_running_loop()

    async def meanwhile() -> None:
        visit = await writer.open(told.receipt)
        await visit.reply("Uit een ander venster.", language="nl")

    def elsewhere() -> None:
        asyncio.run_coroutine_threadsafe(meanwhile(), loop).result()

    code = await asyncio.to_thread(_take_over, chromium, origin, told.receipt, elsewhere)
    assert code != told.receipt
    [thread] = await office.read_all(0) or await office.read_all(1)
    assert thread.alarms == ()


def _take_over(chromium: Browser, origin: str, old: str, elsewhere: Callable[[], None]) -> str:
    person = Person(chromium, origin)
    come_back(person, origin, old)
    person.checking()
    person.press("Neem een eigen code")
    person.sees("Je oude code werkt nog")
    refused = person.code()
    person.press("Ik heb de code bewaard")
    person.write("#code", refused)
    elsewhere()
    person.press("Gebruik mijn nieuwe code")
    person.press("Opnieuw proberen")
    code = person.code()
    assert code != refused
    person.press("Ik heb de code bewaard")
    person.write("#code", code)
    person.press("Gebruik mijn nieuwe code")
    person.sees("Vanaf nu werkt alleen je nieuwe code")
    come_back(person, origin, code)
    return code


async def test_a_colleague_reads_along_and_another_line_takes_over_only_if_the_person_agrees(
    page_host: HostProcess, office: PageOffice, origin: str, chromium: Browser
) -> None:
    person = await asyncio.to_thread(Person, chromium, origin)
    code = await asyncio.to_thread(_sent, person)
    readers = [who for who in range(3) if await office.read_all(who)]
    [other] = {0, 1, 2} - set(readers)
    handler = office.handlers[readers[0]]
    [thread] = await office.read_all(readers[0])
    newcomer = office.handlers[other].keys.handler_id
    await handler.admit(thread, newcomer, "Mag mijn collega mee?", language="nl")
    await asyncio.to_thread(_let_in, person, origin, code)
    [thread] = await office.read_all(readers[0])
    assert newcomer in thread.messages[-1].header.readers
    assert thread.messages[-1].text == "Ja, dat mag."
    elsewhere = await PageOffice(page_host, page_host.origin).open_rich_line()
    await handler.propose(thread, elsewhere.line_keys.line_id, "Liever daar.", language="nl")
    await asyncio.to_thread(_hand_over, person, origin, code)
    asked = [who for who in range(3) if await elsewhere.read_all(who)]
    assert asked == [1, 2]  # not the one who was left out
    [read] = await elsewhere.read_all(1)
    assert read.messages[-1].text == "Lees dit alsjeblieft."
    await elsewhere.close()


def _sent(person: Person) -> str:
    code = report(person)
    send(person, code)
    return code


def _let_in(person: Person, origin: str, code: str) -> None:
    come_back(person, origin, code)
    person.sees("of een collega mag meelezen")
    person.press("Iets terugschrijven")
    person.checking()
    person.write("#reply", "Ja, dat mag.")
    person.tick("vraagt of deze collega mag meelezen")
    person.press("Versturen")
    person.sees("Verstuurd.")


def _hand_over(person: Person, origin: str, code: str) -> None:
    come_back(person, origin, code)
    person.press("Doorgeven aan een ander meldpunt")
    person.sees("blijft dit meldpunt verantwoordelijk")
    person.checking()
    person.tick("Noor Bakker")
    person.press("Bekijk wat je verstuurt")
    person.sees("Klopt dit?")
    assert "Noor Bakker (vertrouwenspersoon)" not in person.tab.text("main ul")
    person.press("Wijzigen")
    person.write("textarea", "Lees dit alsjeblieft.")
    person.press("Bekijk wat je verstuurt")
    person.sees("Zij kunnen het overnemen tot en met")
    assert person.tab.text("p.advice") == "Lees dit alsjeblieft."
    person.press("Ja, geef mijn bericht door")
    person.sees("Verstuurd.")
    person.press("Doorgeven aan een ander meldpunt")
    person.sees("Gevraagd. Er is nog geen antwoord.")


async def test_what_is_late_is_said_plainly_beside_a_door_outside(
    origin: str, chromium: Browser
) -> None:
    await asyncio.to_thread(_late, origin, chromium)


def _late(origin: str, chromium: Browser) -> None:
    person = Person(chromium, origin)
    code = _sent(person)
    later = "const now = Date.now; Date.now = () => now() + 20 * 86400000;"
    come_back(person, origin, code, first=later)
    steps = person.tab.text(".is-late")
    assert "Het is te laat. Dat ligt niet aan jou." in steps
    assert "Ombudsman van de stad" in steps
    assert person.tab.text(".steps li:nth-child(3)") == "Samen kiezennog niet"
    person.sees("Wij willen graag weten hoe het met je gaat")


async def test_a_proof_is_kept_only_when_asked_for(origin: str, chromium: Browser) -> None:
    await asyncio.to_thread(_prove, origin, chromium)


def _prove(origin: str, chromium: Browser) -> None:
    person = Person(chromium, origin)
    code = _sent(person)
    come_back(person, origin, code)
    person.press("Een bewijs bewaren")
    person.sees("Wie dit bestand vindt, kan het lezen")
    person.press("Bewaar het bestand")
    person.sees("Kijk bij je downloads: het bestand heet “bestand.json”")


async def test_a_story_is_told_on_only_with_consent_that_can_be_taken_back(
    office: PageOffice, origin: str, chromium: Browser
) -> None:
    await asyncio.to_thread(_story, origin, chromium)
    read = [thread for who in range(3) for thread in await office.read_all(who)]
    first, last = read[0].messages
    assert first.payload is not None
    assert last.payload is not None
    assert (first.payload.content["kind"], first.payload.content["story"]) == ("tell", "given")
    assert last.payload.content["story"] == "withdrawn"


def _story(origin: str, chromium: Browser) -> None:
    person = Person(chromium, origin)
    code = report(person, kind="Een verhaal delen", story="Wij losten het samen op.")
    send(person, code)
    come_back(person, origin, code)
    person.press("Een gedeeld verhaal terugnemen")
    person.press("Ja, niet meer doorvertellen")
    person.sees("Verstuurd.")


async def test_who_withdrew_calmly_can_still_erase_everything_at_once(
    office: PageOffice, origin: str, chromium: Browser
) -> None:
    code = await office.reported()
    await asyncio.to_thread(_erase, origin, chromium, code)
    assert (await office.reporter().open(code)).thread.erased


def _erase(origin: str, chromium: Browser, code: str) -> None:
    person = Person(chromium, origin)
    come_back(person, origin, code)
    person.checking()
    person.press("Intrekken")
    person.tick("Rustig aan")
    person.press("Ja, trek mijn bericht in")
    person.sees("Je hebt dit bericht ingetrokken")
    assert "uiterlijk" not in person.tab.text(".steps")  # nothing is promised any more
    person.press("Nu meteen alles wissen")
    person.sees("Wat al is gedaan, kan niet terug.")
    person.press("Ja, wis alles")
    person.sees("Dit bericht is ingetrokken en gewist")


async def test_an_answer_that_crosses_a_message_is_still_shown_as_new(
    office: PageOffice, origin: str, chromium: Browser
) -> None:
    code = await office.reported()
    person = await asyncio.to_thread(Person, chromium, origin)

    def write() -> None:
        come_back(person, origin, code)
        person.sees("Er is nog geen nieuw antwoord.")
        person.press("Iets terugschrijven")
        person.write("#reply", "Nog iets.")

    def send_it(seen: str) -> None:
        person.press("Versturen")
        person.sees("Verstuurd.")
        person.sees(seen)

    def write_again() -> None:
        new = person.tab.text('::-p-xpath(//h2[. = "Nieuw voor jou"]/following-sibling::ol[1])')
        assert "Gekruist." in new
        assert "Jij" not in new
        person.press("Iets terugschrijven")
        person.write("#reply", "Nu las ik het.")
        send_it("Er is nog geen nieuw antwoord.")

    await asyncio.to_thread(write)
    await office.handlers[0].acknowledge(await office.read(), "Gekruist.", language="nl")
    await asyncio.to_thread(send_it, "Nieuw voor jou")
    await asyncio.to_thread(write_again)


async def test_what_handlers_write_to_each_other_is_nowhere_on_the_page(
    office: PageOffice, origin: str, chromium: Browser
) -> None:
    code = await office.reported()
    handler, thread = office.handlers[0], await office.read()
    await handler.send(thread, handler.seal_labels(thread, {"outcome": "advice"}, language="nl"))
    await handler.reply(await office.read(), "Voor ons.", language="nl", note=True)
    person = await asyncio.to_thread(Person, chromium, origin)

    def look() -> None:
        come_back(person, origin, code)
        person.sees("Er is nog geen nieuw antwoord.")
        [said] = person.tab.evaluate(
            "() => [...document.querySelectorAll('ol.messages')].map((list) => list.textContent)"
        )
        assert said.count("Jij: ") == 1
        assert "Noor" not in said

    await asyncio.to_thread(look)
