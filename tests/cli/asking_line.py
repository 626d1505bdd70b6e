"""A line whose form, guide and procedure ask and tell as a careful one does, for the tests here."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from meldpunt.cli.keyfile.contents import LineContent, read_content
from meldpunt.cli.keyfile.keystore import KeyFile
from meldpunt.client import HandlerEntry, LineOwner, LinePlan, Preset, Texts, Transport
from meldpunt.protocol.verify import strict_json
from meldpunt.protocol.verify.clock import CheckIn, Clock, MetBy, Moment
from meldpunt.protocol.verify.days import parse_term
from meldpunt.protocol.verify.line_document import Function
from meldpunt.server.commands import create_invite
from openapi.generator.text_scene import Json, option, question, said, when
from tests.cli.command_line import PASSPHRASE, CommandLine, Secret

PEOPLE: Final = {
    "ann": Function.CONTACT,
    "bo": Function.CONTACT,
    "cas": Function.AFTERCARE,
}
FORM: Final[Json] = {
    "version": 1,
    "kinds": [
        {"id": "report", "label": said("Melden", "Report"), "functions": ["contact"]},
        {"id": "tale", "label": said("Een verhaal delen", "Share a story"), "story": True},
        {"id": "support", "label": said("Hulp", "Support"), "functions": ["aftercare"]},
    ],
    "questions": [
        question(
            "safe", "choice", "Ben je nu veilig?", "Are you safe now?",
            options=[
                option("yes", "Ja", "Yes"),
                option("no", "Nee", "No", urgent=True, advice=said("Bel 112.", "Call 112.")),
            ],
        ),
        question(
            "story", "text", "Vertel wat er is gebeurd.", "Tell what happened.",
            required=True, help=said("Twijfel is genoeg.", "Doubt is enough."),
        ),
        question(
            "from", "choices", "Van wie kwam het?", "Who did it?", kinds=["report"],
            options=[option("peer", "Collega", "Colleague"), option("boss", "Leiding", "Manager")],
        ),
        question(
            "wait", "date", "Tot wanneer wachten wij?", "Until when must we wait?",
            showIf=[[when("from", "boss")]], purpose="notBefore",
        ),
        question(
            "never", "text", "Wie mag dit niet lezen?", "Who must not read this?",
            kinds=["report"], purpose="leaveOut",
        ),
        question("files", "files", "Heb je bestanden?", "Do you have files?"),
    ],
}  # fmt: skip
GUIDE: Final[Json] = {
    "version": 1,
    "introduction": said("Kies wat past.", "Choose what fits."),
    "nodes": [
        {
            "id": "start",
            "title": said("Wat is er aan de hand?", "What is the matter?"),
            "choices": [
                {"label": said("Ik maakte iets mee", "It happened to me"), "to": "me"},
                {"label": said("Ik zag iets", "I saw something"), "to": "saw"},
            ],
        },
        {
            "id": "me",
            "title": said("Je kunt hier melden", "You can report here"),
            "report": "report",
            "contacts": [
                {
                    "name": said("Vertrouwenspersoon", "Confidential adviser"),
                    "telephone": "020 123 4567",
                    "hours": said("ma–vr 9–17 uur", "Mon–Fri 9 to 5"),
                }
            ],
        },
        {
            "id": "saw",
            "title": said("Help als het veilig is", "Help if it is safe"),
            "publications": [
                {
                    "title": said("Gedragscode", "Code of conduct"),
                    "address": "https://meldpunt.example/code",
                }
            ],
        },
    ],
    "numbers": [{"name": said("Alarmnummer", "Emergency"), "telephone": "112", "always": True}],
}
PROCEDURE: Final[Json] = {
    "version": 1,
    "steps": [
        {"id": "here", "title": said("Aangekomen", "Arrived"), "clock": "receipt"},
        {
            "id": "hello",
            "title": said("Eerste reactie van een mens", "A first answer by a person"),
            "clock": "acknowledge",
        },
        {"id": "agree", "title": said("Samen kiezen", "Choosing together")},
        {"id": "done", "title": said("Wat wij deden", "What we did"), "clock": "feedback"},
        {"id": "again", "title": said("Opnieuw kijken", "Looking again"), "clock": "again"},
        {"id": "end", "title": said("Afsluiten", "Closing"), "tag": "closing"},
    ],
    "readers": said("Twee mensen lezen dit.", "Two people read this."),
    "privacy": said("Wij bewaren dit twee maanden.", "We keep this for two months."),
    "outside": {"name": said("Ombudsman", "Ombuds office"), "telephone": "020 765 4321"},
    "checkIn": said("Hoe gaat het nu met je?", "How are you now?"),
    "outcomes": [
        {"id": "talk", "label": said("Gesprek", "A talk")},
        {"id": "apology", "label": said("Excuses", "An apology")},
    ],
}


def _clock(
    name: str,
    starts_at: Moment,
    term: str,
    met_by: MetBy,
    **more: Any,  # noqa: ANN401 (of a clock)
) -> Clock:
    return Clock(name=name, starts_at=starts_at, term=parse_term(term), met_by=met_by, **more)


CLOCKS: Final = (
    _clock("receipt", Moment.RECEIVED, "P1D", MetBy.RECEIPT),
    _clock("acknowledge", Moment.RECEIVED, "P2D", MetBy.ACKNOWLEDGEMENT),
    _clock(
        "feedback", Moment.ACKNOWLEDGED, "P6W", MetBy.FEEDBACK,
        starts_no_later_than=parse_term("P7D"),
    ),
    _clock("again", Moment.REOPENED, "P1W", MetBy.FEEDBACK),
)  # fmt: skip
CHECK_INS: Final = (
    CheckIn(starts_at=Moment.RECEIVED, term=parse_term("P2W")),
    CheckIn(starts_at=Moment.CLOSED, term=parse_term("P2W")),
)


def open_asking_line(cli: CommandLine, **changes: Any) -> CommandLine:  # noqa: ANN401 (of a plan)
    """Open a line with three people, who have published keys, and with texts in Dutch and English.

    Args:
        cli: The command line and its host.
        changes: Other fields of the plan.
    """
    made = cli.json("line", "create-key", "--host", cli.origin, *cli.key("line"))
    cli.address = str(made["address"])
    entries = {name: _entry(cli.new_handler(name)) for name in PEOPLE}
    today = cli.today()
    handlers = (
        entry.starting(today).model_copy(update={"function": PEOPLE[name]})
        for name, entry in entries.items()
    )
    plan = LinePlan(
        languages=("nl", "en"),
        names={"nl": "Meldpunt", "en": "Report line"},
        contact={"nl": "Bel 020.", "en": "Call 020."},
        handlers=tuple(handlers),
        preset=Preset(CLOCKS),
        texts=texts(),
        check_ins=CHECK_INS,
    )
    publish(cli, replace(plan, **changes), invite=create_invite(cli.settings))
    for name in PEOPLE:
        cli.ok("handler", "publish-keys", *cli.key(name))
    return cli


def texts(form: Json = FORM, guide: Json = GUIDE, procedure: Json = PROCEDURE) -> Texts:
    """Return texts as they are hashed."""
    return Texts(strict_json.dump(form), strict_json.dump(guide), strict_json.dump(procedure))


def publish(cli: CommandLine, plan: LinePlan, invite: str | None = None) -> None:
    """Publish a plan with the line's key file."""

    async def run() -> None:
        transport = Transport(cli.origin)
        owner = LineOwner(transport, _line_keys(cli), today=cli.clock.today)
        await owner.publish(plan, invite=invite)
        await transport.aclose()

    asyncio.run(run())


