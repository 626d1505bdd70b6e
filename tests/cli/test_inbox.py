"""An inbox on the screen: what is due first, as far as somebody wants to see, and how far it is."""

import re
import subprocess
from typing import Any, Final

import pytest

from meldpunt.protocol.verify.encoding import decode_base64url
from meldpunt.server.store.inboxes import EntryRow, list_entries
from meldpunt.server.usecases.reports import handler
from tests.cli.conftest import Office, RunningHost, open_office
from tests.cli.desk import Desk
from tests.cli.program import PASSPHRASE


def entries(desk: Desk, *options: str) -> list[str]:
    """Return the names that a list shows, and check that programs get the same."""
    told = desk.ok("handler", "inbox", *desk.key("ann"), *options).splitlines()
    shown = [line.split()[0] for line in told[1:]]
    listed = desk.json("handler", "inbox", *desk.key("ann"), *options)["entries"]
    assert [entry["entry"] for entry in listed] == shown
    assert told[0].startswith("entry" if shown else "Nothing here.")
    return shown


def says(desk: Desk, what: str, entry: str) -> None:
    desk.ok("handler", what, *desk.key("ann"), entry, "-", text="So be it.")


@pytest.fixture
def desk_of_four(desk: Desk) -> tuple[Desk, list[str]]:
    """Give a handler's desk with an overdue, a new, an acknowledged and a closed report."""
    desk.open_line("ann")
    found: list[str] = []
    for days in (0, 1, 1, 6):
        desk.clock.pass_days(days)
        desk.report()
        found += [name for name in entries(desk) if name not in found]
    closed, acknowledged, overdue, new = found
    for what in ("acknowledge", "feedback", "close"):
        says(desk, what, closed)
    says(desk, "acknowledge", acknowledged)
    desk.clock.pass_days(2)
    return desk, [overdue, new, acknowledged, closed]


def test_what_is_due_comes_first_and_what_is_closed_last(
    desk_of_four: tuple[Desk, list[str]],
) -> None:
    desk, names = desk_of_four
    assert entries(desk) == names


def test_a_limit_a_state_and_what_is_overdue(desk_of_four: tuple[Desk, list[str]]) -> None:
    desk, (overdue, new, acknowledged, closed) = desk_of_four
    assert entries(desk, "--limit", "1") == [overdue]
    assert entries(desk, "--limit", "3") == [overdue, new, acknowledged]
    assert entries(desk, "--limit", "9") == [overdue, new, acknowledged, closed]
    assert entries(desk, "--state", "closed", "--limit", "1") == [closed]
    assert entries(desk, "--state", "received") == [overdue, new]
    assert entries(desk, "--overdue") == [overdue]
    assert entries(desk, "--overdue", "--state", "acknowledged") == []
    assert entries(desk, "--state", "withdrawn") == []


def test_a_part_of_the_inbox_calls_nothing_missing(desk_of_four: tuple[Desk, list[str]]) -> None:
    desk, (_, _, _, closed) = desk_of_four
    desk.ok("handler", "read", *desk.key("ann"), closed)
    for options in (("--limit", "1"), ("--state", "received"), ("--overdue",)):
        shown = desk.json("handler", "inbox", *desk.key("ann"), *options)
        assert shown["missing"] == []
    desk.lose_reports()
    assert closed in desk.json("handler", "inbox", *desk.key("ann"))["missing"]


def test_a_report_in_no_list_that_the_host_gives_when_asked_is_shown(
    desk_of_four: tuple[Desk, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So looks one that changed its state between two lists."""
    desk, names = desk_of_four
    desk.ok("handler", "read", *desk.key("ann"), names[0])

    def without(*args: Any, **options: Any) -> list[EntryRow]:  # noqa: ANN401 (as the real one)
        found = list_entries(*args, **options)
        return [row for row in found if row.entry != decode_base64url(names[0])]

    monkeypatch.setattr(handler, "list_entries", without)
    assert sorted(entries(desk)) == sorted(names)
    assert desk.json("handler", "inbox", *desk.key("ann"))["missing"] == []


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
