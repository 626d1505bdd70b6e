"""What `report look` and the commands for files say to reporters, in Dutch and in English."""

from dataclasses import dataclass
from typing import Final

from meldpunt.cli.speech.spoken import by_language


@dataclass(frozen=True, slots=True, kw_only=True)
class LookWords:
    """The sentences in one language."""

    not_named: str
    no_bulletins: str
    came: str
    read_it: str
    nothing: str
    unknown: str
    looked_at: str
    nothing_known_of: str
    both: str
    run: str
    saved: str
    not_saved: str
    care: str
    no_files: str
    no_number: str
    some_not_saved: str
    no_file_shown: str
    goes_on: str
    begin_again: str
    sent_before: str
    name_tells: str


ENGLISH: Final = LookWords(
    not_named="The line's document does not name this address. Whoever answers here may not be its"
    " host. They cannot change a bulletin, but can keep the newest ones back, and see who looks."
    " Ask the office for its address.",
    no_bulletins="This host publishes no bulletins, or the line is not here. `meldpunt report"
    " status` asks about your report, which tells the host that you look.",
    came="Something came on {days}.",
    read_it="Read it with: meldpunt report read",
    nothing="Nothing came on the days that are known.",
    unknown="Nothing is known: the host's files are missing or do not hold.",
    looked_at="Looked at: {first} up to {last}. Today is told tomorrow.",
    nothing_known_of="Nothing is known of: {days}.",
    both="{first} and {last}",
    run="{first} to {last}",
    saved="Saved {path} ({size})",
    not_saved="NOT saved: file {number}, {name}. {why}",
    care="Open it where a malicious file can do no harm: nobody has looked into it.",
    no_files="No files for you.",
    no_number="There is no file of that number: `files` lists them.",
    some_not_saved="{missing} of {count} files were not saved. {why}",
    no_file_shown="{error} Nobody was shown a file yet. {again}",
    goes_on="The same command goes on.",
    begin_again="Begin again, with --resume.",
    sent_before="These files were sent before: the host has the message.",
    name_tells="A name may say who you are: --name gives another one.",
)
_DUTCH: Final = LookWords(
    not_named="Het meldpunt noemt dit adres niet in zijn gegevens. Wie hier antwoordt, is misschien"
    " niet de host ervan. Die kan een dagblad niet veranderen, maar wel de nieuwste achterhouden,"
    " en zien wie er kijkt. Vraag het meldpunt naar het adres.",
    no_bulletins="Deze host geeft geen dagbladen, of het meldpunt is hier niet. `meldpunt report"
    " status` vraagt naar de melding zelf; de host ziet dan dat er gekeken wordt.",
    came="Er kwam iets op {days}.",
    read_it="Lees het met: meldpunt report read",
    nothing="Op de bekende dagen kwam er niets.",
    unknown="Er is niets bekend: de bestanden van de host ontbreken of kloppen niet.",
    looked_at="Gekeken naar: {first} tot en met {last}. Vandaag is pas morgen te zien.",
    nothing_known_of="Niets bekend over: {days}.",
    both="{first} en {last}",
    run="{first} tot en met {last}",
    saved="Bewaard: {path} ({size})",
    not_saved="NIET bewaard: bestand {number}, {name}. {why}",
    care="Open het waar een kwaadaardig bestand geen schade doet: niemand heeft erin gekeken.",
    no_files="Er zijn geen bestanden.",
    no_number="Er is geen bestand met dat nummer: `files` noemt ze.",
    some_not_saved="{missing} van {count} bestanden zijn niet bewaard. {why}",
    no_file_shown="{error} Niemand heeft nog een bestand te zien gekregen. {again}",
    goes_on="Dezelfde opdracht gaat verder.",
    begin_again="Begin opnieuw, met --resume.",
    sent_before="Deze bestanden zijn al verstuurd: de host heeft het bericht.",
    name_tells="De naam van een bestand kan zeggen van wie het komt: --name geeft een andere.",
)


def look_words() -> LookWords:
    """Return the sentences of the language that the program speaks now."""
    return by_language(_DUTCH, ENGLISH)