def changed_plan(cli: CommandLine, **changes: Any) -> LinePlan:  # noqa: ANN401 (of a plan)
    """Return the published plan with some changes."""

    async def run() -> LinePlan:
        transport = Transport(cli.origin)
        owner = LineOwner(transport, _line_keys(cli), today=cli.clock.today)
        line = await owner.line()
        assert line is not None
        plan = await owner.plan(line)
        await transport.aclose()
        return replace(plan, **changes)

    return asyncio.run(run())


def _line_keys(cli: CommandLine) -> Any:  # noqa: ANN401 (LineKeys)
    path = cli.folder / "line.key"
    return read_content(LineContent, KeyFile.open(path, PASSPHRASE).content, path).keys


def _entry(path: Path) -> HandlerEntry:
    return HandlerEntry.model_validate_json(path.read_text(encoding="utf-8"))


def answers_file(
    cli: CommandLine, answers: dict[str, object] | None = None, kind: str = "report"
) -> Path:
    """Write a file of answers to the form."""
    told = {"story": "The invoices of March were paid twice.", **(answers or {})}
    return cli.file("answers.json", json.dumps({"kind": kind, "answers": told}))


def send_answers(cli: CommandLine, path: Path, *options: str) -> str:
    """Send answers as a program; returns the receipt code."""
    told = ("--show-receipt", "--no-confirm", "--json", *options, "--answers")
    shown = cli.ok("report", "send", cli.address, *told, path)
    return str(json.loads(shown.splitlines()[0])["receipt"])


def code(receipt: str) -> tuple[str, Secret]:
    """Return the option that gives a receipt code."""
    return "--receipt-fd", Secret(receipt)
