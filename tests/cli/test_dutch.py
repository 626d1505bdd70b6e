"""What a reporter reads in Dutch: all of it, and the same as in English."""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import pytest

from meldpunt.cli.speech import dutch, line_speech, look_words, report_words, said, spoken
from meldpunt.cli.speech.dutch_errors import PROBLEMS
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.explanation import explain
from meldpunt.client import NoticeKind, ProblemError
from meldpunt.wire.problems import ProblemType
from tests.cli.asking_line import open_asking_line
from tests.cli.command_line import CommandLine, Secret, person_at_terminal

CLI: Final = Path(words.__file__).parents[1]
OF_HANDLERS: Final = {
    NoticeKind.OLD_BOX_KEY,
    NoticeKind.NO_BOX_KEY,
    NoticeKind.UNKNOWN_BOX_KEY,
}
"""Notices that no reporter gets."""
SAME: Final = {"alarm", "read_them", "come_back_in"}
"""Sentences that are a command or a loan word."""
ENGLISH: Final = re.compile(
    r"\b(the|your|this|received|Note|State|readers|from|yet|message|Your|The|it|done|due)\b"
)


def gaps(text: str) -> list[str]:
    """Return what is filled into a sentence."""
    return sorted(re.findall(r"\{(\w+)", text))


def test_every_word_for_reporters_exists_in_dutch() -> None:
    assert set(dutch.STATES) == set(words.STATES)
    assert set(dutch.TAGS) == set(words.TAGS)
    assert set(dutch.ACCESS) == set(words.ACCESS)
    assert set(dutch.REASONS) == set(words.REASONS)
    assert set(dutch.ALARMS) == set(words.ALARMS)
    assert set(words.NOTICES) - set(dutch.NOTICES) == OF_HANDLERS
    for kind, text in dutch.ACCESS.items():
        assert gaps(text) == gaps(words.ACCESS[kind])
    faults = {kind for kind in ProblemType if kind.status >= 500}
    assert faults <= set(PROBLEMS)


def test_what_a_host_refuses_is_told_in_dutch_by_its_cause() -> None:
    spoken.speak("nl")
    told = {kind: explain(ProblemError(kind))[1] for kind in ProblemType}
    assert "uitnodiging is onbekend of al gebruikt" in told[ProblemType.INVITE_INVALID]
    assert "niet helemaal, aangekomen" in told[ProblemType.ATTACHMENT_UNAVAILABLE]
    for kind, text in told.items():
        dutch_only(text)
        assert "niets dubbel" not in text, f"{kind}: only a message that is kept is sent once"


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (said, "said"),
        (report_words, "report_words"),
        (look_words, "look_words"),
        (line_speech, "line_speech"),
    ],
)
def test_both_languages_fill_the_same_into_their_sentences(module: Any, name: str) -> None:  # noqa: ANN401 (a module)
    speak = getattr(module, name)
    spoken.speak("nl-simple")
    found = speak()
    spoken.speak("de")
    english = speak()
    assert english is module.ENGLISH
    for field in fields(english):
        ours, theirs = getattr(english, field.name), getattr(found, field.name)
        if isinstance(ours, str):
            assert gaps(ours) == gaps(theirs), field.name
        elif isinstance(ours, tuple):
            assert set(gaps("".join(ours))) == set(gaps("".join(theirs))), field.name
        elif field.name != "doing":
            assert ours.keys() == theirs.keys(), field.name
        assert ours != theirs or field.name in SAME, field.name


def steps(path: Path) -> Iterator[str]:
    """Give the names of slow work in a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("session.run", "seal"):
            arguments = (each.value for each in node.args if isinstance(each, ast.Constant))
            yield from (text for text in arguments if isinstance(text, str))


def test_every_step_of_slow_work_of_reporters_has_a_dutch_name() -> None:
    spoken.speak("nl")
    known = said.said().doing
    paths = [*(CLI / "report").rglob("*.py"), *(CLI / "attachments").rglob("*.py")]
    paths += [CLI / "terminal" / "receipt_code.py", CLI / "line" / "guide.py"]
    found = {step for path in paths for step in steps(path)}
    assert len(found) > 10
    assert found - known.keys() == set()


def dutch_only(text: str) -> str:
    """Check that no English is in what was shown, besides commands and names."""
    plain = re.sub(r"meldpunt [a-z -]+|https?://\S+|\S+@\S+", "", text)
    assert ENGLISH.findall(plain) == [], plain
    return text


def test_after_a_dutch_interview_everything_is_in_dutch(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_MESSAGES", "C.UTF-8")  # the line decides: its first language is Dutch
    asking = open_asking_line(cli)
    answers = ["3", "1", "Ik slaap slecht.\n.", "", "", "ja"]
    with person_at_terminal(monkeypatch, answers=answers) as person:
        sent = asking.run("report", "send", asking.address)
    assert sent.exit_code == 0, sent.output
    dutch_only(sent.output)
    assert "--language" not in sent.output, "nothing is needed to come back in Dutch"
    mine = (asking.address, "--receipt-fd", Secret(person.shown[-1]))
    handler = (*asking.key("cas"), asking.entry("cas"), "-")
    asking.ok("handler", "acknowledge", *handler, text="Wij hebben dit gelezen.")
    status = dutch_only(asking.ok("report", "status", *mine))
    assert "Stand:      er is een eerste reactie" in status
    assert "Eigen berichten die aankwamen: 1" in status
    read = dutch_only(asking.ok("report", "read", *mine))
    assert "--- eerste reactie van cas" in read
    assert "(Zelf geschreven." in read
    reply = asking.run("report", "reply", *mine, "-", text="Dank.")
    assert "Aangekomen op" in reply.stdout
    dutch_only(reply.output)
    dutch_only(asking.ok("report", "check-in", *mine, "not-good"))
    dutch_only(asking.ok("report", "withdraw", *mine))


def test_a_language_may_be_chosen_and_a_system_has_one(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = open_asking_line(cli)
    mine = (asking.address, "--receipt-fd", Secret(asking.report("--reader", "ann")))
    assert "State:     received" in asking.ok("report", "status", *mine)
    assert "Stand:      ontvangen" in asking.ok(
        "report", "status", *mine, "--language", "nl-simple"
    )
    monkeypatch.setenv("LC_MESSAGES", "nl_NL.UTF-8")
    assert "Stand:      ontvangen" in asking.ok("report", "status", *mine)
    assert "State:     received" in asking.ok("report", "status", *mine, "--language", "en")
    wrong = asking.run("report", "status", asking.address, "--receipt-fd", Secret("X" * 20))
    assert "typefout in deze geheime code" in wrong.stderr
    empty = asking.run("report", "reply", *mine, "-", text=" ")
    assert "De tekst is leeg" in dutch_only(empty.stderr.replace("Error:", ""))
    told = asking.run("report", "status", asking.address, "--receipt-fd", Secret("X"), "--json")
    assert "20 tekens" in json.loads(told.stderr)["message"]
    handler = asking.ok("handler", "read", *asking.key("ann"), asking.entry("ann"))
    assert "State:     received" in handler, "the desk speaks English"


def test_an_interview_in_another_language_says_how_to_come_back_in_it(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_MESSAGES", "C.UTF-8")
    asking = open_asking_line(cli)
    answers = ["/en", "3", "", "I do not sleep.\n.", "", "", "yes"]
    with person_at_terminal(monkeypatch, answers=answers):
        sent = asking.run("report", "send", asking.address)
    assert sent.exit_code == 0, sent.output
    assert f"meldpunt report status {asking.address} --language en" in sent.stdout
