"""To another line, suggested by a handler, and gone to by the reporter alone; by command line."""

import dataclasses
from typing import Any

import httpx
import pytest

from meldpunt.client import DraftReport, UnreachableError
from meldpunt.client.reporter import Reporter
from tests.cli.command_line import REPORT, CommandLine, Secret, person_at_terminal
from tests.cli.conftest import Office
from tests.cli.program import Person

SUMMARY = "Invoices were paid twice in March; the one who signs is involved."
OWN = "In my own words: somebody pays twice."


@pytest.fixture
def other(cli: CommandLine) -> CommandLine:
    """Give the command line of another line."""
    cli.open_line("ann", "bob")
    folder = cli.folder / "other"
    folder.mkdir()
    return dataclasses.replace(cli, folder=folder, address="").open_line("eve", "zoe")


def suggest(cli: CommandLine, other: CommandLine) -> dict[str, Any]:
    options = ("--to", other.address, cli.entry("ann"), "-")
    return cli.json("handler", "refer", *cli.key("ann"), *options, text=SUMMARY)


def options(cli: CommandLine, code: str, *more: str) -> tuple[str | Secret, ...]:
    return "report", "refer", cli.address, "--receipt-fd", Secret(code), *more


@pytest.fixture
def code(cli: CommandLine, other: CommandLine) -> str:
    """Give the code of a report in which another line was suggested."""
    receipt = cli.report("--reader", "ann", "--reader", "bob")
    suggest(cli, other)
    return receipt


def test_the_reporter_reads_the_suggestion_and_nothing_has_gone_there(
    cli: CommandLine, other: CommandLine, code: str
) -> None:
    shown = cli.ok("report", "read", cli.address, "--receipt-fd", Secret(code))
    assert f"SUGGESTS ANOTHER LINE: {other.address.partition('#')[0]}" in shown
    assert f"| {SUMMARY}" in shown
    assert "meldpunt report refer" in shown
    assert other.json("handler", "inbox", *other.key("eve"))["entries"] == []
    looked = cli.ok(*options(cli, code, "--look"))
    assert "Meldpunt integriteit" in looked
    assert "eve (adviser)" in looked
    assert f"| {SUMMARY}" in looked
    assert other.json("handler", "inbox", *other.key("eve"))["entries"] == []


