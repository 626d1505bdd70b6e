"""Write vectors, schemas and the worked life, or check that they are what this code makes.

python -m openapi.generator            writes vectors/*.json, texts/*.json, life.md, life.json
                                       and the examples of the OpenAPI document
python -m openapi.generator --check    writes nothing; exit status 1 if a file differs
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from openapi.generator import (
    admission_vectors,
    answer_vectors,
    attachment_vectors,
    bulletin_vectors,
    clock_vectors,
    consultation_vectors,
    file_vectors,
    handover_vectors,
    json_vectors,
    key_file_vectors,
    line_vectors,
    log_vectors,
    message_vectors,
    proof_vectors,
    report_proof_vectors,
    shown_vectors,
    signature_vectors,
    simple_vectors,
    succession_vectors,
    text_vectors,
)
from openapi.generator.life import files as life
from openapi.generator.text_schemas import schemas
from openapi.generator.vector import VectorFile

_ROOT: Final = Path(__file__).parent.parent
FILES: Final[tuple[Callable[[], VectorFile], ...]] = (
    simple_vectors.receipts,
    simple_vectors.encodings,
    simple_vectors.hashes,
    simple_vectors.keys,
    json_vectors.strict_json,
    signature_vectors.ed25519,
    signature_vectors.requests,
    line_vectors.lines,
    text_vectors.line_texts,
    answer_vectors.answers,
    message_vectors.messages,
    shown_vectors.shown_texts,
    attachment_vectors.attachments,
    log_vectors.logs,
    admission_vectors.admissions,
    succession_vectors.successions,
    handover_vectors.handovers,
    consultation_vectors.consultations,
    clock_vectors.clocks,
    proof_vectors.proofs,
    bulletin_vectors.bulletins,
    report_proof_vectors.report_proofs,
    file_vectors.recovery_secrets,
    file_vectors.exports,
    key_file_vectors.key_files,
)


def make() -> dict[str, bytes]:
    """Return the content of every file by its path below openapi/."""
    made = [make_file() for make_file in FILES]
    vectors = {f"vectors/{each.name}.json": each.build() for each in made}
    texts = {f"texts/{name}.json": schema for name, schema in schemas().items()}
    written = {
        path: (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
        for path, value in (vectors | texts).items()
    }
    return written | life.life_files(_ROOT)


def differences(made: dict[str, bytes]) -> list[str]:
    """Say which files on disk are not the ones made."""
    stored = {
        str(path.relative_to(_ROOT)): path.read_bytes()
        for folder in ("vectors", "texts")
        for path in (_ROOT / folder).glob("*.json")
    }
    stored |= {name: path.read_bytes() for name in life.PATHS if (path := _ROOT / name).exists()}
    missing = [f"{name} is missing" for name in sorted(made.keys() - stored.keys())]
    extra = [f"{name} is made by nothing" for name in sorted(stored.keys() - made.keys())]
    other = [
        f"{name} differs from what the generator makes"
        for name in sorted(made.keys() & stored.keys())
        if made[name] != stored[name]
    ]
    return missing + extra + other


def main(arguments: list[str]) -> int:
    """Run the command; returns its exit status."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write(__doc__ or "")
        return 2
    found = differences(made := make())
    if arguments:
        sys.stderr.writelines(f"openapi/{line}\n" for line in found)
        return 1 if found else 0
    for path, content in made.items():
        (_ROOT / path).parent.mkdir(exist_ok=True)
        (_ROOT / path).write_bytes(content)
    sys.stdout.write(f"{len(made)} files written, {len(found)} changed\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
