"""Gimd and Omwender: outside advisers, a committee, aggression by the public, aftercare teams."""

from collections.abc import Iterator
from typing import Final

import pytest

from meldpunt.protocol.verify.line_document import Function
from tests.cli.command_line import CommandLine, Secret
from tests.programmes.preset_line import PresetLine, contacts, one_host, open_preset_line

LETTER: Final = "Maak hier een officiële klacht van."


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    with one_host(tmp_path_factory) as made:
        yield made


@pytest.fixture(scope="module")
def advisers(host: CommandLine) -> PresetLine:
    people = {"Anna": Function.ADVISER, "Bram": Function.ADVISER, "Chaima": Function.ADVISER}
    return open_preset_line(host, "confidential-adviser", people, "u")


@pytest.fixture(scope="module")
def committee(host: CommandLine) -> PresetLine:
    people = {
        "Voorzitter": Function.DECIDER,
        "Lid": Function.DECIDER,
        "Secretaris": Function.CONTACT,
    }
    return open_preset_line(host, "complaints-committee", people, "u")


@pytest.fixture(scope="module")
def counter(host: CommandLine) -> PresetLine:
    people = {"Wijk": Function.CONTACT, "Balie": Function.CONTACT, "Opvang": Function.AFTERCARE}
    return open_preset_line(host, "aggression-by-public", people)


def test_one_office_runs_lines_of_several_employers_with_their_own_keys(
    advisers: PresetLine, committee: PresetLine
) -> None:
    assert advisers.cli.address != committee.cli.address
    assert (advisers.cli.folder / "line.key").read_bytes() != (
        committee.cli.folder / "line.key"
    ).read_bytes()


def test_only_the_chosen_adviser_and_one_replacement_read(advisers: PresetLine) -> None:
    advisers.send("talk", "--reader", "Anna", "--reader", "Bram", happened="Ik durf niet meer.")
    assert "Ik durf niet meer." in advisers.read("Anna", advisers.newest("Anna"))
    assert advisers.entries("Chaima") == []


def test_a_talk_becomes_a_formal_complaint_only_by_its_reporter(
    advisers: PresetLine, committee: PresetLine
) -> None:
    receipt = advisers.send("talk", "--reader", "Chaima", "--reader", "Bram", happened="Weer zo.")
    entry = advisers.newest("Chaima")
    own = (advisers.cli.address, "--receipt-fd", Secret(receipt), "--to", committee.cli.address)
    advisers.cli.ok(
        *("report", "hand-over", *own, "--reader", "Secretaris", "--reader", "Voorzitter"),
        *("--yes", "-"),
        text=LETTER,
    )
    offered = committee.newest("Secretaris")
    told = advisers.status(receipt)
    assert "Vertrouwenspersonen Voorbeeld" in told.partition("Antwoordt:")[2].splitlines()[0]
    advisers.read("Chaima", entry)  # reading passes the keys on
    committee.read("Secretaris", offered)
    committee.says("Secretaris", "accept", offered, "Wij nemen de klacht aan.")
    assert LETTER in committee.read("Secretaris", offered)
    assert "Klachtencommissie" in advisers.status(receipt)
    committee.says("Secretaris", "reply", offered, "De voorzitter belt u.")
    assert "De voorzitter belt u." not in advisers.read("Chaima", entry)


def test_whoever_asks_the_committee_is_sent_to_support_first(committee: PresetLine) -> None:
    path = ("Een oordeel", "Medewerker", "Nee")
    assert contacts(committee.walk(*path)) == ["Vertrouwenspersoon"]


def test_aggression_says_where_it_came_from_and_the_hurt_come_first(counter: PresetLine) -> None:
    counter.send("report", happened="Hij schold.", source=["citizen"], where="balie 3")
    assert "URGENT" not in counter.read("Wijk", counter.newest("Wijk"))
    counter.send("report", hurt="hurt", happened="Zij sloeg.", source=["client"], police="wanted")
    urgent = counter.newest("Wijk")
    read = counter.read("Wijk", urgent)
    assert counter.entries("Wijk")[0] == urgent
    assert "URGENT" in read
    assert "Een patiënt of cliënt" in read
    assert "Ik wil aangifte doen" in read


def test_the_team_cares_within_a_day_and_else_everybody_sees_it(counter: PresetLine) -> None:
    receipt = counter.send("report", happened="Hij stond mij op te wachten.")
    counter.newest("Wijk")
    assert "TE LAAT Zorg" not in " ".join(counter.status(receipt).split())
    counter.cli.clock.pass_days(4)  # over a weekend
    told = " ".join(counter.status(receipt).split())
    assert "TE LAAT Zorg binnen een dag" in told
    assert "Ombudspersoon Voorbeeld" in told


def test_only_aftercare_reads_who_asks_for_support(counter: PresetLine) -> None:
    seen = counter.entries("Wijk")
    counter.send("support", need="Ik slaap al weken slecht.")
    assert "Ik slaap al weken slecht." in counter.read("Opvang", counter.newest("Opvang"))
    assert counter.entries("Wijk") == seen


def test_who_needs_care_for_longer_keeps_the_report_by_opening_it_again(
    counter: PresetLine,
) -> None:
    receipt = counter.send("support", need="Het duurt nog lang.")
    entry = counter.newest("Opvang")
    for what in ("acknowledge", "feedback", "close"):
        counter.says("Opvang", what, entry, "Zo hielpen wij.")
    first = erased_on(counter, receipt)
    counter.cli.clock.pass_days(30)
    own = (counter.cli.address, "--receipt-fd", Secret(receipt), "-")
    counter.cli.ok("report", "reopen", *own, text="Ik wil nog hulp.")
    for what in ("feedback", "close"):
        counter.says("Opvang", what, entry, "Wij gaan door.")
    assert erased_on(counter, receipt) > first


def erased_on(line: PresetLine, receipt: str) -> str:
    """Return the day of erasure that the reporter sees, as text."""
    return line.status(receipt).partition("Gewist op:")[2].strip()[:10]


def test_help_is_called_with_hours_and_day_and_night(counter: PresetLine) -> None:
    node = counter.walk("Er is net iets", "Het overkwam mij")
    assert contacts(node) == ["Opvangteam", "Dit meldpunt"]
    assert node["contacts"][1]["hours"]
    told = counter.cli.ok("line", "guide", counter.cli.address)
    assert "Hulp van Voorbeeld, dag en nacht: 030 555 00 00" in told


@pytest.mark.xfail(
    reason="Handlers are not told by mail that something came.", raises=AssertionError, strict=True
)
def test_an_aftercare_team_hears_at_night_that_somebody_asks_for_it(counter: PresetLine) -> None:
    assert counter.cli.run("handler", "notify", "--help").exit_code == 0
