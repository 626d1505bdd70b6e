"""The page of docs/first-page.md reports and follows in a real browser; the kit finds nothing."""

import json
import os
import re
import shutil
import subprocess
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.tree import ROOT
from tests.docs.markdown import blocks
from tests.docs.terminal import BASH
from tests.docs.test_frontend_and_line_run import running_demo
from tests.web import node
from tests.web.browser import Tab, open_browser
from tests.web.kit import install_kit
from tests.web.pages import serving_pages

PAGE: Final = (ROOT / "docs" / "first-page.md").read_text(encoding="utf-8")
_SANDBOX: Final = re.compile(r"A line to test with\s+(http://\S+/v1/lines/[a-z2-7]{32})")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Follow the page up to its built files, with the tarball of the client."""
    made = tmp_path_factory.mktemp("my-page")
    (made / "public").mkdir()
    modules = made / "node_modules"
    with tarfile.open(node.pack("sdk", made)) as packed:
        packed.extractall(modules / "@meldpunt", filter="data")
    (modules / "@meldpunt" / "package").rename(modules / "@meldpunt" / "client")
    for name in (".bin", "@noble", "@esbuild", "esbuild", "typescript"):
        (modules / name).symlink_to(node.WEB / "node_modules" / name)
    for name, target in (("html", "public/index.html"), ("ts", "page.ts")):
        [block] = blocks(PAGE, name)
        (made / target).write_text(block.text)
    (made / "package.json").write_text('{"type": "module"}')
    [build] = blocks(PAGE, "build")
    search = f"{node.BIN}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [BASH, "-euo", "pipefail", "-c", build.text],
        cwd=made,
        env=os.environ | {"PATH": search},
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return made


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Leave `meldpunt demo` running; give the address of its sandbox."""
    with running_demo(tmp_path_factory.mktemp("demo"), _SANDBOX) as address:
        yield address


def _answers(tab: Tab, code: str, words: str) -> str:
    """Come back until the sandbox has written; return what the page shows."""
    shown = ""
    for _ in range(60):
        tab.do("goto", url=tab.evaluate("() => location.href"))
        tab.fill("#code:not([hidden])", code)
        tab.click("#visit")
        shown = tab.text("#thread:not([hidden])")
        if words in shown:
            return shown
        time.sleep(0.5)
    raise AssertionError(shown)


def test_the_page_reports_and_follows_in_a_real_browser(
    folder: Path, sandbox: str, tmp_path: Path
) -> None:
    public = tmp_path / "public"
    shutil.copytree(folder / "public", public)
    (public / "line.json").write_text(json.dumps({"address": sandbox}))
    with serving_pages(public) as port, open_browser("chromium") as browser:
        tab = browser.open(f"http://localhost:{port}/")
        tab.fill("#words", "The keys of the medicine cabinet are missing.")
        tab.click("#prepare")
        code = tab.text("#keep:not([hidden]) output:not(:empty)")
        assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){4}", code)
        tab.fill("#typed", "0000-0000-0000-0000-0000")
        tab.click("#send")
        assert tab.text("#problem:not(:empty)") == "That is another code."
        tab.fill("#typed", code.lower())
        tab.click("#send")
        assert tab.text("#sent:not(:empty)").startswith("Sent. Received on ")
        shown = _answers(tab, code, "The office: ")
        assert "What you wrote cannot be shown here." in shown
        assert tab.text("#state:not(:empty)") == "Read. The office finds out what it can do."
        assert re.search(r"feedback: due on \d{4}-\d{2}-\d{2}\.", tab.text("#told"))
        tab.fill("#answer", "In the hall.")
        tab.click("#reply")
        assert tab.text("#sent:not(:empty)") == "Sent."
        tab.screenshot(tmp_path / "page.png")
        assert tab.complaints() == []


def test_the_kit_finds_nothing_that_leaves_it(folder: Path, tmp_path: Path) -> None:
    kit = install_kit(tmp_path)
    with serving_pages(folder / "public") as port:
        done = kit.run("page", f"http://localhost:{port}/")
    assert (done.stdout, done.returncode) == ("nothing leaves the page that must not\n", 0)
    assert done.stdout in PAGE
