"""`meldpunt line guide`: walked without any key, as one page to print, and as posters."""

import re
import subprocess
from pathlib import Path

import pytest

from openapi.generator.text_scene import Json, said
from tests.cli.asking_line import GUIDE, changed_plan, open_asking_line, publish, texts
from tests.cli.command_line import CommandLine, person_at_terminal
from tests.support.debian import find_program

PAGE = "https://speak.example/begin"


@pytest.fixture
def asking(cli: CommandLine) -> CommandLine:
    return open_asking_line(cli)


def test_a_person_walks_the_guide_in_their_language(
    asking: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with person_at_terminal(monkeypatch, answers=["9", "/en", "1", "/back", "2", ""]) as person:
        assert asking.ok("line", "guide", asking.address) == ""
    shown = "".join(person.pages).replace("\r\n", "\n").replace(asking.address, "ADDRESS")
    assert shown.count("112") == 6  # numbers stand on every page, and once on each
    assert "Dat nummer staat er niet bij." in shown
    assert "You can report here" in shown
    assert "020 123 4567" in shown
    assert "Mon–Fri 9 to 5" in shown
    assert "meldpunt report send ADDRESS" in shown
    assert shown.index("You can report here") < shown.index("Code of conduct: https")


def test_the_whole_guide_is_printed_where_nobody_can_be_asked(asking: CommandLine) -> None:
    told = asking.ok("line", "guide", asking.address, "--language", "en")
    assert told.index("Emergency: 112") < told.index("1. It happened to me → You can report here")
    assert asking.json("line", "guide", asking.address)["guide"]["nodes"][0]["id"] == "start"
    assert "has: nl, en" in asking.run("line", "guide", asking.address, "--language", "fr").output


def test_numbers_stand_once_on_each_page(
    asking: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An advice may name them too: for somebody who is not safe now."""
    start, me, *rest = GUIDE["nodes"]
    unsafe = {**me, "contacts": [*GUIDE["numbers"], *me.get("contacts", [])]}
    changed: Json = {**GUIDE, "nodes": [start, unsafe, *rest]}
    publish(asking, changed_plan(asking, texts=texts(guide=changed)))
    whole = asking.ok("line", "guide", asking.address)
    assert whole.replace(asking.address, "").count("112") == 1
    with person_at_terminal(monkeypatch, answers=["1", ""]) as person:
        asking.ok("line", "guide", asking.address)
    shown = "".join(person.pages).replace(asking.address, "")
    assert shown.count("112") == 2, "one page after the other"
    folder = asking.folder / "posters"
    folder.mkdir()
    for name in asking.json(
        *("line", "guide", asking.address, "--page", PAGE),
        *("--html", asking.folder / "guide.html", "--posters", folder),
    )["files"]:
        assert Path(name).read_text(encoding="utf-8").count('href="tel:112"') == 1, name


def test_a_page_and_posters_hold_all_that_is_said_and_no_script(asking: CommandLine) -> None:
    hostile: Json = {
        **GUIDE,
        "numbers": [
            {"name": said("<script>alert(1)</script>\u202e", "x"), "telephone": "112"},
        ],
    }
    publish(asking, changed_plan(asking, texts=texts(guide=hostile)))
    folder = asking.folder / "posters"
    folder.mkdir()
    written = asking.json(
        *("line", "guide", asking.address, "--page", PAGE),
        *("--html", asking.folder / "guide.html", "--posters", folder),
    )["files"]
    assert [Path(name).name for name in written] == ["guide.html", "me-nl.html", "saw-nl.html"]
    for name in written:
        page = Path(name).read_text(encoding="utf-8")
        assert "<script" not in page
        assert "\u202e" not in page
        assert "default-src 'none'" in page
        assert not re.search(r"\b(src|onload|onclick)=", page)
    guide = Path(written[0]).read_text(encoding="utf-8")
    assert '<a href="#me">Ik maakte iets mee</a> → Je kunt hier melden' in guide
    assert f'href="{PAGE}"' in guide


def test_what_is_printed_scans_and_leads_to_the_answer(asking: CommandLine, tmp_path: Path) -> None:
    asking.ok("line", "guide", asking.address, "--page", PAGE, "--posters", tmp_path)
    picture = tmp_path / "poster.png"
    browser = find_program("chromium", package="chromium")
    subprocess.run(
        [
            *(browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            *("--window-size=794,1123", f"--screenshot={picture}", f"--user-data-dir={tmp_path}/b"),
            (tmp_path / "me-nl.html").as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=100,
    )
    reader = find_program("zbarimg", package="zbar-tools")
    read = subprocess.run(
        [reader, "--quiet", "--raw", str(picture)],
        check=True,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert read.stdout.strip() == f"{PAGE}#me"
