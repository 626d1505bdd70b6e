"""Every example in the SDK's doc comments compiles and runs, from the tarball, on a real host."""

import asyncio
import json
import os
import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

from meldpunt.client import LineAddress
from meldpunt.client.messages.referral import proposal_content
from meldpunt.client.reporter import Writer
from meldpunt.server import commands
from tests.support.process import HostProcess
from tests.web import node
from tests.web.office import WebOffice
from tests.web.project import new_project
from tests.web.test_office import new_handler, wanted

CONTEXT: Final = """
import type { HandlerEntry, LinePlan } from "@meldpunt/client/office";

declare global {
  const address: string;
  const code: string;
  const host: string;
  const plan: LinePlan;
  const entries: HandlerEntry[];
  const invite: string;
}
"""
"""What an example finds around it."""

STRICT: Final = {
    "strict": True,
    "noUncheckedIndexedAccess": True,
    "exactOptionalPropertyTypes": True,
    "verbatimModuleSyntax": True,
    "skipLibCheck": False,
    "module": "nodenext",
    "target": "es2022",
    "lib": ["ES2024", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
    "types": [],
    "noEmit": True,
}

RUN: Final = """
import { readFileSync } from "node:fs";

const { names, oral, ...given } = JSON.parse(readFileSync(0, "utf8"));
const bytes = (text) => new TextEncoder().encode(text);
const texts = Object.entries(given.texts).map(([name, text]) => [name, bytes(text)]);
const plan = { ...given.plan, handlers: [], texts: Object.fromEntries(texts) };
const told = {};
for (const [name, isOral] of names) {
  Object.assign(globalThis, given, { plan, code: isOral ? oral : given.code });
  told[name] = [];
  console.log = (...words) => told[name].push(words.join(" "));
  await import(`./${name}.ts`);
}
process.stdout.write(JSON.stringify(told));
"""


def examples(project: Path) -> dict[str, str]:
    """Return the examples of the package, by the file and the name that they stand above."""
    found = {}
    package = project / "node_modules" / "@meldpunt" / "client" / "dist"
    for path in sorted(package.rglob("*.d.ts")):
        text = path.read_text("utf-8")
        for match in re.finditer(r"@example\n\s*\* ```ts\n(.*?)\s*\* ```\n", text, re.DOTALL):
            code = re.sub(r"^\s*\* ?", "", match[1], flags=re.MULTILINE)
            after = re.search(
                r"\*/\s*(?:export )?(?:declare )?(?:function |class )?(\w+)", text[match.end() :]
            )
            assert after, path
            found[f"{path.name.removesuffix('.d.ts')}-{after[1]}"] = code
    return found


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_project(tmp_path_factory.mktemp("project"))


async def living_report(office: WebOffice, other: WebOffice) -> str:
    """Make a report in which a line is proposed, another suggested, and a colleague let in."""
    reporter, handler = office.reporter(), office.handlers[0]
    me = handler.keys.handler_id
    made = await reporter.prepare(await reporter.line(), "Seen.", language="en", readers=[me])
    await reporter.send(made)
    elsewhere = other.line_keys.line_id
    await handler.propose(await office.read(), elsewhere, "Rather there.", language="en")
    content = proposal_content(LineAddress(other.origin, elsewhere), "In short.")
    thread = await office.read()
    await handler.send(thread, handler.seal(thread, "Also there.", language="en", content=content))
    colleague = office.handlers[1].keys.handler_id
    await handler.admit(await office.read(), colleague, "She helps.", language="en")
    return made.receipt


async def test_every_example_compiles_and_runs(
    office: WebOffice, other_office: WebOffice, host: HostProcess, project: Path
) -> None:
    code = await living_report(office, other_office)
    reporter, writer = office.reporter(), Writer("oral", office.handlers[2].keys)
    oral = await reporter.prepare(await reporter.line(), "Told.", language="en", written_by=writer)
    await reporter.send(oral)
    found = examples(project)
    order = sorted(found, key=lambda name: (name != "newcomers-newcomersOf", name))
    for name, text in found.items():
        (project / f"{name}.ts").write_text(text)
    (project / "context.d.ts").write_text(CONTEXT)
    (project / "package.json").write_text('{"type": "module"}')
    (project / "tsconfig.json").write_text(json.dumps({"compilerOptions": STRICT}))
    compile_all(project)
    (project / "run.mjs").write_text(RUN)
    given = {
        "names": [(name, "takeOver" in name) for name in order],
        "address": office.address,
        "code": code,
        "oral": oral.receipt,
        "host": office.origin,
        "invite": await asyncio.to_thread(commands.create_invite, host.settings),
        "entries": [new_handler(office.line_keys.line_id)[1]],
        **wanted(),
    }
    told = json.loads(
        await asyncio.to_thread(
            node.run, "node", "run.mjs", given=json.dumps(given), folder=project
        )
    )
    quiet = {"visit-reply", "attach-attach", "newcomers-newcomersOf", "check-in-answerCheckIn"}
    assert {name for name, lines in told.items() if not lines} <= quiet
    assert told["audit-auditLine"] == [" 1"]  # no alarm
    assert told["owner-LineOwner"] == ["line"]
    assert told["status-handoverStatuses"] == ["asked "]
    texts = await all_texts(office)
    assert {"They are back.", "See the file.", "Welcome.", "Please take this up."} <= texts
    assert {"One thing more.", "I am fine.", "The keys are missing."} <= texts
    assert "In short." in await all_texts(other_office)


async def all_texts(office: WebOffice) -> set[str | None]:
    """Return what the handlers of a line can read."""
    threads = [thread for person in range(3) for thread in await office.read_all(person)]
    return {message.text for thread in threads for message in thread.messages}


def compile_all(project: Path) -> None:
    """Compile a project as strictly as TypeScript can, with the package's own types."""
    compiler = node.WEB / "node_modules" / "typescript" / "bin" / "tsc"
    done = subprocess.run(
        [node.BIN / "node", compiler, "--project", "."],
        cwd=project,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout


def test_the_documentation_is_written_without_a_warning(tmp_path: Path) -> None:
    node.install()
    out = str(tmp_path / "docs")
    node.run("npm", "run", "-s", "docs", "--", "--out", out, folder=node.WEB)
    page = (tmp_path / "docs" / "functions" / "index.openLine.html").read_text("utf-8")
    assert "Fetch a line, and verify it from the id in its address up." in page
    assert (tmp_path / "docs" / "classes" / "office.LineOwner.html").exists()
