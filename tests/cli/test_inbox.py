"""An inbox on the screen: what is due first, as far as somebody wants to see, and how far it is."""

import re
import subprocess
from typing import Any, Final

import pytest

from meldpunt.protocol.verify.encoding import decode_base64url
from meldpunt.server.store.inbox import ListedEntry, list_entries
from meldpunt.server.usecases.reports import inbox_page
from tests.cli.command_line import CommandLine
from tests.cli.conftest import Office, RunningHost, open_office
from tests.cli.program import PASSPHRASE


def entries(cli: CommandLine, *options: str) -> list[str]:
    """Return the names that a list shows, and check that programs get the same."""
    told = cli.ok("handler", "inbox", *cli.key("ann"), *options).splitlines()
    shown = [line.split()[0] for line in told[1:]]
    listed = cli.json("handler", "inbox", *cli.key("ann"), *options)["entries"]
    assert [entry["entry"] for entry in listed] == shown
    assert told[0].startswith("entry" if shown else "Nothing here.")
    return shown


def says(cli: CommandLine, what: str, entry: str) -> None:
    cli.ok("handler", what, *cli.key("ann"), entry, "-", text="So be it.")


@pytest.fixture
def cli_with_four_reports(cli: CommandLine) -> tuple[CommandLine, list[str]]:
    """Give a handler an overdue, a new, an acknowledged and a closed report."""
    cli.open_line("ann")
    found: list[str] = []
    for days in (0, 1, 1, 6):
        cli.clock.pass_days(days)
        cli.report()
        found += [name for name in entries(cli) if name not in found]
    closed, acknowledged, overdue, new = found
    for what in ("acknowledge", "feedback", "close"):
        says(cli, what, closed)
    says(cli, "acknowledge", acknowledged)
    cli.clock.pass_days(2)
    return cli, [overdue, new, acknowledged, closed]


def test_what_is_due_comes_first_and_what_is_closed_last(
    cli_with_four_reports: tuple[CommandLine, list[str]],
) -> None:
    cli, names = cli_with_four_reports
    assert entries(cli) == names


def test_a_limit_a_state_and_what_is_overdue(
    cli_with_four_reports: tuple[CommandLine, list[str]],
) -> None:
    cli, (overdue, new, acknowledged, closed) = cli_with_four_reports
    assert entries(cli, "--limit", "1") == [overdue]
    assert entries(cli, "--limit", "3") == [overdue, new, acknowledged]
    assert entries(cli, "--limit", "9") == [overdue, new, acknowledged, closed]
    assert entries(cli, "--state", "closed", "--limit", "1") == [closed]
    assert entries(cli, "--state", "received") == [overdue, new]
    assert entries(cli, "--overdue") == [overdue]
    assert entries(cli, "--overdue", "--state", "acknowledged") == []
    assert entries(cli, "--state", "withdrawn") == []


def test_a_part_of_the_inbox_calls_nothing_missing(
    cli_with_four_reports: tuple[CommandLine, list[str]],
) -> None:
    cli, (_, _, _, closed) = cli_with_four_reports
    cli.ok("handler", "read", *cli.key("ann"), closed)
    for options in (("--limit", "1"), ("--state", "received"), ("--overdue",)):
        shown = cli.json("handler", "inbox", *cli.key("ann"), *options)
        assert shown["missing"] == []
    cli.lose_reports()
    assert closed in cli.json("handler", "inbox", *cli.key("ann"))["missing"]


def test_a_report_in_no_list_that_the_host_gives_when_asked_is_shown(
    cli_with_four_reports: tuple[CommandLine, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So looks one that changed its state between two lists."""
    cli, names = cli_with_four_reports
    cli.ok("handler", "read", *cli.key("ann"), names[0])

    def without(*args: Any, **options: Any) -> list[ListedEntry]:  # noqa: ANN401 (as the real one)
        found = list_entries(*args, **options)
        return [row for row in found if row.entry != decode_base64url(names[0])]

    monkeypatch.setattr(inbox_page, "list_entries", without)
    assert sorted(entries(cli)) == sorted(names)
    assert cli.json("handler", "inbox", *cli.key("ann"))["missing"] == []


@pytest.fixture(scope="module")
def own_office(running_host: RunningHost, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Give an office in whose inboxes no other test looks."""
    return open_office(running_host, tmp_path_factory.mktemp("inboxes"))


ROTATE: Final = ("handler", "rotate", "--key-file", "2.key")
BAR: Final = "Moving reports to the newest key"


def test_a_bar_is_on_the_terminal_and_the_result_where_it_goes(own_office: Office) -> None:
    own_office.submit("For the bar.", 1, 2)
    with own_office.program.at_terminal(*ROTATE, stdout=subprocess.PIPE) as person:
        person.sees("Passphrase of the key file: ")
        person.types(PASSPHRASE)
        assert person.ends() == 0
        assert person.process.stdout is not None
        told = person.process.stdout.read().decode()
    assert BAR in person.screen
    assert re.search(r"(\d+)/\1", person.screen)
    assert told == "Messages moved to the newest key: 0. Keys destroyed: 0.\n"


def test_rows_go_to_standard_output_while_somebody_watches(own_office: Office) -> None:
    own_office.submit("For the rows.", 1, 2)
    listing = ("handler", "inbox", "--key-file", "2.key")
    with own_office.program.at_terminal(*listing, stdout=subprocess.PIPE) as person:
        person.sees("Passphrase of the key file: ")
        person.types(PASSPHRASE)
        assert person.ends() == 0
        assert person.process.stdout is not None
        told = person.process.stdout.read().decode().splitlines()
    assert told[0].startswith("entry ")
    assert {len(row.split()[0]) for row in told[1:]} == {22}
    assert "entry " not in person.screen
    assert "Fetching the inbox" in person.screen


def test_no_bar_for_a_program_or_without_a_terminal(own_office: Office) -> None:
    with own_office.program.at_terminal(*ROTATE, "--json") as person:
        person.sees("Passphrase of the key file: ")
        person.types(PASSPHRASE)
        assert person.ends() == 0
    assert BAR not in person.screen
    assert '"rewrapped"' in person.screen
    done = own_office.program.run(*ROTATE, "--passphrase-fd", "{fd}", secret=PASSPHRASE)
    assert (done.code, done.err) == (0, "")
