"""WUR, "Oog voor elkaar": (anonymous) reporting with a low threshold, signposts, consultation."""

from collections.abc import Iterator
from typing import Final

import pytest

from meldpunt.protocol.verify.line_document import Function
from tests.cli.command_line import CommandLine, Secret
from tests.programmes.preset_line import PresetLine, contacts, one_host, open_preset_line

PEOPLE: Final = {
    "Noor": Function.CONTACT,
    "Sem": Function.CONTACT,
    "Daan": Function.CONTACT,
    "Fatima": Function.AFTERCARE,
}
CASE: Final = "Een promovendus twijfelt. Melden kan de promotie kosten. Wat vraag je eerst?"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    with one_host(tmp_path_factory) as made:
        yield made


@pytest.fixture(scope="module")
def line(host: CommandLine) -> PresetLine:
    return open_preset_line(host, "unwanted-behaviour", PEOPLE)


@pytest.fixture(scope="module")
def ombuds(host: CommandLine) -> PresetLine:
    return open_preset_line(host, "ombuds-informal", {"Olga": Function.CONTACT})


def test_one_sentence_is_a_report_and_nobody_asks_for_a_name(line: PresetLine) -> None:
    line.send("report", "--reader", "Noor", "--reader", "Sem", happened="Hij lachte mij uit.")
    assert "Hij lachte mij uit." in line.read("Noor", line.newest("Noor"))
    refused = line.cli.run(
        *("report", "send", line.cli.address, "--answers"),
        line.cli.file("nothing.json", '{"kind": "report", "answers": {"role": ["saw"]}}'),
    )
    assert "requires an answer to: happened" in refused.output


def test_a_phd_candidate_finds_somebody_outside_the_promotion_team(line: PresetLine) -> None:
    node = line.walk("Ik maakte", "Promovendus")
    assert contacts(node)[0] == "Vertrouwenspersoon buiten het promotieteam"
    assert node["report"] == "report"


def test_dependency_asks_until_when_to_wait_and_handlers_see_it(line: PresetLine) -> None:
    line.send(
        *("report", "--reader", "Noor", "--reader", "Sem"),
        happened="Mijn begeleider zet mij onder druk.",
        role=["happenedToMe"],
        audience="phd",
        source=["superior"],
        dependent="depends",
        notBefore="2026-09-01",
    )
    read = line.read("Noor", line.newest("Noor"))
    assert "NOT BEFORE 2026-09-01" in read
    assert "Promovendus" in read


def test_whoever_is_left_out_never_reads(line: PresetLine) -> None:
    before = line.entries("Sem")
    line.send("report", "--leave-out", "Sem", happened="Het gaat over Sem.", leaveOut="Sem")
    assert line.entries("Sem") == before
    read = line.read("Daan", line.newest("Daan"))
    assert "Het gaat over Sem." in read
    assert "Wie mag dit niet lezen?" in read


def test_lines_consult_each_other_on_a_case_without_names(
    line: PresetLine, ombuds: PresetLine
) -> None:
    to = ("--to", ombuds.cli.address, "--reader", "Olga", "--yes", "-")
    line.cli.ok("handler", "consult", *line.cli.key("Noor"), *to, text=CASE)
    entry = ombuds.newest("Olga")
    assert CASE in ombuds.read("Olga", entry)
    ombuds.says("Olga", "reply", entry, "Vraag tot welke dag het moet wachten.")
    read = ("handler", "consultation", "read", *line.cli.key("Noor"), "1")
    assert "Vraag tot welke dag" in line.cli.ok(*read)


def test_an_ombudsperson_says_first_that_a_talk_is_no_report(ombuds: PresetLine) -> None:
    assert contacts(ombuds.walk("Een melding of klacht")) == [
        "Meldpunt",
        "Klachtencommissie",
        "Huis voor Klokkenluiders",
    ]
    receipt = ombuds.send("talk", happened="Ik wil het eerst ordenen.")
    assert "De ombudspersoon antwoordt" in ombuds.status(receipt)


def test_handlers_follow_a_protocol_for_complex_cases(line: PresetLine) -> None:
    entry, of_sem = both_read(line, "Er speelt veel tegelijk.")[1:]
    assert "[ ] safe: Kijk eerst of de persoon nu veilig is." in line.read("Noor", entry)
    line.cli.ok("handler", "label", *line.cli.key("Noor"), entry, "--done", "safe")
    assert "[x] Kijk eerst of de persoon nu veilig is. (Noor" in line.read("Sem", of_sem)
    inbox = line.cli.ok("handler", "inbox", *line.cli.key("Sem"))
    assert any(of_sem in row and "3 to do in this step" in row for row in inbox.splitlines())
    line.says("Noor", "acknowledge", entry, "Wij nemen de tijd.")
    read = " ".join(line.read("Noor", entry).split())
    assert "[ ] together: Bespreek een ingewikkelde melding met een tweede persoon" in read
    refused = line.cli.run("handler", "label", *line.cli.key("Noor"), entry, "--done", "other")
    assert "The tasks are: safe" in refused.output


def test_handlers_write_to_each_other_and_the_reporter_reads_no_word_of_it(
    line: PresetLine,
) -> None:
    receipt, entry, of_sem = both_read(line, "Nog een keer.")
    line.says("Noor", "reply", entry, "Zullen wij samen kijken?", "--note")
    assert "Zullen wij samen kijken?" in line.read("Sem", of_sem)
    own = (line.cli.address, "--receipt-fd", Secret(receipt))
    assert "Zullen wij samen kijken?" not in line.cli.ok("report", "read", *own)


def both_read(line: PresetLine, happened: str) -> tuple[str, str, str]:
    """Send a report to Noor and Sem; return its code, and what each of them calls it."""
    before = {name: set(line.entries(name)) for name in ("Noor", "Sem")}
    receipt = line.send("report", "--reader", "Noor", "--reader", "Sem", happened=happened)
    [of_noor] = set(line.entries("Noor")) - before["Noor"]
    [of_sem] = set(line.entries("Sem")) - before["Sem"]
    return receipt, of_noor, of_sem
