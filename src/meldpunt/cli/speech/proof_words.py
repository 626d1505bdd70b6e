"""What `meldpunt report proof` and `verify` say, in Dutch and in English."""

from dataclasses import dataclass
from typing import Final

from meldpunt.cli.speech.spoken import by_language


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofWords:
    """The sentences in one language."""

    kept: str
    withheld: str
    counted: str
    holds: str
    about: tuple[str, ...]
    line: str
    asked: str
    to_take_up: str
    is_pinned: str
    not_pinned: str
    report: str
    incomplete: str
    number: str
    wrote: str
    author_line: str
    readers: str
    dated: str
    received: str
    not_received: str
    message: str
    no_text: str
    file: str
    digest: str
    was_sent: str
    other_file: str
    reporter: str
    unknown: str


ENGLISH: Final = ProofWords(
    kept="{path} keeps what shows this; whoever finds it can read it.",
    withheld="ALARM: the host does not show {count} of the messages it showed before. {path} keeps"
    " them, with the host's signature for each. Ask the office another way.",
    counted="Messages in {path}: {count}.",
    holds="Proof of report: everything in it holds.",
    about=(
        "What this shows: the messages below were signed by those they name. The host signed for",
        "having each on the day given. Nobody could write or change one without their keys. It",
        "shows neither who the reporter is, nor that what was reported is true. Lines can share a",
        "name: compare the id of each line with what its office publishes elsewhere.",
    ),
    line="Line:   ",
    asked="Asked:  ",
    to_take_up=", to take the report up",
    is_pinned="Its documents lead to the one that your address pins.",
    not_pinned="The documents in this file do not lead to the one that your address pins: the file"
    " was made before that one, or lacks some in between. So the pin shows nothing. Compare with"
    " the office.",
    report="Report: ",
    incomplete="Incomplete: ",
    number=", message {n}",
    wrote="--- {tag} of {name}",
    author_line="line",
    readers="to",
    dated="dated by its author: {day}",
    received="the host signed for having it on {day}",
    not_received="no proof of receipt in this file",
    message="id",
    no_text="(Existed; what it said is not in this file.)",
    file="file",
    digest="digest",
    was_sent="{path} is what message {message} brought as {name}.",
    other_file="{path} is none of the files that this proof shows.",
    reporter="the reporter",
    unknown="unknown",
)
_DUTCH: Final = ProofWords(
    kept="Het bewijs staat in {path}. Wie dat bestand vindt, kan het lezen.",
    withheld="ALARM: de host toont {count} van de berichten niet die er eerder wel waren. Ze staan"
    " in {path}, elk met de handtekening van de host. Vraag er op een andere manier naar bij het"
    " meldpunt.",
    counted="Berichten in {path}: {count}.",
    holds="Bewijs van een melding: alles wat erin staat, klopt.",
    about=(
        "Wat dit laat zien: wie hieronder als schrijver staat, heeft het bericht ondertekend, en",
        "de host tekende dat het er op de genoemde dag was. Zonder hun sleutels kon niemand een",
        "bericht schrijven of veranderen. Dit laat niet zien wie de melder is, en ook niet of waar",
        "is wat er gemeld is. Meldpunten kunnen dezelfde naam hebben: vergelijk het kenmerk van",
        "elk met wat dat meldpunt op een andere plaats bekendmaakt.",
    ),
    line="Meldpunt: ",
    asked="Gevraagd: ",
    to_take_up=", om de melding over te nemen",
    is_pinned="De gegevens erin leiden naar die van het opgegeven adres.",
    not_pinned="De gegevens in dit bestand leiden niet naar die van het opgegeven adres: het"
    " bestand is ouder, of er ontbreken gegevens tussenin. Het adres laat hier dus niets zien."
    " Vergelijk het met het meldpunt.",
    report="Melding:  ",
    incomplete="Niet volledig: ",
    number=", bericht {n}",
    wrote="--- {tag} van {name}",
    author_line="meldpunt",
    readers="aan",
    dated="dag volgens de schrijver: {day}",
    received="de host tekende dat het er was op {day}",
    not_received="er staat geen ontvangstbewijs in dit bestand",
    message="kenmerk",
    no_text="(Dit bericht was er; wat erin stond, staat niet in dit bestand.)",
    file="bestand",
    digest="vingerafdruk",
    was_sent="{path} is wat bericht {message} meebracht als {name}.",
    other_file="{path} is geen van de bestanden die dit bewijs laat zien.",
    reporter="de melder",
    unknown="onbekend",
)


def proof_words() -> ProofWords:
    """Return the sentences of the language that the program speaks now."""
    return by_language(_DUTCH, ENGLISH)
