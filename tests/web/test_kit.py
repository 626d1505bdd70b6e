"""The conformance kit: both SDKs pass, and careless work is told what is wrong with it."""

import re
import shutil
from pathlib import Path
from typing import Any, Final

import pytest

from tests.architecture.tree import PACKAGE
from tests.web import node
from tests.web.kit import CLIENTS, CORES, KIT, Kit, careless, install_kit
from tests.web.pages import serving_pages

BUILT: Final = PACKAGE / "page" / "built"


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    return install_kit(tmp_path_factory.mktemp("kit"))


@pytest.mark.parametrize("language", CORES)
def test_each_implementation_passes_every_level(kit: Kit, language: str) -> None:
    done = kit.run("vectors", "--", *CORES[language])
    assert done.returncode == 0, done.stdout
    levels = [line.split(": ") for line in done.stdout.splitlines()]
    assert [name for name, _ in levels] == ["level 1", "level 2", "level 3"]
    assert all(verdict.endswith("vectors, holds") for _, verdict in levels)
    assert sum(int(verdict.split(" of ")[0]) for _, verdict in levels) > 1200


@pytest.mark.parametrize("language", CLIENTS)
def test_each_client_notices_every_lie(kit: Kit, language: str) -> None:
    done = kit.run("host", "--", *CLIENTS[language])
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == "39 of 39 lies noticed\n"


def test_a_careless_implementation_is_told_what_it_gets_wrong(kit: Kit) -> None:
    command = ("--level", "1", "--", *careless("careless-vectors"))
    done = kit.run("vectors", *command)
    assert done.returncode == 1
    assert re.match(r"level 1: \d+ of \d+ vectors, does not hold: \d+ faults\n", done.stdout)
    assert re.search(
        r"^  not implemented: .*labelled-hash, length-prefix", done.stdout, re.MULTILINE
    )
    faults = {
        f"{file['file']}:{fault['name']}": fault["fault"]
        for file in kit.find("vectors", *command)
        for fault in file["faults"]
    }
    accepts = "it accepts what it must refuse, for "
    assert faults["strict-json:null"] == f"{accepts}`json-null`"
    assert faults["strict-json:empty-key"] == f"{accepts}`json-key`"
    assert faults["receipt:wrong-check"] == f"{accepts}`receipt-check`"
    assert faults["receipt:typed-loosely"] == "it refuses what is right, for `receipt-length`"
    assert faults["receipt:make"] == "the program ended"
    zeros = "0" * 18
    wrong = f'output.symbols is "{"o" * 18}", and should be "{zeros}"'
    assert faults["receipt:typed-look-alikes"] == wrong
    assert "strict-json:values" not in faults


def test_a_program_that_cannot_be_started_is_no_pass(kit: Kit) -> None:
    done = kit.run("host", "--", "/nonexistent")
    assert done.returncode == 2
    assert "could not be started" in done.stderr
    for command in (("vectors",), ("other",), ("page",), ("--other",)):
        assert kit.run(*command).returncode == 2


def test_the_kit_explains_itself_when_it_is_asked(kit: Kit) -> None:
    done = kit.run("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert all(f"meldpunt-kit {name}" in done.stdout for name in ("vectors", "host", "page"))
    told = kit.run("other")
    assert (told.stdout, told.stderr) == ("", done.stdout)


def test_a_careless_client_is_told_each_lie_that_it_believes(kit: Kit) -> None:
    done = kit.run("host", "--", *careless("careless"))
    assert done.returncode == 1
    found = done.stdout.splitlines()
    assert found[0] == "0 of 39 lies noticed"
    assert (
        "  box-key-swapped: during `submit` the host gives a key of its own for a handler,"
        " and the client sent a message all the same (section 6.1)"
    ) in found
    assert (
        "  middle-missing: during `visit` the host hides a handler's first message,"
        " and the client said nothing (section 9.2)"
    ) in found


def test_a_careless_page_is_told_everything_that_leaves_it(kit: Kit, tmp_path: Path) -> None:
    pages = KIT / "tests" / "pages"
    script, html = pages / "careless-page.js", pages / "index.html"
    node.run("node", str(KIT / "tests" / "build-page.js"), str(script), str(html), str(tmp_path))
    with serving_pages(tmp_path) as port:
        found: list[dict[str, Any]] = kit.find("page", f"http://localhost:{port}/")
    told = {finding["says"] for finding in found}
    assert told == {
        "a report is sent before the person has its code",
        "plain words or a receipt code are stored",
        "something is stored",
        "plain words or a receipt code are in the address",
        "plain words or a receipt code are in the title",
        "a request to a third party",
        "plain words leave the page",
        "the page's address goes to the host",
        "a receipt code leaves the page",
        "a request about a report has no signature",
        "a handler cannot read a message (wrap)",
    }
    where = {
        finding["where"] for finding in found if finding["says"] == "plain words leave the page"
    }
    assert where == {f"POST http://localhost:{port}/log"}
    assert all(finding["section"] for finding in found)


def test_nothing_leaves_the_reporters_page_that_must_not(kit: Kit, tmp_path: Path) -> None:
    """As it is committed; its `line.json` is the kit's."""
    shutil.copytree(BUILT, tmp_path / "page")
    with serving_pages(tmp_path / "page") as port:
        done = kit.run("page", f"http://localhost:{port}/")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "nothing leaves the page that must not\n"


NO_WAY_ON: Final = """<!doctype html>
<meta http-equiv="Content-Security-Policy" content="script-src 'unsafe-inline'">
<h1>Tell us</h1>
<textarea data-kit="text"></textarea>
<button data-kit="next" onclick="this.remove(); heading()">Go on</button>
<output data-kit="receipt"></output>
<script>
const heading = () => { document.querySelector("h1").textContent = "Your code"; };
</script>
"""


def test_a_page_without_a_mark_is_named_with_what_is_missing(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(NO_WAY_ON)
    with serving_pages(tmp_path) as port:
        done = kit.run("page", "--wait", "60", f"http://localhost:{port}/")
    assert done.returncode == 2
    assert done.stderr == (
        'the kit cannot go on at the page “Your code”: data-kit="receipt" stays empty.'
        " Marks there: text (usable), receipt (empty).\n"
    )
