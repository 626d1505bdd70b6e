"""An inbox puts first who is not safe, and shows what nobody has answered."""

from typing import Any

import httpx
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


def test_a_host_sees_the_same_requests_whatever_a_reporter_says(
    asking: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = code(send_answers(asking, answers_file(asking)))
    send = httpx.AsyncClient.send
    seen: list[tuple[str, str]] = []

    def noted(client: httpx.AsyncClient, request: httpx.Request, **options: Any) -> Any:  # noqa: ANN401
        # A message is sent under its own name.
        sent = request.method == "PUT"
        seen.append((request.method, "" if sent else request.url.path))
        return send(client, request, **options)

    monkeypatch.setattr(httpx.AsyncClient, "send", noted)

    def asked(*command: str) -> list[tuple[str, str]]:
        seen.clear()
        asking.ok("report", *command, *receipt)
        return seen.copy()

    worse_off, well = (
        asked("check-in", asking.address, said) for said in ("disadvantaged", "good")
    )
    assert ("PUT", "") in worse_off
    assert worse_off == well
    given, taken_back = (asked("story", asking.address, said) for said in ("--give", "--withdraw"))
    assert given == taken_back
