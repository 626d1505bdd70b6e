"""`meldpunt line overdue`: an office sees that its handlers are late, and no report."""

from tests.cli.asking_line import answers_file, open_asking_line, send_answers
from tests.cli.command_line import REPORT, CommandLine


def test_the_office_sees_how_late_its_handlers_are(cli: CommandLine) -> None:
    open_asking_line(cli)
    for _ in range(2):
        send_answers(cli, answers_file(cli))
    key = cli.key("line")
    assert "nothing is overdue" in cli.ok("line", "overdue", *key)
    cli.clock.pass_days(5)
    send_answers(cli, answers_file(cli))
    told = cli.ok("line", "overdue", *cli.key("line"))
    assert told.splitlines()[1:] == [
        "     2 reports  acknowledge due on 2026-03-04: OVERDUE by 3 days",
        "Handlers find theirs with: meldpunt handler inbox --overdue, or --unanswered",
    ]
    whole = cli.json("line", "overdue", *cli.key("line"), "--all")
    assert [(c["name"], c["reports"]) for c in whole["clocks"]] == [
        ("acknowledge", 2),
        ("acknowledge", 1),
        ("feedback", 2),
        ("feedback", 1),
    ]
    assert REPORT not in told
    entry = cli.json("handler", "inbox", *cli.key("ann"), "--overdue")["entries"][0]["entry"]
    cli.ok("handler", "acknowledge", *cli.key("ann"), entry, "-", text="Dank.")
    assert "1 report   acknowledge due on 2026-03-04: OVERDUE" in cli.ok(
        "line", "overdue", *cli.key("line")
    )
    assert cli.refused("line", "overdue", *cli.key("ann")) != ""
