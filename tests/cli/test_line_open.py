"""`meldpunt line open`: one command from nothing to an open line, stopped and gone on with."""

import json
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from meldpunt.cli.opening.handlers import file_stem
from meldpunt.client.line_folder.filling import fill_in, open_places
from meldpunt.client.line_folder.folder import read_folder
from meldpunt.client.line_folder.preset import preset_names
from meldpunt.server.commands import create_invite
from tests.cli.command_line import (
    PASSPHRASE,
    CommandLine,
    PersonAtTerminal,
    Secret,
    person_at_terminal,
)
from tests.support.pages import values_of_page

PRESET: Final = "wbk-internal"
VALUES: Final = {
    **values_of_page("first-day.md"),
    "organisation": 'Stichting \'t "Voorbeeld": Zorg & Co',
}
PEOPLE: Final = ("--handler", "A. Jansen=contact", "--handler", "Bé Smit=investigator")


def opening(cli: CommandLine, *more: str | Path | Secret) -> tuple[str | Path | Secret, ...]:
    """Return a command that answers everything."""
    values = cli.file("values.yaml", json.dumps(VALUES, ensure_ascii=False))
    return (
        *("line", "open", cli.folder / "ours", "--preset", PRESET, "--host", cli.origin),
        *("--values", values, "--sheets", "3,2", "--yes", "--language", "nl"),
        *("--passphrase-fd", Secret(PASSPHRASE), *more),
    )


def invite(cli: CommandLine) -> tuple[str, Secret]:
    return "--invite-fd", Secret(create_invite(cli.settings))


def names(document: dict[str, Any]) -> list[str]:
    return [handler["name"] for handler in document["handlers"]]


def test_one_command_opens_a_line_that_carries_a_report(cli: CommandLine) -> None:
    made = cli.json(*opening(cli, *PEOPLE, *invite(cli)))
    cli.address = made["address"]
    functions = [handler["function"] for handler in made["document"]["handlers"]]
    assert functions == ["contact", "investigator"]
    assert [h["role"] for h in made["document"]["handlers"]] == ["contactpersoon", "onderzoeker"]
    keys = cli.folder / "ours-keys"
    assert keys.stat().st_mode & 0o077 == 0
    assert made["keys"] == str(keys)
    found = sorted(path.name for path in keys.iterdir())
    assert found == ["a-jansen.key", "be-smit.key", "line.key", "sheet-a-jansen", "sheet-be-smit"]
    assert len(list((keys / "sheet-be-smit").iterdir())) == 6
    assert (cli.folder / "ours" / "address").read_text().strip() == made["address"].split("#")[0]
    assert VALUES["organisation"] in made["document"]["names"][0]["text"]
    sent = cli.json(
        *("report", "send", cli.address, "--show-receipt", "--no-confirm", "-"),
        text="Er ontbreekt geld.",
    )
    assert sent
    opened = ("--key-file", keys / "be-smit.key", "--passphrase-fd", Secret(PASSPHRASE))
    [entry] = cli.json("handler", "inbox", *opened)["entries"]
    assert entry["state"] == "received"


def test_it_goes_on_where_it_stopped_and_makes_nothing_twice(cli: CommandLine) -> None:
    left = {k: v for k, v in VALUES.items() if k != "rules-address"}
    folder, keys = cli.folder / "ours", cli.folder / "ours-keys"
    command = opening(cli, *PEOPLE)
    cli.file("values.yaml", json.dumps(left, ensure_ascii=False))
    unfilled = cli.run(*command)
    assert unfilled.exit_code == 1
    assert "- https-adres van de meldregeling" in unfilled.stderr
    assert not keys.exists(), "nothing is made before the texts are whole"
    # Stopped for want of an invite: keys are made, nothing is published.
    stopped = cli.run(*opening(cli, *PEOPLE))
    assert stopped.exit_code == 2
    assert "--invite-fd" in stopped.stderr
    before = {path.name: path.read_bytes() for path in keys.iterdir()}
    assert sorted(before) == ["a-jansen.key", "be-smit.key", "line.key"]
    text = (folder / "line.yaml").read_text()
    first = cli.json(*opening(cli, *PEOPLE, *invite(cli)))
    assert (folder / "line.yaml").read_text() == text
    again = cli.json(*opening(cli, *PEOPLE))
    assert again["document"] == first["document"], "what the host has is not published again"
    assert names(again["document"]) == ["A. Jansen", "Bé Smit"]
    assert (folder / "handlers" / "be-smit.json").exists()


def test_a_handler_elsewhere_joins_by_an_entry(cli: CommandLine) -> None:
    first = cli.json(*opening(cli, *PEOPLE, *invite(cli)))
    cli.address = first["address"]
    entry = cli.new_handler("C. Vos")
    done = cli.run(*opening(cli, "--entry", f"{entry}=contact"))
    assert done.exit_code == 0, done.stderr
    assert "C. Vos publiceert nog zelf sleutels" in done.stderr
    listed = cli.json("line", "show", cli.address)["document"]
    assert names(listed) == ["A. Jansen", "Bé Smit", "C. Vos"]
    wrong = cli.run(*opening(cli, "--entry", f"{cli.folder / 'values.yaml'}=contact"))
    assert wrong.exit_code == 2
    assert cli.run(*opening(cli, "--handler", "D. Nobody=judge")).exit_code == 2


