"""`meldpunt report send` asks the line's form, and `handler read` shows the answers whole."""

import asyncio
import json
from typing import Any

import pytest

from meldpunt.client import LineAddress, Reporter, Transport
from openapi.generator.text_scene import said
from tests.cli.asking_line import (
    FORM,
    answers_file,
    changed_plan,
    code,
    open_asking_line,
    publish,
    send_answers,
    texts,
)
from tests.cli.command_line import CommandLine, person_at_terminal


@pytest.fixture
def asking(cli: CommandLine) -> CommandLine:
    return open_asking_line(cli)


def read(cli: CommandLine, name: str) -> str:
    return cli.ok("handler", "read", *cli.key(name), cli.entry(name))


def read_form(cli: CommandLine, name: str) -> dict[str, Any]:
    """Return what a handler's program makes of the answers of the one report."""
    message = cli.json("handler", "read", *cli.key(name), cli.entry(name))["messages"][0]
    return {**message["form"], "content": message["content"]}


def interview(cli: CommandLine, patch: pytest.MonkeyPatch, *answers: str) -> tuple[str, str]:
    """Answer at the terminal; return what was shown there, and the program's own output."""
    with person_at_terminal(patch, answers=answers) as person:
        told = cli.run("report", "send", cli.address)
    assert told.exit_code == 0, told.output
    return "".join(person.pages).replace("\r\n", "\n"), told.stdout


