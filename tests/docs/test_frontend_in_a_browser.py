"""What the page for frontends shows of the client for browsers runs, from its tarball."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.docs.markdown import blocks
from tests.docs.test_frontend_and_line_run import FRONTEND, running_demo
from tests.web import node
from tests.web.project import new_project

RUN: Final = """
import { answer, report } from "./page.mjs";

const [address] = process.argv.slice(2);
const asked = [];
let code = "";
const ask = async (text) => {
  asked.push(text);
  code = /[0-9A-Z]{4}(-[0-9A-Z]{4}){4}/.exec(text)?.[0] ?? code;
  return asked.length === 1 ? "GC4G-JQ8D-WPKA-M53H-TAB3" : code.toLowerCase();
};
const sent = await report(address, "The keys are missing.", ask);
const replied = await answer(address, code, "They are back.");
await answer(address, code, "Thank you.");
console.log(JSON.stringify({ asked, days: [sent.receivedOn, replied.receivedOn] }));
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_demo(tmp_path_factory.mktemp("demo")) as line:
        yield line


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_project(tmp_path_factory.mktemp("project"))


def run(project: Path, script: str, *arguments: str) -> list[str]:
    """Run a script beside the page's own lines; return what it prints."""
    [block] = blocks(FRONTEND, "browser")
    (project / "page.mjs").write_text(block.text)
    (project / "run.mjs").write_text(script)
    return node.run("node", "run.mjs", *arguments, folder=project).splitlines()


def test_the_lines_of_the_page_report_and_answer(project: Path, address: str) -> None:
    *read, last = run(project, RUN, address)
    assert read == ["own", "own", "own"]
    told = json.loads(last)
    assert len(told["asked"]) == 2
    assert told["asked"][1] == "That is another code."
    assert len(set(told["days"])) == 1


def test_the_tarball_holds_the_licence_and_no_sources(project: Path) -> None:
    client = project / "node_modules" / "@meldpunt" / "client"
    assert {path.name for path in client.iterdir()} == {
        "LICENSE",
        "README.md",
        "dist",
        "package.json",
    }
    assert not (node.WEB / "sdk" / "LICENSE").exists()
    assert list(client.rglob("*.d.ts"))


def test_a_page_in_typescript_compiles_with_its_types(project: Path) -> None:
    (project / "page.ts").write_text(
        'import { openLine, type Thread } from "@meldpunt/client";\n'
        "const states = async (address: string, code: string): Promise<Thread> =>\n"
        "  (await (await openLine(address)).visit(code)).thread;\n"
        "export default states;\n"
    )
    compiler = node.WEB / "node_modules" / "typescript" / "bin" / "tsc"
    done = subprocess.run(
        [node.BIN / "node", compiler, "--noEmit", "--strict", "--module", "nodenext", "page.ts"],
        cwd=project,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout
