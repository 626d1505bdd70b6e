"""Vectors of key files: written, opened, merged and refused (files.md section 4)."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Final

from meldpunt.cli.keyfile import keystore
from meldpunt.cli.keyfile.contents import Consultation, HandlerContent, LineContent
from meldpunt.cli.keyfile.seen_reports import KnownAlarm, SeenReport, UnmovedSince
from meldpunt.client import HandlerKeys, LineAddress, LineKeys
from meldpunt.client.thread.remembered_report import EndKind
from meldpunt.protocol.keys import BoxChain
from meldpunt.protocol.line import Pin
from meldpunt.protocol.receipt import make_receipt
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.days import Term
from meldpunt.protocol.verify.errors import Reason
from openapi.generator.key_file_operations import header_of, sealed
from openapi.generator.scene import (
    ANNA,
    BRAM,
    FIRST_DAY,
    LINE,
    LINE_KEY,
    NEXT_LINE_KEY,
    TODAY,
    rotation,
    secret,
)
from openapi.generator.vector import Vector, VectorFile, file

_PASSPHRASE: Final = "vijf woorden door het lot"  # noqa: S105 (worthless)
_COMPOSED: Final = "caf\u00e9 na zes\u00ebn vijf"
_OTHER_SPACES: Final = "\u2003caf\u00e9\u00a0na  zes\u00ebn\tvijf "
_DECOMPOSED: Final = "cafe\u0301 na zese\u0308n vijf"
_ADDRESS: Final = LineAddress("https://meldpunt.example", LINE)
_HASHES: Final = tuple(ids.Hash(secret(f"document {n}")) for n in range(3))
_ENTRIES: Final = tuple(ids.EntryId(secret(f"entry {n}", 16)) for n in range(3))
_HEADS: Final = tuple(sorted(ids.MessageId(secret(f"head {n}")) for n in range(3)))


def _keys(*chains: BoxChain, days: int = 45) -> HandlerKeys:
    """Return Anna's keys with these chains, each following on the one before."""
    keys, start = HandlerKeys(LINE, ANNA.signing), FIRST_DAY
    for chain in chains:
        keys = keys.with_chain(chain, start, days=days)
        start += timedelta(days=8 * days)
    return keys


_FIRST: Final = BoxChain.start(0, secret("Anna de Wit chain"))
_SECOND: Final = BoxChain.start(8, secret("Anna de Wit second chain"))
_OTHER_SECOND: Final = BoxChain.start(8, secret("Anna de Wit other second chain"))


def _content(keys: HandlerKeys, **changes: object) -> HandlerContent:
    """Return what Anna's file holds."""
    made = HandlerContent.of(_ADDRESS, keys, name=ANNA.name, role=ANNA.role)
    return made.with_keys(keys).model_copy(update={"documents": _HASHES[:1], **changes})


def _seen(**changes: object) -> SeenReport:
    """Return what a file remembers of a report."""
    seen = SeenReport(
        entry=_ENTRIES[0],
        heads=_HEADS[:1],
        received_on=TODAY,
        until=TODAY + timedelta(days=700),
        listed_on=TODAY,
        retention=Term(2, "M"),
        document=_HASHES[0],
    )
    return seen.model_copy(update=changes)


def _consultation(number: int, name: str) -> Consultation:
    return Consultation(
        number=number,
        address=f"{_ADDRESS}",
        receipt=make_receipt(secret(name, 12)),
        asked_on=TODAY,
        until=TODAY + timedelta(days=60),
    )


_LINE_CONTENT: Final = LineContent.of(
    _ADDRESS.origin,
    LineKeys(NEXT_LINE_KEY, LINE_KEY.public_key, (rotation(),)),
    Pin(2, _HASHES[1], 1),
)
_HANDLER_CONTENT: Final = _content(_keys(_FIRST).forget(2), seen=(_seen(),), sheet=7)
_ANNAS: Final = sealed(_HANDLER_CONTENT.to_json(), _PASSPHRASE, secret("annas file", 40))


def _opened(name: str, comment: str, text: str, refused: Reason | None = None) -> Vector:
    given = {"file": text, "passphrase": _PASSPHRASE}
    return Vector("open-key-file", name, comment, given, refused)


def _checked(header: bytes, body: bytes) -> str:
    check = hashlib.sha256(header + b"\n" + body).hexdigest().encode()
    return b"".join(line + b"\n" for line in (header, body, check)).decode()


def _files() -> list[Vector]:
    written = {
        "passphrase": _PASSPHRASE,
        "salt": secret("written", 16).hex(),
        "nonce": secret("written nonce", 24).hex(),
        "memoryKib": keystore.MIN_MEMORY_KIB,
        "passes": 1,
    }
    handler = _HANDLER_CONTENT.to_json().decode()
    composed = sealed(_LINE_CONTENT.to_json(), _COMPOSED, secret("an offices file", 40))
    return [
        Vector(
            "write-key-file", "key-file-written", "A handler's.", written | {"content": handler}
        ),
        _opened("key-file-of-a-handler", "Two of the first chain's keys are destroyed.", _ANNAS),
        Vector(
            "open-key-file",
            "key-file-of-an-office",
            "Its passphrase is typed decomposed; the file has it composed.",
            {"file": composed, "passphrase": _DECOMPOSED},
        ),
        Vector(
            "open-key-file",
            "key-file-typed-with-other-spaces",
            "Its passphrase comes from a keyboard and a page with other spaces.",
            {"file": composed, "passphrase": _OTHER_SPACES},
        ),
    ]


