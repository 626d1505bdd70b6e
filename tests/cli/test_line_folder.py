"""A line's folder on the command line: written, checked, shown and published."""

import base64
import json
import re
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from meldpunt.cli import main
from meldpunt.client.line_folder.faults import LineFolderError
from meldpunt.client.line_folder.folder import check_tree, read_folder
from meldpunt.client.line_folder.preset import preset_names, read_preset
from tests.cli.conftest import NAMES, Office
from tests.cli.program import PASSPHRASE, Done
from tests.support.line_folder import LINE, rewrite, write_line_folder

PNG: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
THEME: Final = """\
light: {text: '#1a1a1a', background: '#ffffff', accent: '#1a4a9c', accentText: '#ffffff'}
logo:
  file: logo.png
  label: {nl: Ons logo, en: Our logo}
"""
HANDLERS: Final = "".join(
    f"  - {{name: {name}, function: {function}}}\n"
    for name, function in zip(NAMES, ("adviser", "contact", "decider"), strict=True)
)


def run(*arguments: str | Path) -> tuple[int, str]:
    """Run a command that needs no host; returns the exit status and all that was printed."""
    done = CliRunner().invoke(main, list(map(str, arguments)), catch_exceptions=False)
    return done.exit_code, done.output


def publish(office: Office, folder: Path) -> Done:
    """Publish a folder for the office's line."""
    return office.program.here(
        *("line", "publish", "--key-file", "line.key", "--passphrase-fd", "{fd}", str(folder)),
        secret=PASSPHRASE,
    )


@pytest.mark.parametrize("form", ["je", "u"])
@pytest.mark.parametrize("name", preset_names())
def test_a_preset_becomes_a_folder_that_says_the_same(tmp_path: Path, name: str, form: str) -> None:
    made = ("line", "create", "--preset", name, "--to", tmp_path / "ours", "--address-form", form)
    status, told = run(*made, "--language", "nl")
    assert status == 0, told
    assert "line edit" in told
    written = read_folder(tmp_path / "ours")
    meant = check_tree(read_preset(name, form), tmp_path)
    assert "[[{" not in (tmp_path / "ours" / "form.yaml").read_text(), "no placeholder"
    assert written.line.value == meant.line.value
    assert written.form.value == meant.form.value
    assert written.guide.value == meant.guide.value
    assert written.procedure.value == meant.procedure.value
    assert run(*made)[0] == 1, "nothing is written over"


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_is_shown_and_says_what_is_to_do(tmp_path: Path, name: str) -> None:
    run("line", "create", "--preset", name, "--to", tmp_path / "ours")
    status, told = run("line", "edit", tmp_path / "ours", "--language", "nl")
    assert status == 1
    assert re.search(r"line\.yaml:[0-9]+:[0-9]+: nog in te vullen: \[\[", told)
    assert "[ ] verwerkersovereenkomst met de host" in told
    assert "FORMULIER" in told
    assert "WEGWIJZER" in told


def test_a_folder_without_faults_can_be_published_and_texts_are_no_markup(tmp_path: Path) -> None:
    folder = write_line_folder(tmp_path)
    rewrite(folder, "guide.yaml", "Twijfel is", "<script>alert(1)</script> &amp; [[wat]]")
    status, told = run("line", "edit", folder, "--language", "en")
    assert status == 1
    assert "guide.yaml:10:11: still to fill in: [[wat]]" in told
    page = (folder / "preview.html").read_text()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; <mark>[[wat]]</mark>" in page
    assert "<script" not in page
    assert "Content-Security-Policy" in page
    assert re.findall(r'(?:src|href)="([^"#][^"]*)"', page) == [], "nothing is fetched"
    rewrite(folder, "guide.yaml", " [[wat]]", "")
    status, told = run("line", "edit", folder, "--json")
    assert status == 0, told
    assert json.loads(told) == {"faults": [], "warnings": [], "page": str(folder / "preview.html")}


