"""What happens in the life, in order. Each act is a heading of life.md."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.wire.reports import ReporterPublicKeys, ReportPut
from openapi.generator.kept_wraps import KeptWraps
from openapi.generator.life import people
from openapi.generator.life.host import By, Exchange, RecordingHost
from openapi.generator.life.people import ANNAS_ENTRY, KEYS, LINE_PATH, Said, Talk
from openapi.generator.scene import ANNA, BRAM, LINE_KEY

REPORT: Final = "Mijn leidinggevende vraagt mij om uren te schrijven die niemand heeft gewerkt."
QUESTION: Final = "Wij hebben uw melding gelezen. Sinds wanneer gebeurt dit?"
REPLY: Final = "Sinds maart, elke maand."
FEEDBACK: Final = "Wij hebben de uren van maart tot nu nagekeken. De uren worden gecorrigeerd."
CLOSING: Final = "Wij sluiten deze melding. Dank u wel."


@dataclass
class Act:
    """Some exchanges with one purpose."""

    name: str
    day: str
    exchanges: list[Exchange] = field(default_factory=list)


@dataclass
class Life:
    """The host, the messages, and the acts so far."""

    host: RecordingHost
    talk: Talk
    acts: list[Act] = field(default_factory=list)

    def act(self, name: str, *, days: int = 0) -> None:
        """Begin an act, some days later."""
        self.host.clock.pass_days(days)
        self.host.exchanges = []
        self.acts.append(Act(name, self.host.clock.day.isoformat(), self.host.exchanges))

    def say(self, author: Participant, tag: Tag, text: str) -> Said:
        """Seal the next message, today."""
        return self.talk.say(author, tag, text, on=self.host.clock.day)

    async def answer(self, tag: Tag, text: str, challenge: str) -> None:
        """Let Anna say something."""
        said = self.say(ANNA.id, tag, text)
        await self.host.send(
            f"Anna sends: {tag.value}",
            "PUT",
            f"{ANNAS_ENTRY}/messages/{said.path}",
            said.sealed,
            by=By(ANNA.signing, challenge),
        )


async def begin(host: RecordingHost, kept: Sequence[Path]) -> Life:
    """Open the line, and let the reporter and a handler each say something.

    Args:
        host: Where.
        kept: Files with wraps to keep.
    """
    life = Life(host, Talk(KeptWraps(kept)))
    await host.take_invite(people.INVITE)
    await _open_line(life)
    await _report(life)
    await _acknowledge(life)
    return life


async def live(host: RecordingHost, kept: Sequence[Path]) -> Life:
    """Let everything happen; arguments as `begin`."""
    life = await begin(host, kept)
    await _look(life)
    await _visit(life)
    await _close(life)
    await _see_the_end(life)
    for exchange in (each for act in life.acts for each in act.exchanges):
        if exchange.is_refusal:
            raise AssertionError(f"{exchange.title}: {exchange.answer.decode()}")
    return life


async def _open_line(life: Life) -> None:
    life.act("The office opens a line")
    host, line_key = life.host, LINE_KEY
    challenge = await host.challenge()
    await host.send(
        "The office publishes its first document, with three texts and the operator's invite",
        "PUT",
        LINE_PATH,
        people.line_put(),
        by=By(line_key, challenge),
    )
    for person in (ANNA, BRAM):
        await host.send(
            f"{person.name} publishes a box key",
            "PUT",
            f"{LINE_PATH}/box-keys",
            people.box_keys_put(person),
            by=By(person.signing, challenge),
        )


async def _report(life: Life) -> None:
    life.act("Somebody reports")
    host = life.host
    await host.send("The reporter's client reads the line", "GET", LINE_PATH)
    form = encode_base64url(ids.text_hash(people.TEXTS[0]))
    await host.send("It reads the form", "GET", f"{LINE_PATH}/texts/{form}")
    challenge = await host.challenge()
    keys = ReporterPublicKeys(signing_key=KEYS.signing.public_key, box_key=KEYS.box.public_key)
    sealed = life.say(REPORTER, Tag.REPORT, REPORT).sealed
    await host.send(
        "It sends the report",
        "PUT",
        "/v1/report",
        ReportPut(keys=keys, message=sealed, bulletin_key=KEYS.bulletin),
        by=By(KEYS.signing, challenge),
    )


async def _acknowledge(life: Life) -> None:
    life.act("Anna reads and acknowledges", days=1)
    host, key = life.host, ANNA.signing
    challenge = await host.challenge()
    signed = By(key, challenge)
    await host.send("Anna's client lists her inbox", "GET", people.INBOX, by=signed)
    await host.send("It fetches the messages", "GET", f"{ANNAS_ENTRY}/messages", by=signed)
    await life.answer(Tag.ACKNOWLEDGEMENT, QUESTION, challenge)


async def _look(life: Life) -> None:
    life.act("The reporter's device looks, without a code", days=1)
    host = life.host
    await host.upkeep()
    await host.send("It fetches the index of bulletins", "GET", "/v1/bulletins")
    yesterday = life.acts[-2].day
    await host.send("It fetches a day", "GET", f"/v1/bulletins/{yesterday}")


async def _visit(life: Life) -> None:
    life.act("The reporter comes back with the code, and replies")
    host = life.host
    challenge = await host.challenge()
    signed = By(KEYS.signing, challenge)
    await host.send("The state of the report", "GET", "/v1/report", by=signed)
    await host.send("Its messages", "GET", "/v1/report/messages", by=signed)
    said = life.say(REPORTER, Tag.MESSAGE, REPLY)
    await host.send("The reply", "PUT", f"/v1/report/messages/{said.path}", said.sealed, by=signed)


async def _close(life: Life) -> None:
    life.act("Anna gives feedback and closes the report", days=10)
    host = life.host
    challenge = await host.challenge()
    signed = By(ANNA.signing, challenge)
    await host.send("The report in her inbox", "GET", ANNAS_ENTRY, by=signed)
    await host.send("What is new in it", "GET", f"{ANNAS_ENTRY}/messages?after=2", by=signed)
    await life.answer(Tag.FEEDBACK, FEEDBACK, challenge)
    await life.answer(Tag.CLOSING, CLOSING, challenge)


async def _see_the_end(life: Life) -> None:
    life.act("The reporter reads the end", days=1)
    host = life.host
    challenge = await host.challenge()
    signed = By(KEYS.signing, challenge)
    await host.send("The state", "GET", "/v1/report", by=signed)
    await host.send("The new messages", "GET", "/v1/report/messages?after=3", by=signed)