def _refused_files() -> list[Vector]:
    _, body, _ = _ANNAS.encode().splitlines()
    wrong = {"file": _ANNAS, "passphrase": _PASSPHRASE.upper()}
    weak = header_of(memoryKib=keystore.MIN_MEMORY_KIB - 1)
    greedy = header_of(memoryKib=keystore.MAX_MEMORY_KIB + 1)
    other_salt = header_of()
    return [
        Vector(
            "open-key-file", "key-file-wrong-passphrase", "In capitals.", wrong, Reason.CIPHERTEXT
        ),
        _opened(
            "key-file-cut",
            "Its last line is missing.",
            _ANNAS[: _ANNAS[:-1].rindex("\n") + 1],
            Reason.LENGTH,
        ),
        _opened("key-file-without-line-end", "One byte is missing.", _ANNAS[:-1], Reason.LENGTH),
        _opened(
            "key-file-damaged",
            "A byte of the ciphertext is another.",
            _ANNAS.replace(body.decode()[:9], "AAAAAAAAA"),
            Reason.BODY_HASH,
        ),
        _opened(
            "key-file-of-another-version",
            "A later release wrote it.",
            _checked(header_of(version=2), body),
            Reason.FIELDS,
        ),
        _opened(
            "key-file-too-weak",
            "Somebody made it cheap to guess.",
            _checked(weak, body),
            Reason.FIELDS,
        ),
        _opened(
            "key-file-too-greedy",
            "Somebody made it use up the memory.",
            _checked(greedy, body),
            Reason.FIELDS,
        ),
        _opened(
            "key-file-other-salt",
            "The header is authenticated.",
            _checked(other_salt, body),
            Reason.CIPHERTEXT,
        ),
        _opened("no-key-file", "Another file.", "-----BEGIN KEY-----\n", Reason.FIELDS),
    ]


def _merged(
    name: str,
    comment: str,
    mine: HandlerContent,
    theirs: HandlerContent,
    refused: Reason | None = None,
) -> Vector:
    given = {"mine": mine.to_json().decode(), "theirs": theirs.to_json().decode()}
    return Vector("merge-key-files", name, comment, given, refused)


def _merges() -> list[Vector]:
    none, whole, both = _keys(), _keys(_FIRST), _keys(_FIRST, _SECOND)
    stranger = replace(none, signing=BRAM.signing)
    alarm = KnownAlarm(reason=Reason.GAP, author=BRAM.id, n=3)
    newer = _seen(
        heads=_HEADS[1:],
        reporter_n=2,
        withdrawn_on=TODAY,
        listed_on=TODAY + timedelta(days=3),
        known_alarms=(alarm,),
        received_on=TODAY - timedelta(days=1),
        document=None,
        ending=EndKind.WITHDRAWN,
    )
    older = _seen(whole_on=TODAY, until=TODAY + timedelta(days=60), ending=EndKind.CLOSED)
    moved = UnmovedSince(entry=_ENTRIES[1], since=TODAY)
    earlier = moved.model_copy(update={"since": FIRST_DAY})
    mine = (_consultation(1, "mine"), _consultation(2, "shared"))
    theirs = (_consultation(1, "theirs"), _consultation(2, "shared"))
    return [
        _merged("merge-same", "A copy.", _content(whole), _content(whole)),
        _merged(
            "merge-destroyed-there",
            "What one copy destroyed stays destroyed.",
            _content(whole),
            _content(whole.forget(3)),
        ),
        _merged(
            "merge-destroyed-here",
            "The same the other way.",
            _content(whole.forget(3)),
            _content(whole),
        ),
        _merged(
            "merge-chain-made-there",
            "A chain that the other device began.",
            _content(whole),
            _content(both),
        ),
        _merged(
            "merge-two-chains-of-one-number",
            "This copy's counts: a host takes one only.",
            _content(both),
            _content(_keys(_FIRST, _OTHER_SECOND)),
        ),
        _merged(
            "merge-whole-chain-destroyed",
            "Its statements stay.",
            _content(both),
            _content(both.forget(8)),
        ),
        _merged(
            "merge-longer-history",
            "It continues the shorter one.",
            _content(none),
            _content(none, documents=_HASHES, key_number=1),
        ),
        _merged(
            "merge-fork",
            "The host showed two lines.",
            _content(none, documents=_HASHES[:2]),
            _content(none, documents=(_HASHES[0], _HASHES[2])),
            Reason.DOCUMENT_FORK,
        ),
        _merged(
            "merge-somebody-else",
            "Bram's keys.",
            _content(none),
            _content(stranger),
            Reason.HANDLER_ID,
        ),
        _merged(
            "merge-memory",
            "Days, heads and alarms of both; the withdrawal of the newer.",
            _content(none, seen=(older, _seen(entry=_ENTRIES[1])), unmoved=(moved,)),
            _content(none, seen=(newer, _seen(entry=_ENTRIES[2])), unmoved=(earlier,)),
        ),
        _merged(
            "merge-consultations",
            "A number that is taken changes.",
            _content(none, consultations=mine),
            _content(none, consultations=theirs),
        ),
    ]


def key_files() -> VectorFile:
    """Return the vectors of key files."""
    vectors = (*_files(), *_refused_files(), *_merges())
    return file(
        "key-file", "Key files of offices and handlers, and what joins two copies.", vectors
    )
