"""Real browsers clean the pictures of the corpus as the command line does, without a canvas."""

import base64
import json
from hashlib import sha256
from typing import Any, Final

import pytest

from tests.corpus.make_pictures import HERE
from tests.web import node
from tests.web.browser import open_browser

EXPECTED: Final = json.loads((HERE / "cleaned.json").read_text())


def told(made: dict[str, Any]) -> dict[str, Any]:
    if "failure" in made:
        return made
    data = bytes(made.pop("data"))
    digest = base64.b64encode(sha256(data).digest()).decode()
    return {"hash": digest, "size": len(data)} | made


@pytest.mark.parametrize("engine", ["chromium", "firefox-safer"])
def test_a_browser_makes_of_the_corpus_what_the_command_line_makes(engine: str) -> None:
    node.install()
    script = node.run("node", "browser-cleaning.js")
    files = [list((HERE / name).read_bytes()) for name in EXPECTED]
    with open_browser(engine) as browser:
        made = browser.open("about:blank").evaluate(script, files)
        assert browser.requests() == []
    assert dict(zip(EXPECTED, map(told, made), strict=True)) == EXPECTED
