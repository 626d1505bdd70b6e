"""An inbox puts first who is not safe, and shows what nobody has answered."""

import pytest

from tests.cli.asking_line import answers_file, code, open_asking_line, send_answers
from tests.cli.command_line import CommandLine


@pytest.fixture
def asking(cli: CommandLine) -> CommandLine:
    return open_asking_line(cli)


def inbox(cli: CommandLine, *options: str) -> list[tuple[str, bool]]:
    """Return the reports of ann's inbox, and whether each is urgent, as people and programs see."""
    found = cli.json("handler", "inbox", *cli.key("ann"), *options)["entries"]
    listed = [(each["entry"], each.get("urgent", False)) for each in found]
    told = cli.ok("handler", "inbox", *cli.key("ann"), *options).splitlines()[1:]
    assert [(line.split()[0], line.endswith("URGENT")) for line in told] == listed
    return listed


def test_who_is_not_safe_comes_first_until_somebody_answers(asking: CommandLine) -> None:
    calm = send_answers(asking, answers_file(asking, {"safe": "yes"}))
    [(old, _)] = inbox(asking)
    asking.clock.pass_days(1)
    send_answers(asking, answers_file(asking, {"safe": "no"}))
    (unsafe, is_urgent), second = inbox(asking)
    assert is_urgent
    assert unsafe != old
    assert second == (old, False)
    for entry in (unsafe, old):
        asking.ok("handler", "acknowledge", *asking.key("ann"), entry, "-", text="Dank.")
    assert [urgent for _, urgent in inbox(asking)] == [False, False]
    assert inbox(asking, "--unanswered") == []
    asking.ok("report", "check-in", asking.address, "disadvantaged", *code(calm))
    assert inbox(asking)[0] == (old, True)
    assert inbox(asking, "--unanswered") == [(old, True)]