def test_faults_are_told_in_the_language_of_the_office(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_line_folder(tmp_path, form="\tkinds: []\n")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    for locale, said in (("nl_NL.UTF-8", "hier staat een tab"), ("C.UTF-8", "a tab stands here")):
        monkeypatch.setenv("LANG", locale)
        status, told = run("line", "edit", folder)
        assert status == 1
        assert f"form.yaml:1:1: {said}" in told


def test_what_a_folder_says_is_what_the_line_promises(office: Office, tmp_path: Path) -> None:
    """Functions, check-ins, theme and further texts reach the signed document."""
    line = (
        LINE
        + f"handlers:\n{HANDLERS}checkIns: [{{startsAt: closed, term: P2W}}]\ntexts: [code.md]\n"
    )
    folder = write_line_folder(tmp_path, line=line, theme=THEME)
    (folder / "logo.png").write_bytes(PNG)
    (folder / "code.md").write_text("Be kind.\n")
    done = office.program.keys("line", "publish", "--key-file", "line.key", str(folder))
    document = done["document"]
    functions = [handler.get("function") for handler in document["handlers"]]
    assert functions == ["adviser", "contact", "decider"]
    assert document["checkIns"] == [{"startsAt": "closed", "term": "P2W"}]
    assert len(document["texts"]) == 1
    assert "theme" in document
    assert "source" not in json.dumps(document["clocks"])
    assert publish(office, Path("line")).code == 0  # tests of other files know the line as it was


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("line.yaml", "Voorbeeldorganisatie", "'[[naam]]'", "still to fill in: [[naam]]"),
        ("line.yaml", "088 555 00 00, op", "030 123 45 67, op", "'030 123 45 67' is an example"),
        ("guide.yaml", "telephone: '112'", "address: https://example.org", "is an example"),
        ("procedure.yaml", "  telephone: 088 133 10 00\n", "", "no telephone number, mail or web"),
        ("procedure.yaml", "  en: Only they can read it, and it is erased in time.\n", "", "'en'"),
        ("procedure.yaml", "outside:\n", "outsider:\n", "'outside' is missing"),
        ("procedure.yaml", "privacy:\n", "private:\n", "'privacy' is missing"),
        (
            *("line.yaml", "readerCount: 2", f"handlers:\n{HANDLERS}functions: [aftercare]"),
            "nobody among the handlers has the function 'aftercare'",
        ),
        (
            "line.yaml",
            "readerCount: 2",
            f"handlers:\n{HANDLERS}  - {{name: 'noor  BAKKER', function: investigator}}",
            "is adviser and investigator: whoever advises never investigates or decides",
        ),
        (
            *("line.yaml", "readerCount: 2", "handlers: [{name: Nobody, function: contact}]"),
            "Nobody is no handler of this line",
        ),
    ],
)
def test_publishing_is_refused(
    office: Office, tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    rewrite(write_line_folder(tmp_path), file, old, new)
    number = office.program.ok("line", "show", office.address)["document"]["number"]
    done = publish(office, tmp_path)
    assert done.code == 1
    assert said in done.err
    assert re.search(rf"{file}:[0-9]+:[0-9]+: ", done.err)
    assert office.program.ok("line", "show", office.address)["document"]["number"] == number


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"readerCount: 2": "readerCount: 3"}, "there are 3 handlers for 3 readers"),
        ({"readerCount: 2": "readerCount: 4"}, "nobody can be left out"),
        (
            {
                "name: feedback": "name: decision",
                "startsAt: acknowledged": "startsAt: received",
                "    startsNoLaterThan: P7D\n": "",
                "term: P3M": "term: P6W",
                "readerCount: 2": "handlers: [{name: Sem Visser, function: contact}]",
            },
            "six weeks to decide is a committee's clock",
        ),
        ({"\n  - name: feedback": "\n    unverified: x\n  - name: feedback"}, "not be verified"),
    ],
)
def test_an_office_is_warned_and_may_publish(
    office: Office, tmp_path: Path, changes: dict[str, str], said: str
) -> None:
    folder = write_line_folder(tmp_path)
    for old, new in changes.items():
        rewrite(folder, "line.yaml", old, new)
    if "name: feedback" in changes:
        rewrite(folder, "procedure.yaml", "clock: feedback", "clock: decision")
    done = publish(office, folder)
    assert done.code == 0, done.err
    assert said in done.err
    assert "stay valid" in done.out
    assert publish(office, Path("line")).code == 0


def test_a_logo_that_is_none_is_told(tmp_path: Path) -> None:
    folder = write_line_folder(tmp_path, theme=THEME.replace("'#1a1a1a'", "'#eeeeee'"))
    (folder / "logo.png").write_bytes(PNG)
    with pytest.raises(LineFolderError, match=r"theme\.yaml:1:.*needs 4\.5"):
        read_folder(folder)
    write_line_folder(folder, theme=THEME)
    (folder / "logo.png").write_text("no picture")
    with pytest.raises(LineFolderError, match=r"theme\.yaml:3:3: the logo is not a PNG or JPEG"):
        read_folder(folder)


def test_edit_asks_before_it_publishes(office: Office) -> None:
    program = office.program
    with program.at_terminal("line", "edit", "line", "--key-file", "line.key") as person:
        person.sees("Sign and publish it? [y/N] ")
        person.types("n")
        assert person.ends() == 1
    with program.at_terminal("line", "edit", "line", "--key-file", "line.key") as person:
        person.sees("Sign and publish it? [y/N] ")
        person.types("y")
        person.sees("Passphrase of the key file: ")
        person.types(PASSPHRASE)
        person.sees("Posters and links with the address stay valid.")
        assert person.ends() == 0