def test_one_person_is_not_adviser_and_judge_by_this_way_either(cli: CommandLine) -> None:
    people = ("--handler", "A. Jansen=contact", "--handler", "Bé Smit=adviser")
    judge = ("--handler", "bé  smit=investigator")
    done = cli.run(*opening(cli, *people, *judge, *invite(cli)))
    assert done.exit_code == 2
    assert "Bé Smit staat in line.yaml als adviser: één mens heeft één functie" in done.stderr
    assert "not-found" in cli.run("line", "show", address(cli), "--json").stderr


def address(cli: CommandLine) -> str:
    return (cli.folder / "ours" / "address").read_text().strip()


class Answers:
    """What a person answers to a question with a part: one after the other, the last again."""

    def __init__(self, answers: dict[str, tuple[str, ...]]) -> None:
        self._answers = answers
        self.asked: list[str] = []

    def answer(self, question: str) -> str:
        self.asked.append(question)
        texts = next(texts for part, texts in self._answers.items() if part in question)
        return texts[min(self.asked.count(question), len(texts)) - 1]


@contextmanager
def answering(
    patch: pytest.MonkeyPatch, answers: dict[str, tuple[str, ...]]
) -> Iterator[tuple[Answers, PersonAtTerminal]]:
    given = Answers(answers)
    for kind in ("ask", "ask_hidden"):
        patch.setattr(f"meldpunt.cli.terminal.prompts.Terminal.{kind}", given.answer)
    with person_at_terminal(patch) as person:
        yield given, person


