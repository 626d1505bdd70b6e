"""What `meldpunt line open` says, in Dutch and in English."""

from dataclasses import dataclass
from typing import Final

from meldpunt.protocol.verify.line_document import Function


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    """The sentences in one language."""

    steps: tuple[str, ...]
    goes_on: str
    presets: str
    which: str
    address_form: str
    wrong: str
    choose: str
    yes_or_no: str
    other_language: str
    in_other_language: str
    fill: str
    later: str
    host: str
    no_host: str
    host_silent: str
    wrong_phrase: str
    one_for_all: str
    phrase_of: str
    again: str
    differ: str
    short: str
    line_key: str
    address: str
    people: str
    name: str
    function: str
    where: str
    entry: str
    no_entry: str
    other_entry: str
    comes_later: str
    needs: str
    has_function: str
    kept: str
    ready: str
    ask: str
    invite: str
    wrong_invite: str
    published_already: str
    keys: str
    sheets: str
    shares: str
    sheet: str
    done: str
    elsewhere: str
    tell: str
    copy: str
    no_terminal: str
    stopped: str
    roles: dict[Function, str]


_DUTCH: Final = Sentences(
    steps=(
        "1 van 6. Het meldpunt kiezen",
        "2 van 6. Invullen",
        "3 van 6. De sleutel van het meldpunt",
        "4 van 6. De ontvangers",
        "5 van 6. Nakijken en publiceren",
        "6 van 6. Sleutels en herstelbladen",
    ),
    goes_on="Verder waar het stopte: {folder}",
    presets="Waar is het meldpunt voor?",
    which="Nummer: ",
    address_form="Spreken de teksten de lezer aan met je of u? [je] ",
    wrong="Dat kan niet: {why}",
    choose="Kies uit: {choices}",
    yes_or_no="Antwoord met j of n.",
    other_language="en",
    in_other_language="(in het Engels)",
    fill="Vul in wat alleen dit meldpunt weet. Enter slaat over; dan kan het later.",
    later="Nog open: {count}. Vul ze in, hier of in {folder}, en draai dit opnieuw.",
    host="Adres van de host, zoals https://report.example: ",
    no_host="Dat is geen adres dat kan. Het begint met https://; met http:// alleen op deze"
    " computer of als .onion.",
    host_silent="Daar antwoordt geen host van Meldpunt. Typ een ander adres, of hetzelfde nog eens"
    " om het toch te gebruiken.",
    wrong_phrase="Deze wachtwoordzin opent {what} niet. Nog een keer (Ctrl-D stopt).",
    one_for_all="Doet één persoon dit allemaal, op deze computer? Dan beschermt één wachtwoordzin"
    " alle sleutels. Wie die zin en de bestanden heeft, is het meldpunt én elke ontvanger."
    " [J/n] ",
    phrase_of="Wachtwoordzin voor {what}: ",
    again="Nog een keer: ",
    differ="Die twee zijn niet gelijk.",
    short="Een wachtwoordzin heeft minstens {least} tekens; vijf gelote woorden zijn goed.",
    line_key="de sleutel van het meldpunt",
    address="Het adres van het meldpunt, voor ontvangers op een andere computer: {address}",
    people="Wie leest de meldingen? Nodig: {functions}. Neem er één meer dan {readers}.",
    name="Naam (Enter: klaar): ",
    function="Functie ({functions}) [{default}]: ",
    where="Sleutels hier maken? Anders geeft deze persoon een bestand van meldpunt handler init."
    " [J/n] ",
    entry="Bestand van deze persoon (Enter: komt later): ",
    no_entry="Dat is geen bestand van meldpunt handler init.",
    other_entry="Dat bestand is gemaakt voor een ander meldpunt.",
    comes_later="{name} komt er later bij: meldpunt line open {folder} --entry BESTAND={function}",
    has_function="{name} staat in line.yaml als {function}: één mens heeft één functie. Verander"
    " het daar.",
    needs="Nog niemand voor: {functions}",
    kept="Staat erin: {name}",
    ready="Bekijk het meldpunt in een browser: {page}",
    ask="Ondertekenen en publiceren? [j/N] ",
    invite="Uitnodiging van de hoster: ",
    wrong_invite="Deze uitnodiging kent de host niet, of zij is al gebruikt. Nog een keer (Ctrl-D"
    " stopt).",
    published_already="Zo staat het al op de host.",
    keys="Sleutels van {name}: gepubliceerd tot {until}",
    sheets="Herstelbladen: hoeveel delen, en hoeveel daarvan brengen de sleutels terug?"
    " nee is geen. [3,2] ",
    shares="Typ twee getallen, zoals 3,2, of nee. Het eerste is hoogstens {most}. Het tweede is"
    " minstens 2, want één deel alleen mag niets prijsgeven, en niet meer dan het eerste.",
    sheet="Herstelblad van {name}: {folder}. Print de delen, controleer ze met meldpunt recovery"
    " check, verwijder de bestanden en geef elk deel aan iemand anders.",
    done="Het meldpunt is open.",
    elsewhere="{name} publiceert nog zelf sleutels: meldpunt handler publish-keys",
    tell="Posters: meldpunt line guide ADRES --posters MAP. Zet dit adres ook waar mensen het al"
    " vertrouwen; het blijft geldig:",
    copy="Kopieer {keys} naar een tweede medium, en berg dat apart van de wachtwoordzin op.",
    no_terminal="Er is geen terminal om dit te vragen: geef {option}.",
    stopped="Verander dit in {folder}, en draai hetzelfde opnieuw: het gaat verder waar het"
    " stopte.",
    roles={
        Function.ADVISER: "vertrouwenspersoon",
        Function.CONTACT: "contactpersoon",
        Function.INVESTIGATOR: "onderzoeker",
        Function.DECIDER: "beslist over klachten",
        Function.AFTERCARE: "nazorg",
    },
)
_ENGLISH: Final = Sentences(
    steps=(
        "1 of 6. Choose the line",
        "2 of 6. Fill in",
        "3 of 6. The line's key",
        "4 of 6. The handlers",
        "5 of 6. Look and publish",
        "6 of 6. Keys and recovery sheets",
    ),
    goes_on="Going on where it stopped: {folder}",
    presets="What is the line for?",
    which="Number: ",
    address_form="Do the Dutch texts say je or u to their reader? [je] ",
    wrong="That cannot be: {why}",
    choose="Choose from: {choices}",
    yes_or_no="Answer with y or n.",
    other_language="nl",
    in_other_language="(in Dutch)",
    fill="Fill in what only this line knows. Enter skips; then it can be done later.",
    later="Still open: {count}. Fill them in, here or in {folder}, and run this again.",
    host="Address of the host, such as https://report.example: ",
    no_host="That is no address that can be used. It begins with https://; with http:// only on"
    " this machine or as .onion.",
    host_silent="No host of Meldpunt answers there. Type another address, or the same once more to"
    " use it all the same.",
    wrong_phrase="This passphrase does not open {what}. Once more (Ctrl-D stops).",
    one_for_all="Does one person do all this, on this machine? Then one passphrase protects all"
    " keys. Whoever has it and the files is the line and every handler. [Y/n] ",
    phrase_of="Passphrase of {what}: ",
    again="The same once more: ",
    differ="The two differ.",
    short="A passphrase has {least} characters at least; five words drawn by lot are good.",
    line_key="the line's key",
    address="The line's address, for handlers on another machine: {address}",
    people="Who reads reports? Needed: {functions}. Have one more than {readers}.",
    name="Name (Enter: done): ",
    function="Function ({functions}) [{default}]: ",
    where="Make the keys here? Otherwise this person gives you a file of meldpunt handler init."
    " [Y/n] ",
    entry="This person's file (Enter: comes later): ",
    no_entry="That is no file of meldpunt handler init.",
    other_entry="That file was made for another line.",
    comes_later="{name} joins later: meldpunt line open {folder} --entry FILE={function}",
    has_function="{name} is in line.yaml as {function}: one person has one function. Change it"
    " there.",
    needs="Nobody yet for: {functions}",
    kept="Is in it: {name}",
    ready="See the line in a browser: {page}",
    ask="Sign and publish it? [y/N] ",
    invite="Invite of the operator: ",
    wrong_invite="The host does not know this invite, or it is used. Once more (Ctrl-D stops).",
    published_already="The host has it like this already.",
    keys="Keys of {name}: published up to {until}",
    sheets="Recovery sheets: how many shares, and how many of them bring the keys back? no is"
    " none. [3,2] ",
    shares="Type two numbers, such as 3,2, or no. The first is {most} at most. The second is 2 at"
    " least, because one share alone must tell nothing, and no more than the first.",
    sheet="Recovery sheet of {name}: {folder}. Print the shares, check them with meldpunt recovery"
    " check, delete the files, and give each share to somebody else.",
    done="The line is open.",
    elsewhere="{name} has to publish keys: meldpunt handler publish-keys",
    tell="Posters: meldpunt line guide ADDRESS --posters FOLDER. Put this address where people"
    " trust you already, too; it stays valid:",
    copy="Copy {keys} to a second medium, and lock it away, apart from the passphrase.",
    no_terminal="There is no terminal to ask on: give {option}.",
    stopped="Change this in {folder}, and run the same again: it goes on where it stopped.",
    roles={
        Function.ADVISER: "confidential adviser",
        Function.CONTACT: "contact person",
        Function.INVESTIGATOR: "investigator",
        Function.DECIDER: "decides on complaints",
        Function.AFTERCARE: "aftercare",
    },
)


def sentences_in(language: str) -> Sentences:
    """Return the sentences in Dutch for `nl` and its variants, else in English."""
    return _DUTCH if language.startswith("nl") else _ENGLISH
