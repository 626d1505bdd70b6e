"""What the program says around the texts of a line, in the language of whoever reads them.

The texts of a line are in its own languages. Around them the program speaks Dutch or English, and
addresses nobody as "je" or "u": a line chooses between them.
"""

from dataclasses import dataclass, replace
from typing import Final

from meldpunt.protocol.verify.line_document import Function


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """The program's sentences in one language."""

    language: str
    """The language in which the texts of the line are shown."""
    readers: str
    privacy: str
    commands: str
    languages: str
    kind: str
    one: str
    several: str
    day: str
    written: str
    lines: str
    required: str
    skip: str
    keep: str
    answer: str
    wrong: str
    wrong_day: str
    needed: str
    numbers: str
    files: str
    story: str
    yes: str
    yes_no: str
    leave_out: str
    who: str
    lot: str
    nobody: str
    overview: str
    send: str
    code: str
    """Above the receipt code, which is shown once."""
    keep_code: tuple[str, ...]
    kept: str
    type_back: str
    wrong_code: str
    still_shown: str
    read_by: str
    sent: str
    come_back: str
    always: str
    external: str
    where_to: str
    documents: str
    report_here: str
    other_line: str
    choose: str
    back_only: str
    scan: str
    functions: tuple[tuple[Function, str], ...]

    def function(self, function: Function) -> str:
        """Return what a handler with a function does, and does not."""
        return dict(self.functions)[function]


_DUTCH: Final = Phrases(
    language="nl",
    readers="Wie leest dit",
    privacy="Privacy",
    commands="Enter slaat een vraag over. /terug gaat een vraag terug, /stop stopt; er is dan niets"
    " verstuurd.",
    languages="Andere taal:",
    kind="Waar gaat het om?",
    one="Nummer",
    several="Nummers, met spaties ertussen",
    day="Dag, als 2026-03-31",
    written="Antwoord",
    lines="Antwoord, met een punt op een eigen regel als laatste",
    required="verplicht",
    skip="Enter slaat over",
    keep="Enter houdt dit, een - haalt het weg",
    answer="Antwoord tot nu toe:",
    wrong="Dat nummer staat er niet bij.",
    wrong_day="Dat is geen dag. Schrijf een dag als 2026-03-31.",
    needed="Zonder antwoord op deze vraag kan dit niet verstuurd worden: de lezers weten dan niet"
    " genoeg om te helpen. /stop stopt; er is dan niets verstuurd.",
    numbers="Nu hulp nodig? Deze nummers helpen meteen:",
    files="Bestanden kunnen mee na het versturen: meldpunt report attach",
    story="Mag dit verhaal verder verteld worden, zonder namen? Dat is later altijd nog in te"
    " trekken: meldpunt report story",
    yes="ja",
    yes_no="ja / nee, Enter is nee",
    leave_out="Mag een van deze mensen dit niet lezen? Wie hier een nummer krijgt, kan het niet"
    " openen. De lezers zien wie dat is.",
    who="Deze mensen kunnen dit lezen:",
    lot="Nummers van wie het leest; Enter: het lot kiest er {count}",
    nobody="Niemand op dit meldpunt kan dit lezen. Er is niets verstuurd.",
    overview="Dit wordt verstuurd:",
    send="Versturen? ja, of /terug",
    code="De geheime code, maar één keer te zien:",
    keep_code=(
        "Schrijf de code nu op, en bewaar die waar niemand anders kijkt. Alleen hiermee is het",
        "antwoord te lezen; niemand kan de code nog eens geven. Er is nog niets verstuurd.",
    ),
    kept="Druk op Enter als de code bewaard is. ",
    type_back="Typ de code over (Ctrl-D om te stoppen): ",
    wrong_code="Dat is de code niet. Hier staat die nog een keer.",
    still_shown="Maak het scherm straks leeg: wat er te zien was, staat er nog op.",
    read_by="Dit wordt gelezen door: {names}.",
    sent="De melding is ontvangen op {day}. Wie dit leest: {names}.",
    come_back="Kom terug met de geheime code: meldpunt report status {address}",
    always="dag en nacht",
    external="van buiten de organisatie",
    where_to="Waar kan het heen",
    documents="Documenten",
    report_here="Hier melden",
    other_line="Ander meldpunt",
    choose="Nummer; /terug, /stop",
    back_only="/terug, of Enter om te stoppen",
    scan="Scan de code, of ga naar",
    functions=(
        (Function.ADVISER, "steunt en denkt mee; onderzoekt en oordeelt nooit"),
        (Function.CONTACT, "luistert en wijst de weg"),
        (Function.INVESTIGATOR, "onderzoekt"),
        (Function.DECIDER, "beslist"),
        (Function.AFTERCARE, "geeft nazorg"),
    ),
)
ENGLISH: Final = Phrases(
    language="en",
    readers="Who reads this",
    privacy="Privacy",
    commands="Enter skips a question. /back goes one question back, /stop stops, and nothing is"
    " sent then.",
    languages="Another language:",
    kind="What is it about?",
    one="Number",
    several="Numbers, with spaces between them",
    day="Day, as 2026-03-31",
    written="Answer",
    lines="Answer, with a full stop on a line of its own as the last one",
    required="required",
    skip="Enter skips",
    keep="Enter keeps this, a - takes it away",
    answer="Answer so far:",
    wrong="That number is not among them.",
    wrong_day="That is no day. Write a day as 2026-03-31.",
    needed="Without an answer to this question it cannot be sent: its readers would not know enough"
    " to help. /stop stops, and nothing is sent then.",
    numbers="Help needed now? These numbers help at once:",
    files="Files can be added after sending: meldpunt report attach",
    story="May this story be told on, without names? That can always be taken back later:"
    " meldpunt report story",
    yes="yes",
    yes_no="yes / no, Enter is no",
    leave_out="Must one of these people not read this? Whoever gets a number here cannot open it."
    " The readers see who that is.",
    who="These people can read this:",
    lot="Numbers of those who read it; Enter: the lot chooses {count}",
    nobody="Nobody on this line can read this. Nothing was sent.",
    overview="This will be sent:",
    send="Send it? yes, or /back",
    code="Your receipt code, shown this once:",
    keep_code=(
        "Write it down now, and keep it where only you look. It is the only way to read",
        "the answer; nobody can give it to you again. Nothing has been sent yet.",
    ),
    kept="Press Enter when you have kept it. ",
    type_back="Type the code back (Ctrl-D to stop): ",
    wrong_code="That is not the code. Here it is again.",
    still_shown="Clear your screen afterwards: what was shown is still on it.",
    read_by="Note: This will be read by: {names}.",
    sent="The report was received on {day}. It is read by: {names}.",
    come_back="Come back with your receipt code: meldpunt report status {address}",
    always="by day and by night",
    external="from outside the organisation",
    where_to="Where to turn to",
    documents="Documents",
    report_here="Report here",
    other_line="Another report line",
    choose="Number; /back, /stop",
    back_only="/back, or Enter to stop",
    scan="Scan the code, or go to",
    functions=(
        (Function.ADVISER, "supports and thinks along; never investigates or judges"),
        (Function.CONTACT, "listens and shows the way"),
        (Function.INVESTIGATOR, "investigates"),
        (Function.DECIDER, "decides"),
        (Function.AFTERCARE, "gives aftercare"),
    ),
)

"""Spoken where nobody has chosen a language."""


def phrases_in(language: str) -> Phrases:
    """Return the program's sentences for a language: Dutch, or English for all others."""
    found = _DUTCH if language.split("-", maxsplit=1)[0] == "nl" else ENGLISH
    return replace(found, language=language)