def test_it_asks_in_dutch_for_what_no_option_says(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person answers every question, some of them wrong at first."""
    answers = {
        "Nummer: ": ("twaalf", str(preset_names().index(PRESET) + 1)),
        "je of u? [je] ": ("u",),
        "https://report.example: ": (cli.origin,),
        "elke ontvanger. [J/n] ": ("ok", ""),
        "Naam (Enter: klaar): ": ("Noor", "Sem", ""),
        "Functie ": ("",),
        "Sleutels hier maken": ("",),
        "Wachtwoordzin": (PASSPHRASE,),
        "Nog een keer: ": (PASSPHRASE,),
        "hoster: ": (create_invite(cli.settings),),
        "publiceren? [j/N] ": ("j",),
        "[3,2] ": ("3,1", "nee"),
        "naam van": (str(VALUES["organisation"]),),
        "uren, zoals": ("werkdagen",),
        "hours, such": ("weekdays",),
        "e-mailadres": ("a@voorbeeld.nl",),
        "https-adres": ("https://voorbeeld.nl",),
        "versie": ("2026",),
        "": ("bel ons", "088 555 00 00"),
    }
    with answering(monkeypatch, answers) as (given, person):
        done = cli.run("line", "open", cli.folder / "ours", "--language", "nl")
    shown, asked = "".join(person.pages), given.asked
    assert done.exit_code == 0, done.output
    assert "Waar is het meldpunt voor?" in shown
    assert "Dat kan niet: een telefoonnummer heeft cijfers" in shown
    assert "Kies uit: 1-11" in shown
    assert "Typ twee getallen, zoals 3,2, of nee." in shown
    assert "Antwoord met j of n." in shown, "a typed non-answer is no no"
    assert next(q for q in asked if q.startswith("hours")).endswith(" (in het Engels): ")
    assert "Het meldpunt is open." in done.stdout
    assert len([question for question in asked if question.startswith("naam van de")]) == 1
    settings = read_folder(cli.folder / "ours").settings
    assert settings.address_form == "u"
    assert [h.function for h in settings.handlers] == ["contact", "investigator"]


def test_what_is_mistyped_is_asked_again(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host, a passphrase, a file and an invite: each is wrong at first."""
    command = opening(cli)
    options = command[: command.index("--host")] + command[command.index("--values") :]
    options = tuple(part for part in options if not isinstance(part, Secret))
    options = tuple(part for part in options if part != "--passphrase-fd")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # nobody listens there
        silent = f"http://127.0.0.1:{closed.getsockname()[1]}"
        answers = {
            "https://report.example: ": ("report.example", silent, cli.origin),
            "elke ontvanger. [J/n] ": ("n",),
            "Naam (Enter: klaar): ": ("Noor", "noor", "Sem", ""),
            "[contact]: ": ("",),
            "[investigator]: ": ("adviser", ""),  # Noor has another function by then
            "Sleutels hier maken": ("",),
            "Wachtwoordzin voor de sleutel": (PASSPHRASE, "mistyped", PASSPHRASE),
            "Wachtwoordzin voor Noor": (PASSPHRASE,),
            "Wachtwoordzin voor Sem": (PASSPHRASE,),
            "Nog een keer: ": (PASSPHRASE,),
            "hoster: ": ("not-an-invite", create_invite(cli.settings)),
        }
        with answering(monkeypatch, answers) as (given, person):
            stopped = cli.run(*options)
    shown = "".join(person.pages)
    assert stopped.exit_code == 0, stopped.output
    assert "Dat is geen adres dat kan." in shown
    assert "Daar antwoordt geen host van Meldpunt." in shown
    assert "Noor staat in line.yaml als contact: één mens heeft één functie" in shown
    assert "Deze uitnodiging kent de host niet" in shown
    answers |= {"Wachtwoordzin voor de sleutel": ("mistyped", PASSPHRASE)}
    answers |= {"Wachtwoordzin voor Noor": ("mistyped", PASSPHRASE)}
    with answering(monkeypatch, answers) as (given, person):
        again = cli.run(*options)
    shown = "".join(person.pages)
    assert again.exit_code == 0, again.output
    assert shown.count("opent de sleutel van het meldpunt niet. Nog een keer") == 1
    assert shown.count("opent Noor niet. Nog een keer") == 1
    assert "Staat erin: Noor\r\nStaat erin: Sem" in shown
    assert "Het meldpunt is open." in again.stdout
    assert not any(question.startswith("Naam") for question in given.asked)


def test_somebody_goes_on_with_people_while_texts_are_open(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = {k: v for k, v in VALUES.items() if k != "rules-address"}
    command = opening(cli)
    cli.file("values.yaml", json.dumps(left, ensure_ascii=False))
    entry = cli.folder / "none.json"
    answers = {
        "https-adres van de meldregeling": ("",),
        "Naam (Enter: klaar): ": ("Noor", "Sem", ""),
        "Functie ": ("",),
        "Sleutels hier maken": ("", "n"),
        "Bestand van deze persoon": (str(entry), ""),
    }
    with answering(monkeypatch, answers) as (_, person):
        done = cli.run(*command)
    shown = "".join(person.pages)
    assert done.exit_code == 1
    assert "Nog open: 1." in done.stderr
    assert "- https-adres van de meldregeling" in done.stderr
    assert "Dat is geen bestand van meldpunt handler init." in shown
    assert "Sem komt er later bij: meldpunt line open" in shown
    keys = sorted(path.name for path in (cli.folder / "ours-keys").iterdir())
    assert keys == ["line.key", "noor.key"], "who brings a file later gets no keys here"
    assert "not-found" in cli.run("line", "show", address(cli), "--json").stderr


def test_a_misspelt_value_is_refused_and_the_nearest_is_named(cli: CommandLine) -> None:
    hours = {"nl": "werkdagen", "eng": "weekdays", "nl-simple": "maandag"}
    given = {**VALUES, "rules-adress": "https://x.nl", "whatever": "x", "line-hours": hours}
    given["line-huors"] = hours
    command = opening(cli, *PEOPLE)
    cli.file("values.yaml", json.dumps(given, ensure_ascii=False))
    done = cli.run(*command)
    assert done.exit_code == 1
    told = done.stderr
    assert "dit meldpunt vraagt niet om 'rules-adress'. Bedoel je 'rules-address'?" in told
    assert "dit meldpunt vraagt niet om 'eng'. Bedoel je 'en'?" in told
    assert "dit meldpunt vraagt niet om 'whatever', wel om: " in told
    assert told.count("line-huors") == 1, "its languages are no faults of their own"
    assert "wel om: \n" not in told
    assert not (cli.folder / "ours-keys").exists()
    cli.file("values.yaml", json.dumps(VALUES, ensure_ascii=False))
    assert "Nog open" not in cli.run(*command).stderr, "what is filled in already is still known"


def test_a_value_is_filled_in_whatever_quotes_stand_around_it(tmp_path: Path) -> None:
    text = "a: '[[x]] y'\nb: \"z [[x]]\"\nc: >-\n  w\n  [[x]]\nd: {nl: '[[x]]', en: plain}\n"
    for name in ("line.yaml", "form.yaml", "guide.yaml", "procedure.yaml"):
        (tmp_path / name).write_text(text if name == "line.yaml" else "a: b\n")
    said = 'it\'s "so": # \\ 100 %'
    while places := open_places(tmp_path):
        fill_in(tmp_path, places[0], said)
    text = (tmp_path / "line.yaml").read_text()
    assert text.count("[[") == 0
    assert "# \\ 100 %" in text


def test_names_of_every_script_have_files_of_their_own() -> None:
    names = ("Ольга", "李雷", "Ada", "ada", "Zoë", "Line", "李", "Ada 李")
    stems = [file_stem(name) for name in names]
    assert stems[2] == stems[3] == "ada"  # one person, however the name is typed
    assert stems[4] == "zoe"
    assert "line" not in stems
    assert len(set(stems)) == len(names) - 1
    assert all(re.fullmatch(r"[a-z0-9-]+", stem) for stem in stems)
