"""What breaks the contract for a client that is out there does not compile."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tests.web import node

SDK: Final = node.WEB / "sdk"
CONTRACT: Final = node.WEB.parent / "openapi" / "meldpunt-v1.json"

Schemas = dict[str, dict[str, Any]]


def add_required(schema: dict[str, Any], name: str) -> None:
    schema["properties"][name] = {"type": "string"}
    schema["required"].append(name)


BREAKS: Final[dict[str, Callable[[Schemas], object]]] = {
    # A member that is gone, of another type, or may be missing now.
    'Reads<Answer<"/lines/{lineId}", "get">': lambda s: s["ServedLine"]["properties"].pop("moved"),
    'Reads<Answer<"/lines/{lineId}/documents/{hash}", "get">': lambda s: s["DocumentAnswer"][
        "properties"
    ].update(signature={"type": "integer"}),
    'Reads<Answer<"/bulletins", "get">': lambda s: s["ServedBulletins"]["required"].remove("index"),
    # A word more, in what the client reads.
    'Reads<Answer<"/report", "get">': lambda s: s["State"]["enum"].append("lost"),
    # A member more that must be sent, and one that is not known any more.
    'Takes<Body<"/report", "put">': lambda s: add_required(s["ReportPut"], "color"),
    'Takes<Body<"/report/bulletin-key", "put">': lambda s: s["BulletinKeyPut"].update(
        properties={}, required=[]
    ),
    # A word less.
    'Same<components["schemas"]["Reason"]': lambda s: s["Reason"]["enum"].remove("gap"),
    'Same<components["schemas"]["Problem"]["type"]': lambda s: s["Problem"]["properties"]["type"][
        "enum"
    ].pop(),
}
"""Each break, by the comparison that it must fail."""

GONE: Final = 'Reads<Answer<"/lines/{lineId}/texts/{hash}", "get">'
"""The comparison that must fail where a path is gone."""


def compare(contract: dict[str, Any], folder: Path) -> set[str]:
    """Compile the comparison with a contract; return the lines that do not compile."""
    node.install()
    here = folder / "contract"
    here.mkdir()
    (folder / "src").symlink_to(SDK / "src")
    (folder / "node_modules").symlink_to(node.WEB / "node_modules")
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "contract.json").write_text(json.dumps(contract))
    compared = (SDK / "contract" / "compare.ts").read_text()
    compared = compared.replace("../../node_modules/.cache/contract.js", "./generated.js")
    (here / "compare.ts").write_text(compared)
    options = {"rootDir": "/", "noEmit": True}
    configuration = {"extends": str(SDK / "tsconfig.json"), "compilerOptions": options}
    (here / "tsconfig.json").write_text(json.dumps({**configuration, "include": ["."]}))
    given = ("../contract.json", "--output", "generated.ts", "--immutable")
    run(here, "openapi-typescript", *given)
    told = run(here, "tsc", "--project", ".", "--pretty", "false", is_checked=False)
    lines = compared.splitlines()
    found = re.findall(r"^compare\.ts\((\d+),", told, flags=re.MULTILINE)
    assert len(found) == len([line for line in told.splitlines() if "error TS" in line]), told
    return {lines[int(number) - 1] for number in found}


def run(folder: Path, program: str, *arguments: str, is_checked: bool = True) -> str:
    """Run a program of the workspace."""
    path = node.WEB / "node_modules" / ".bin" / program
    try:
        return node.run("node", str(path.resolve()), *arguments, folder=folder)
    except RuntimeError as error:
        if is_checked:
            raise
        return str(error)


def test_each_break_of_the_contract_fails_its_comparison(tmp_path: Path) -> None:
    contract = json.loads(CONTRACT.read_text())
    for break_it in BREAKS.values():
        break_it(contract["components"]["schemas"])
    contract["paths"]["/lines/{lineId}/words/{hash}"] = contract["paths"].pop(
        "/lines/{lineId}/texts/{hash}"
    )
    failed = compare(contract, tmp_path)
    for comparison in (*BREAKS, GONE):
        assert any(comparison in line for line in failed), comparison
    untouched = 'Answer<"/report/messages", "get">'
    assert not any(untouched in line for line in failed)