def test_a_person_is_asked_and_the_handler_reads_it_whole(
    asking: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, closing = interview(
        asking, monkeypatch,
        "1",  # to report
        "2",  # not safe
        "Hij sloeg mij.\nIk twijfel.\n.",
        "2", "/terug", "1 2",  # from the manager; no, from both
        "geen dag", "2026-05-01",  # not before
        "/en", "/nl",  # another language, and back
        "Bo.\n.", "2",  # bo must not read it
        "",  # no files
        "",  # the lot
        "ja",
    )  # fmt: skip
    first, _, rest = shown.partition("Ben je nu veilig?")
    assert "Twee mensen lezen dit." in first
    assert "Wij bewaren dit twee maanden." in first
    assert rest.index("Bel 112.") < rest.index("Alarmnummer: 112") < rest.index("Vertel wat")
    assert "Who must not read this?" in rest
    assert "Dat is geen dag." in rest
    assert "De geheime code, maar één keer te zien:" in rest
    assert "Typ de code over" in rest
    assert "receipt code" not in rest + closing
    assert "De melding is ontvangen op" in closing
    assert "Kom terug met de geheime code: meldpunt report status http" in closing
    told = read(asking, "ann")
    assert "| Hij sloeg mij." in told
    assert "| Ik twijfel." in told
    assert "Van wie kwam het? Collega; Leiding" in told
    assert "URGENT" in told
    assert "NOT BEFORE 2026-05-01" in told
    assert "says the reporter: Bo." in told
    assert "left out by the reporter, keep it from: bo" in told
    assert asking.json("handler", "inbox", *asking.key("bo"))["entries"] == []
    assert read_form(asking, "ann")["fitsForm"] is True


def test_a_story_is_told_on_only_with_a_consent_asked_apart(
    asking: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, _ = interview(asking, monkeypatch, "2", "", "Het ging goed.\n.", "", "ja", "1", "ja")
    assert "zonder namen" in shown
    content = read_form(asking, "ann")["content"]
    assert content["kind"] == "tale"
    assert content["story"] == "given"
    assert "the story may be told on" in read(asking, "ann")


def test_a_request_for_support_reaches_aftercare_alone(
    asking: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, _ = interview(asking, monkeypatch, "3", "", "Ik slaap slecht.\n.", "", "", "ja")
    assert "cas (adviser)" in shown.partition("Deze mensen kunnen dit lezen")[2]
    assert "ann" not in shown
    for name in ("ann", "bo"):
        assert asking.json("handler", "inbox", *asking.key(name))["entries"] == []
    assert "Ik slaap slecht." in read(asking, "cas")
    refused = asking.run(
        *("report", "send", asking.address, "--answers", answers_file(asking, kind="support")),
        *("--reader", "ann", "--show-receipt", "--no-confirm", "--json"),
    )
    assert json.loads(refused.stderr)["error"] == "reader-not-allowed"


def test_what_is_required_is_asked_again_and_nothing_leaves_before(
    asking: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = ["3", "", "", "Ik slaap slecht.\n.", "/terug", "-", "/stop"]
    with person_at_terminal(monkeypatch, answers=answers) as person:
        told = asking.run("report", "send", asking.address)
    assert told.exit_code == 1
    at_once = "Zonder antwoord op deze vraag kan dit niet verstuurd worden: de lezers weten"
    assert [at_once in page for page in person.pages] == [
        *(False, False, False, True, False, False, True, *[False] * (len(person.pages) - 7)),
    ], "after the question that was skipped, and after the answer that was taken away"
    assert "Gestopt. Er is niets verstuurd." in told.stderr
    assert asking.json("handler", "inbox", *asking.key("cas"))["entries"] == []


def test_a_program_sends_answers_and_each_fault_is_named(asking: CommandLine) -> None:
    def fault(name: str, answer: object, kind: str = "report") -> str:
        path = answers_file(asking, {name: answer}, kind)
        done = asking.run("report", "send", asking.address, "--answers", path)
        assert done.exit_code == 1
        return done.output

    assert "answer to safe is none" in fault("safe", "perhaps")
    assert "in the order of the form" in fault("from", ["boss", "peer"])
    assert "a day such as" in fault("wait", "1 May")
    assert "1 of the answers are to questions" in fault("secretQuestion", "x")
    assert "secretQuestion" not in fault("secretQuestion", "x")
    assert "requires an answer to: story" in fault("story", "")
    assert "no such kind" in fault("safe", "yes", "other")
    path = answers_file(asking, {"safe": "yes", "wait": "2026-05-01"})
    receipt = send_answers(asking, path, "--leave-out", "bo")
    found = read_form(asking, "ann")
    # the date belongs to a branch that was not taken, so it was dropped
    assert [each["question"] for each in found["answers"]] == ["safe", "story"]
    assert asking.json("report", "status", asking.address, *code(receipt))["state"] == "received"


def test_answers_may_be_yaml_and_a_bomb_is_none(asking: CommandLine) -> None:
    written = """\
kind: report
answers:
  safe: no
  story: |
    De facturen van maart.
    Twee keer.
  from: [peer, boss]
  wait: 2026-05-01
"""
    send_answers(asking, asking.file("answers.yaml", written), "--reader", "ann")
    told = read(asking, "ann")
    assert "| Twee keer." in told
    assert "NOT BEFORE 2026-05-01" in told
    for bad in ("a: &a [x]\nb: *a\n", "kind: report\nanswers:\n\tsafe: no\n", "- kind\n"):
        path = asking.file("bad.yaml", bad)
        done = asking.run("report", "send", asking.address, "--answers", path)
        assert done.exit_code in (1, 2)
        assert "bad.yaml:" in done.output


def test_a_report_keeps_the_form_that_it_was_made_under(asking: CommandLine) -> None:
    send_answers(asking, answers_file(asking, {"safe": "no"}), "--reader", "ann")
    other = {**FORM, "questions": [q for q in FORM["questions"] if q["id"] == "story"]}
    other["questions"][0] = {**other["questions"][0], "label": said("Anders", "Otherwise")}
    publish(asking, changed_plan(asking, texts=texts(form=other)))
    told = read(asking, "ann")
    assert "Ben je nu veilig? Nee" in told
    assert "URGENT" in told


def test_answers_that_fit_no_form_are_shown_raw_and_hide_nothing(asking: CommandLine) -> None:
    """Somebody else's client seals what it likes: another form, no form, or no passages at all."""
    line = asking.json("line", "show", asking.address)["document"]
    safe = [{"question": "safe", "value": "maybe"}]
    contents = (
        {"kind": "report", "form": line["form"], "answers": safe},
        {"kind": "report", "form": line["guide"], "answers": safe},
        {"kind": "report", "form": "A" * 43, "answers": safe},
        {"kind": "report", "answers": safe},
        {"kind": "\u202e", "form": line["form"], "answers": [{"question": "\u001b[2J"}]},
    )
    for content in contents:
        seal_and_send(asking, content)
    found = asking.json("handler", "inbox", *asking.key("ann"))["entries"]
    told = [asking.ok("handler", "read", *asking.key("ann"), each["entry"]) for each in found]
    assert len(told) == len(contents)
    assert all("| Hello." in each for each in told)
    assert sum("safe: maybe" in each for each in told) == len(contents) - 1
    assert not any("URGENT" in each for each in told)
    assert not any("\u001b" in each or "\u202e" in each for each in told)


def seal_and_send(cli: CommandLine, content: dict[str, Any]) -> None:
    """Send a report to ann with any content, as a client of somebody else could."""

    async def run() -> None:
        address = LineAddress.parse(cli.address)
        transport = Transport(address.origin)
        reporter = Reporter(transport, address.line_id, today=cli.clock.today)
        line = await reporter.line()
        ann = next(h.id for h in line.document.handlers if h.name == "ann")
        made = await reporter.prepare(line, "Hello.", language="nl", readers=[ann], content=content)
        await reporter.send(made)
        await transport.aclose()

    asyncio.run(run())
