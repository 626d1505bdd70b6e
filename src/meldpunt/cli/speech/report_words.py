"""What is shown around the messages of a report, in Dutch for reporters and in English."""

from dataclasses import dataclass
from typing import Final

from meldpunt.cli.speech.spoken import by_language
from meldpunt.client import HandoverState, StepState


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWords:
    """The sentences in one language."""

    state: str
    received: str
    erased_on: str
    erased: str
    put_off: tuple[str, ...]
    alarm: str
    known_alarm: str
    note: str
    known_code: tuple[str, ...]
    confirmed: str
    arrived: str
    not_confirmed: str
    let_in: tuple[str, ...]
    title: str
    number: str
    readers: str
    lets_in: str
    paused_until: str
    unconfirmed: tuple[str, ...]
    file: str
    files: str
    what_happens: str
    steps: dict[StepState, str]
    paused: str
    no_reason: str
    done_on: str
    outside: str
    unsatisfied: str
    met: str
    due: str
    late: str
    overdue: str
    check_in: str
    check_in_how: str
    kind: str
    unknown_content: str
    from_and_for: str
    no_files: str
    ends: str
    ends_reporter: str
    ends_reopen: str
    ends_anew: str
    takes_back: str
    look_again: str
    messages: str
    read_them: str
    no_day: str
    calendar: str
    own_code: str
    yours: str
    new_code_alone: str
    sent_files: str
    suggests: str
    summary: str
    nothing_sent_there: tuple[str, ...]
    proposes: str
    to_decide: str
    asks: str
    answered_by: str
    ended: str
    asked: tuple[str, ...]
    can_take_back: str
    taken_up: str
    elsewhere: dict[HandoverState, str]
    as_before: tuple[str, ...]
    come_back_in: str


