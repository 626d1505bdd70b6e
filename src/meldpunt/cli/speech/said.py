"""What commands say to reporters while they work: questions, progress, what became of a message."""

from dataclasses import dataclass
from typing import Final

from meldpunt.cli.speech.spoken import by_language


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The sentences in one language."""

    doing: dict[str, str]
    """Steps of slow work, by their English names; one that is not here is said in English."""
    note: str
    alarm: str
    silent: str
    moved: str
    ask_code: str
    ask_code_again: str
    show_typed: str
    group: str
    length: str
    look_at: str
    check: str
    no_terminal: str
    not_utf8: str
    stopped: str
    nothing_sent: str
    received: str
    interrupted: str
    no_arrival: str
    unknown: str
    still_here: str
    try_again: str
    offer: str
    unknown_arrival: str
    look_first: str
    kept: str
    nobody: str
    other_line: str
    no_terminal_for_code: str
    code: str
    leave_out: str
    unknown_handler: str
    two_handlers: str
    meant: str
    write: str
    empty: str
    too_long: str
    more_than: str
    guess: str
    guess_question: str
    guess_wrong: str


ENGLISH: Final = Said(
    doing={},
    note="Note: {text}",
    alarm="ALARM: {text}",
    silent="The host has not answered yet; Ctrl-C stops",
    moved="The line has moved, as its office signed: to {origin}",
    ask_code="Receipt code: ",
    ask_code_again="Receipt code (Ctrl-D to stop): ",
    show_typed="Show what you type this time? (yes/no) ",
    group="Group {group} has a character that no code has.",
    length="A code has {symbols} characters in groups of {size}; this has {count}.",
    look_at=" Look at group {group}.",
    check="A character is wrong: the code checks itself, and does not fit.",
    no_terminal="There is no terminal to ask on: use {option} N, or {option} -.",
    not_utf8="What was typed is not UTF-8. Set this terminal to UTF-8.",
    stopped="Stopped.",
    nothing_sent="Stopped. Nothing was sent.",
    received="The host received it on {day}.",
    interrupted="Stopped while sending. {told}",
    no_arrival="{error} It has not arrived, unless an earlier attempt did: {look} shows that.",
    unknown="It is not known whether it arrived. Before writing it again, look with {look}",
    still_here="{error} What you wrote is still here, sealed and unchanged.",
    try_again="Try again? [Y/n] ",
    offer="Keep it, sealed, to send it later? Name of a new file, or nothing: ",
    unknown_arrival="It is not known whether it arrived. It is message {count} of yours in this"
    " report: {look} says how many arrived.",
    look_first="Look before you write it again: that makes a second message.",
    kept="It is kept, sealed, in {path}. To send the same again: {resend}",
    nobody="Nobody remains who could read this, so nothing was sent. Leave out fewer, reach the"
    " office another way, or turn to another line, such as an external one.",
    other_line="Another line: {name}: meldpunt report send {address}",
    no_terminal_for_code="There is no terminal to show the receipt code on, and without it nobody"
    " could read the answer. Nothing was sent. A program adds --show-receipt --no-confirm.",
    code="Receipt code: {code}",
    leave_out="Press Enter to go on, or type a name to leave that person out: ",
    unknown_handler="No handler on this line has a name or id that was given: meldpunt line show"
    " lists them. Nothing was sent.",
    two_handlers="Two handlers have that name: name one by the id that meldpunt line show lists.",
    meant=" Do you mean {name}?",
    write="Write the text; end with Ctrl-D on a line of its own.",
    empty="The text is empty: nothing in it can be seen. Nothing was sent.",
    too_long="The text is {excess} bytes too long: a text may have {most} bytes. Shorten it, send"
    " it in parts, or add it as a file: meldpunt report attach, or handler attach. Nothing was"
    " sent.",
    more_than="more than a million",
    guess="The text is not UTF-8. It reads like this:",
    guess_question="Are all letters right? (yes/no) ",
    guess_wrong="Nothing was sent. Save the text as UTF-8, and try again.",
)
_DUTCH: Final = Said(
    doing={
        "Asking for room": "Plaats vragen",
        "Encrypting": "Versleutelen",
        "Fetching the bulletins": "Dagbladen ophalen",
        "Fetching the guide": "De wegwijzer ophalen",
        "Fetching the line": "Het meldpunt ophalen",
        "Fetching the other line": "Het andere meldpunt ophalen",
        "Fetching the procedure": "De werkwijze ophalen",
        "Fetching the questions": "De vragen ophalen",
        "Fetching its texts": "De teksten ophalen",
        "Keeping a proof": "Een bewijs bewaren",
        "Looking at the other line": "Bij het andere meldpunt kijken",
        "Looking for other lines": "Andere meldpunten zoeken",
        "Making a new code": "Een nieuwe code maken",
        "Opening the report": "De melding openen",
        "Sealing": "Versleutelen",
        "Sealing the report": "De melding versleutelen",
        "Sending": "Versturen",
        "Taking back": "Terugnemen",
    },
    note="Let op: {text}",
    alarm="ALARM: {text}",
    silent="De host heeft nog niet geantwoord; Ctrl-C stopt",
    moved="Het meldpunt is verhuisd, zoals het zelf heeft getekend: naar {origin}",
    ask_code="Geheime code: ",
    ask_code_again="Geheime code (Ctrl-D stopt): ",
    show_typed="Deze keer laten zien wat er getypt wordt? (ja/nee) ",
    group="In groep {group} staat een teken dat in geen code staat.",
    length="Een code heeft {symbols} tekens in groepen van {size}; dit zijn er {count}.",
    look_at=" Kijk naar groep {group}.",
    check="Er is een teken fout: de code controleert zichzelf, en klopt niet.",
    no_terminal="Er is geen terminal om dit te vragen: gebruik {option} N, of {option} -.",
    not_utf8="Wat er getypt is, is geen UTF-8. Zet deze terminal op UTF-8.",
    stopped="Gestopt.",
    nothing_sent="Gestopt. Er is niets verstuurd.",
    received="Aangekomen op {day}.",
    interrupted="Gestopt tijdens het versturen. {told}",
    no_arrival="{error} Het is niet aangekomen, tenzij een eerdere poging dat deed: {look} laat dat"
    " zien.",
    unknown="Het is niet bekend of het is aangekomen. Schrijf het niet meteen opnieuw, maar kijk"
    " eerst met {look}",
    still_here="{error} Wat er geschreven is, is er nog: versleuteld en onveranderd.",
    try_again="Opnieuw proberen? [J/n] ",
    offer="Versleuteld bewaren, om het later te versturen? Naam van een nieuw bestand, of niets: ",
    unknown_arrival="Het is niet bekend of het is aangekomen. Het is bericht {count} van de melder"
    " in deze melding: {look} zegt hoeveel er aankwamen.",
    look_first="Kijk eerst: wie het opnieuw schrijft, stuurt een tweede bericht.",
    kept="Het is versleuteld bewaard in {path}. Om hetzelfde nog eens te versturen: {resend}",
    nobody="Er blijft niemand over die dit kan lezen, dus er is niets verstuurd. Laat meer mensen"
    " meelezen, bel het meldpunt, of ga naar een ander meldpunt, zoals een extern.",
    other_line="Een ander meldpunt: {name}: meldpunt report send {address}",
    no_terminal_for_code="Er is geen terminal om de geheime code te laten zien, en zonder de code"
    " kan niemand het antwoord lezen. Er is niets verstuurd. Een programma voegt --show-receipt"
    " --no-confirm toe.",
    code="Geheime code: {code}",
    leave_out="Druk op Enter om verder te gaan, of typ de naam van wie dit niet mag lezen: ",
    unknown_handler="Geen ontvanger van dit meldpunt heeft die naam: meldpunt line show noemt ze."
    " Er is niets verstuurd.",
    two_handlers="Twee ontvangers heten zo: noem het id dat meldpunt line show laat zien.",
    meant=" Is {name} bedoeld?",
    write="Schrijf de tekst; sluit af met Ctrl-D op een eigen regel.",
    empty="De tekst is leeg: er is niets in te zien. Er is niets verstuurd.",
    too_long="De tekst is {excess} bytes te lang: een tekst heeft hoogstens {most} bytes. Maak"
    " hem korter, verstuur hem in delen, of stuur hem mee als bestand: meldpunt report attach. Er"
    " is niets verstuurd.",
    more_than="meer dan een miljoen",
    guess="De tekst is geen UTF-8. Zo leest het programma hem:",
    guess_question="Kloppen alle letters? (ja/nee) ",
    guess_wrong="Er is niets verstuurd. Bewaar de tekst als UTF-8, en probeer het opnieuw.",
)


def said() -> Said:
    """Return the sentences of the language that the program speaks now."""
    return by_language(_DUTCH, ENGLISH)