def test_reading_a_suggestion_opens_no_connection_to_the_other_line(
    cli: CommandLine, other: CommandLine, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A handler who writes an address of theirs must not learn from where the reporter reads."""
    asked: list[str] = []
    send = httpx.AsyncClient.send

    async def watched(self: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return await send(self, request, stream=True)

    monkeypatch.setattr(httpx.AsyncClient, "send", lambda self, r, **_: watched(self, r))
    cli.ok("report", "read", cli.address, "--receipt-fd", Secret(code))
    cli.ok("handler", "read", *cli.key("ann"), cli.entry("ann"))
    line_id = other.address.rpartition("/")[2]
    assert asked
    assert all(line_id not in path for path in asked)


def test_the_summary_becomes_a_report_there_under_the_same_code(
    cli: CommandLine, other: CommandLine, code: str
) -> None:
    sent = cli.json(*options(cli, code, "--yes", "--reader", "eve", "--tell"))
    assert sent["told"] is True
    assert other.texts("eve") == [SUMMARY]
    shown = other.ok("handler", "read", *other.key("eve"), other.entry("eve"))
    assert "The reporter says to come from: Meldpunt integriteit" in shown
    told = cli.json("handler", "read", *cli.key("ann"), cli.entry("ann"))
    assert told["messages"][-1]["content"]["referral"]["done"] == other.address.rpartition("/")[2]

    other.ok("handler", "reply", *other.key("eve"), other.entry("eve"), "-", text="Thank you.")
    there = other.ok("report", "read", other.address, "--receipt-fd", Secret(code))
    assert "| Thank you." in there
    here = cli.ok("report", "read", cli.address, "--receipt-fd", Secret(code))
    assert "| Thank you." not in here


def test_a_dutch_reporter_goes_there_in_dutch(
    cli: CommandLine, other: CommandLine, code: str
) -> None:
    spoken = ("--language", "nl")
    assert "Samenvatting voor dit meldpunt:" in cli.ok(*options(cli, code, "--look", *spoken))
    sent = cli.run(*options(cli, code, "--yes", "--tell", "--reader", "eve", *spoken)).output
    for part in (
        "Dit krijgt Meldpunt integriteit. Daar staat ook bij dat het van de melder komt, via",
        "Meldpunt integriteit heeft het ontvangen op 2026-03-02.",
        "Bekijk het later met dezelfde geheime code:",
    ):
        assert part in sent
    again = cli.ok(*options(cli, code, "--yes", *spoken))
    assert "er is niets opnieuw verstuurd" in again
    unsuggested = cli.report()
    assert "heeft niemand een ander meldpunt" in cli.run(*options(cli, unsuggested, *spoken)).output


def test_the_same_code_cannot_make_it_twice(
    cli: CommandLine, other: CommandLine, code: str
) -> None:
    cli.json(*options(cli, code, "--yes", "--reader", "eve"))
    again = cli.json(*options(cli, code, "--yes", "--reader", "zoe"))
    assert again["already"] is True
    assert len(other.json("handler", "inbox", *other.key("eve"))["entries"]) == 1
    assert other.json("handler", "inbox", *other.key("zoe"))["entries"] == []


def test_a_lost_answer_and_another_try_make_one_report(
    cli: CommandLine, other: CommandLine, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = Reporter.send

    async def lose(self: Reporter, submission: DraftReport) -> None:
        await send(self, submission)
        raise UnreachableError

    with monkeypatch.context() as patched:
        patched.setattr(Reporter, "send", lose)
        assert cli.refused(*options(cli, code, "--yes", "--reader", "eve")) == "unreachable"
    assert cli.json(*options(cli, code, "--yes", "--reader", "eve"))["already"] is True
    assert len(other.json("handler", "inbox", *other.key("eve"))["entries"]) == 1


def test_without_a_yes_nothing_is_sent(cli: CommandLine, other: CommandLine, code: str) -> None:
    result = cli.run(*options(cli, code))
    assert result.exit_code == 2
    assert f"| {SUMMARY}" in result.stderr
    assert "read by: " in result.stderr
    assert other.json("handler", "inbox", *other.key("eve"))["entries"] == []
    assert other.json("handler", "inbox", *other.key("zoe"))["entries"] == []
    assert len(cli.texts("ann")) == 2  # the report and the suggestion: nobody is told


def test_the_words_can_be_the_reporters_own(
    cli: CommandLine, other: CommandLine, code: str
) -> None:
    words = cli.file("own.txt", OWN)
    cli.json(*options(cli, code, "--yes", "--leave-out", "zoe", str(words)))
    assert other.texts("eve") == [OWN]
    assert cli.texts("ann")[-1] != OWN


def test_a_new_code_opens_the_new_report_alone(
    cli: CommandLine, other: CommandLine, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with person_at_terminal(monkeypatch) as person:
        cli.ok(*options(cli, code, "--yes", "--new-code", "--no-tell", "--reader", "eve"))
    new = person.shown[-1]
    assert new != code
    assert cli.refused("report", "status", other.address, "--receipt-fd", Secret(code))
    cli.ok("report", "status", other.address, "--receipt-fd", Secret(new))


def test_a_code_that_a_handler_knows_is_not_used_twice(
    cli: CommandLine, other: CommandLine
) -> None:
    written = cli.ok(
        *("handler", "oral", *cli.key("ann"), "--show-receipt", "--no-confirm"),
        *("--reader", "ann", "--json", "-"),
        text=REPORT,
    )
    given = written.split('"receipt": "')[1][:24]
    suggest(cli, other)
    assert cli.refused(*options(cli, given, "--yes")) == "known-code"
    assert other.json("handler", "inbox", *other.key("eve"))["entries"] == []


def test_without_a_suggestion_there_is_nothing_to_refer_to(
    cli: CommandLine, other: CommandLine
) -> None:
    receipt = cli.report("--reader", "ann")
    assert cli.refused(*options(cli, receipt, "--yes")) == "no-referral"


def test_ones_own_line_is_not_suggested(cli: CommandLine) -> None:
    cli.open_line("ann", "bob")
    cli.report("--reader", "ann")
    ask = ("handler", "refer", *cli.key("ann"), "--to", cli.address, cli.entry("ann"), "-")
    result = cli.run(*ask, text=SUMMARY)
    assert result.exit_code == 2
    assert cli.texts("ann") == [REPORT]


def test_at_a_terminal_it_is_asked_before_each_step(office: Office, other_office: Office) -> None:
    receipt = office.submit("A report that belongs elsewhere.", 0)
    [entry] = office.new_entries(0)
    refer = ("handler", "refer", "--key-file", "0.key", "--to", other_office.address)
    office.program.keys(*refer, entry, "-", text=SUMMARY)
    other_office.new_entries(0)

    def begin(person: Person) -> None:
        person.sees("Receipt code: ")
        person.types(receipt)
        assert f"| {SUMMARY}" in person.sees("Send this to Meldpunt integriteit? [y/N] ")

    ask = ("report", "refer", office.address, "--reader", other_office.ids[0])
    with office.program.at_terminal(*ask) as person:
        begin(person)
        person.types("")
        assert person.ends() == 1
    assert other_office.new_entries(0) == []
    with office.program.at_terminal(*ask) as person:
        begin(person)
        person.types("y")
        person.sees("Tell the line that suggested it that you did? [y/N] ")
        person.types("n")
        person.sees("the same receipt code")
        assert person.ends() == 0
    assert len(other_office.new_entries(0)) == 1
    read = office.program.keys("handler", "read", "--key-file", "0.key", entry)
    assert len(read["messages"]) == 2  # the report and the suggestion


def test_one_of_several_suggestions_is_chosen(
    cli: CommandLine, other: CommandLine, code: str
) -> None:
    assert cli.refused(*options(cli, code, "--yes", "--to", cli.address)) == "no-referral"
    cli.json(*options(cli, code, "--yes", "--to", other.address, "--reader", "eve"))
    assert other.texts("eve") == [SUMMARY]