ENGLISH: Final = ReportWords(
    state="State:     {state}",
    received="Received:  {day}",
    erased_on="Erased on: {day}{erased}",
    erased=" (erased)",
    put_off=(
        "           (no handler has answered everything yet, so it is kept a little longer than",
        "           its term; once somebody has, the day is an earlier one)",
    ),
    alarm="ALARM: {text}",
    known_alarm="Known alarm: {text}",
    note="Note: {text}",
    known_code=(
        "WARNING: Somebody else knows this code: the handler who wrote this report down. They",
        "can read and write as you. Make it yours first: meldpunt report take-over ADDRESS",
    ),
    confirmed="The other side has confirmed your message of {day} (on {on}).",
    arrived="Messages of yours that arrived: {count}, the newest on {day}.",
    not_confirmed="Your message of {day} is not yet confirmed by the other side.",
    let_in=(
        "Note: {name} was let in, and reads what came before. The reporter's next message",
        "decides whether they read on: meldpunt report reply with --reader for each reader,",
        "those there were included.",
    ),
    title="{tag} of {author}",
    number="    number: {number}",
    readers="    readers: {names}",
    lets_in="    lets in: {name}",
    paused_until="    clocks paused until {day}",
    unconfirmed=(
        "    UNCONFIRMED: its author has left, or another line answers; it counts for nothing",
    ),
    file="    file: {file}",
    files="    files: {count}",
    what_happens="What happens:",
    steps={
        StepState.DONE: "done",
        StepState.NOW: "NOW",
        StepState.DUE: "due",
        StepState.OVERDUE: "OVERDUE",
        StepState.LATER: "later",
    },
    paused="Paused, up to and including {day}. The reason:",
    no_reason="(not readable here)",
    done_on=": done on {day}",
    outside="Outside this office:",
    unsatisfied="Not satisfied with how this is treated? Outside this office:",
    met="done on {met} (due {due}{late})",
    due="due on {due}{overdue}",
    late=", late",
    overdue=" - OVERDUE",
    check_in="How are you now?",
    check_in_how="  Answer with: meldpunt report check-in ADDRESS good | not-good | disadvantaged",
    kind="    kind: {kind}",
    unknown_content="    says too, in a way unknown here: {name}: {value}",
    from_and_for="     from {author}; for: {readers}",
    no_files="No files for you.",
    ends="This report is to be erased on {day}. {kept} {keep}",
    ends_reporter="What you write now is kept a little longer, until a handler can have opened it.",
    ends_reopen="To keep the report, have it taken up again: {command}",
    ends_anew="If it is not over, make a new report after that.",
    takes_back="This takes back that the line you asked may take this report up.",
    look_again="Look again on {day}.",
    messages="Messages for you: {count}{read}",
    read_them=" (meldpunt report read)",
    no_day="No day is left on which something is due, so no appointment was written.",
    calendar="{path} holds an appointment on {day}, with a title that says nothing. Choose a"
    " calendar that you alone see: many are kept by an employer, or in a cloud.",
    own_code="A handler wrote this report down for you and knows its code. Before anything else is"
    " written, you get a code of your own; the old one opens nothing after that.",
    yours="This report is yours: the new code alone opens it.",
    new_code_alone="The host received it on {day}. The new code alone opens the report.",
    sent_files="The host received it on {day}. Files: {count}.",
    suggests="    SUGGESTS ANOTHER LINE: {address}",
    summary="    Summary for it, which only the reporter can send there:",
    nothing_sent_there=(
        "    Nothing was sent there. Who they are, and the rest, if you want it:",
        "    meldpunt report refer --look ADDRESS, then without --look",
    ),
    proposes="    proposes to hand this report to line {line}",
    to_decide="    to see that line, and to decide: meldpunt report hand-over --to {line}",
    asks="    asks {name} to take this report up, with {count} messages",
    answered_by="Answered by: {name}",
    ended="Ended:     on {day}; nothing that followed is shown to you",
    asked=(
        "Handover:  {name} was asked on {on} to take this report up, and can until",
        "{until}. Until it does, {own} has it, as",
        "before.",
    ),
    can_take_back="You can take that back: meldpunt report take-back",
    taken_up="Handover:  taken up on {on} by {who}",
    elsewhere={
        HandoverState.REFUSED: "Handover:  {name} refused on {on} to take this report up, and said"
        " why below",
        HandoverState.NOT_ANSWERED: "Handover:  {name} did not answer by {until}, so nothing has"
        " changed",
        HandoverState.TAKEN_BACK: "Handover:  {name} was asked, and the reporter took that back",
    },
    as_before=(
        "{own} has it, as before. You can ask again, or",
        "another line: meldpunt report hand-over",
    ),
    come_back_in=" --language {language}",
)
_DUTCH: Final = ReportWords(
    state="Stand:      {state}",
    received="Ontvangen:  {day}",
    erased_on="Gewist op:  {day}{erased}",
    erased=" (gewist)",
    put_off=(
        "            (nog niet alles is beantwoord, daarom blijft de melding iets langer bewaard",
        "            dan haar termijn; na een antwoord wordt deze dag een eerdere)",
    ),
    alarm="ALARM: {text}",
    known_alarm="Bekend alarm: {text}",
    note="Let op: {text}",
    known_code=(
        "WAARSCHUWING: Iemand anders kent deze code: wie deze melding opschreef. Die kan lezen en",
        "schrijven als de melder. Neem eerst een eigen code: meldpunt report take-over ADRES",
    ),
    confirmed="De lezers bevestigen het bericht van {day} (op {on}).",
    arrived="Eigen berichten die aankwamen: {count}, het laatste op {day}.",
    not_confirmed="Het bericht van {day} is nog niet bevestigd door de lezers.",
    let_in=(
        "Let op: {name} mag van een ontvanger meelezen, en leest wat er al was. Het volgende",
        "bericht beslist of dat zo blijft: meldpunt report reply, met --reader voor elke lezer,",
        "ook wie er al was.",
    ),
    title="{tag} van {author}",
    number="    nummer: {number}",
    readers="    lezers: {names}",
    lets_in="    laat meelezen: {name}",
    paused_until="    de tijd staat stil tot en met {day}",
    unconfirmed=(
        "    NIET BEVESTIGD: wie dit schreef is weg, of een ander meldpunt antwoordt nu; het telt",
        "    niet",
    ),
    file="    bestand: {file}",
    files="    bestanden: {count}",
    what_happens="Wat er gebeurt:",
    steps={
        StepState.DONE: "gedaan",
        StepState.NOW: "NU",
        StepState.DUE: "komt",
        StepState.OVERDUE: "TE LAAT",
        StepState.LATER: "later",
    },
    paused="De tijd staat stil tot en met {day}. De reden:",
    no_reason="(hier niet te lezen)",
    done_on=": gedaan op {day}",
    outside="Buiten dit meldpunt:",
    unsatisfied="Niet tevreden over hoe dit gaat? Buiten dit meldpunt:",
    met="gedaan op {met} (beloofd: uiterlijk {due}{late})",
    due="uiterlijk {due}{overdue}",
    late=", te laat",
    overdue=" - TE LAAT",
    check_in="Hoe gaat het nu?",
    check_in_how="  Antwoord met: meldpunt report check-in ADRES good | not-good | disadvantaged"
    " (goed, niet goed, of last door deze melding)",
    kind="    soort: {kind}",
    unknown_content="    zegt ook, op een manier die hier niet bekend is: {name}: {value}",
    from_and_for="     van {author}; voor: {readers}",
    no_files="Er zijn geen bestanden.",
    ends="Deze melding wordt gewist op {day}. {kept} {keep}",
    ends_reporter="Wat er nu geschreven wordt, blijft iets langer bewaard, tot iemand het heeft"
    " kunnen openen.",
    ends_reopen="Om de melding te houden, laat haar heropenen: {command}",
    ends_anew="Is het dan niet voorbij, maak daarna een nieuwe melding.",
    takes_back="Hiermee is teruggenomen dat het gevraagde meldpunt deze melding mag overnemen.",
    look_again="Kijk weer op {day}.",
    messages="Berichten om te lezen: {count}{read}",
    read_them=" (meldpunt report read)",
    no_day="Er is geen dag meer waarop iets komt, dus er is geen afspraak gemaakt.",
    calendar="In {path} staat een afspraak op {day}, met een titel die niets zegt. Kies een agenda"
    " die niemand anders ziet: veel agenda's staan bij een werkgever, of in een cloud.",
    own_code="Een ontvanger schreef deze melding op en kent de code. Voor er iets geschreven wordt,"
    " komt er een eigen code; de oude opent daarna niets meer.",
    yours="Alleen de nieuwe code opent deze melding nu.",
    new_code_alone="Aangekomen op {day}. Alleen de nieuwe code opent de melding.",
    sent_files="Aangekomen op {day}. Bestanden: {count}.",
    suggests="    STELT EEN ANDER MELDPUNT VOOR: {address}",
    summary="    Samenvatting daarvoor, die alleen de melder daarheen kan sturen:",
    nothing_sent_there=(
        "    Daar is nog niets heen gestuurd. Wie dat zijn, en de rest, voor wie dat wil:",
        "    meldpunt report refer --look ADRES, en dan zonder --look",
    ),
    proposes="    stelt voor deze melding door te geven aan meldpunt {line}",
    to_decide="    om dat meldpunt te zien en te beslissen: meldpunt report hand-over --to {line}",
    asks="    vraagt {name} deze melding over te nemen, met {count} berichten",
    answered_by="Antwoordt:  {name}",
    ended="Voorbij:    op {day}; wat daarna kwam is hier niet te zien",
    asked=(
        "Doorgeven:  {name} is op {on} gevraagd deze melding over te nemen, en kan dat tot en",
        "met {until}. Tot dan blijft zij bij {own}.",
    ),
    can_take_back="Dat kan teruggenomen worden: meldpunt report take-back",
    taken_up="Doorgeven:  overgenomen op {on} door {who}",
    elsewhere={
        HandoverState.REFUSED: "Doorgeven:  {name} nam deze melding op {on} niet over; waarom staat"
        " hieronder",
        HandoverState.NOT_ANSWERED: "Doorgeven:  {name} heeft tot en met {until} niet geantwoord,"
        " dus er is niets veranderd",
        HandoverState.TAKEN_BACK: "Doorgeven:  {name} was gevraagd, en dat is teruggenomen",
    },
    as_before=(
        "Zij blijft bij {own}. Vragen kan nog eens, of aan een ander",
        "meldpunt: meldpunt report hand-over",
    ),
    come_back_in=" --language {language}",
)


def report_words() -> ReportWords:
    """Return the sentences of the language that the program speaks now."""
    return by_language(_DUTCH, ENGLISH)
