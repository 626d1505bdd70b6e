"""Vectors of recovery secrets and exports (files.md sections 2 and 3)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from meldpunt.client.transfer.export_file import EXPORT_LABEL, ExportEnd, ExportHeader, LineHashes
from meldpunt.protocol.keys import BoxChain, SigningKey
from meldpunt.protocol.recovery_secret import SavedChain, write_secret
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.line_document import DOCUMENT_LABEL
from meldpunt.wire.transfer import (
    ExportPage,
    ExportTotal,
    MovedDocument,
    MovedEnd,
    MovedPart,
    Record,
)
from openapi.generator import scene
from openapi.generator.scene import (
    ANNA,
    FIRST_DAY,
    LINE,
    LINE_KEY,
    NEXT_LINE_KEY,
)
from openapi.generator.vector import Vector, VectorFile, file

_DOCUMENT: Final = scene.document().to_json()


_CHAIN: Final = SavedChain(ANNA.chain.advance(6), FIRST_DAY, 46)
_NEXT_CHAIN: Final = SavedChain(
    BoxChain.start(8, scene.secret("Anna de Wit second chain")),
    FIRST_DAY + timedelta(days=8 * 46),
    46,
)
_SHARES: Final = [
    " ".join(share.split())
    for share in (
        """
        involve marathon academic acid academic craft lend capture glimpse webcam secret adjust
        island mama endorse estate spit library memory purchase escape lecture camera snake
        aquatic extend luxury amount inside quarter extra trend zero amuse client acquire filter
        gums theater calcium prevent spark medical grumpy dilemma image fraction energy elephant
        pajamas gums cover chew curly hospital carpet grocery company twin email lilac carve
        paper extend flame custody ivory adult buyer artwork thank render vegan costume deploy
        clogs idle hush spirit news lilac domestic credit kernel sympathy express lecture avoid
        hybrid advance pharmacy testify species email capture eclipse marvel facility anxiety
        """,
        """
        involve marathon academic always acquire demand drift vegan traveler earth silent
        freshman lyrics wavy estate knit mason scout morning slush teaspoon royal finance stick
        mixed percent theater scramble game party total adult findings shaft story husky mother
        hazard emphasis extra timely advocate ladle bumpy focus paper news exceed bulge sunlight
        bolt capture threaten worthy mailman location dilemma fitness silver purple memory
        enlarge scroll destroy theater smear cubic salon retreat client admit insect staff agree
        emerald maximum ceiling oven work alarm devote black likely mobile anxiety branch silent
        shaft scene raisin legal cultural sniff fact watch memory kernel cage vampire
        """,
    )
]
"""Shares 1 and 3 of a sheet of 3 with threshold 2, drawn once."""


def recovery_secrets() -> VectorFile:
    """What shares bring back."""
    secret = write_secret(ANNA.signing, (_CHAIN, _NEXT_CHAIN))

    def read(name: str, comment: str, value: bytes, refused: Reason | None = None,
             **more: Any) -> Vector:  # fmt: skip  # noqa: ANN401 (any field)
        given = {"lineId": LINE.hex(), "secret": value.hex(), **more}
        return Vector("read-recovery-secret", name, comment, given, refused)

    def chain(place: int, value: int) -> bytes:
        """Change a byte of the first chain."""
        start = 34 + place
        return secret[:start] + bytes([value]) + secret[start + 1 :]

    long = replace(_CHAIN, days=61)
    vectors = [
        read("recovery-secret", "Two keys of one chain are left, and all of the next. `shares`: two"
             " of three that hold this secret.", secret, shares=_SHARES),
        read("recovery-secret-without-chains", "A signing key alone.",
             write_secret(ANNA.signing, ())),
        read("recovery-secret-of-long-keys", "61 days is the most.",
             write_secret(ANNA.signing, (long,))),
        read("recovery-secret-of-another-version", "Nothing is known of it.", b"\2" + secret[1:],
             Reason.FIELDS),
        read("recovery-secret-empty", "Not even a version.", b"", Reason.FIELDS),
        read("recovery-secret-too-short", "One byte is missing.", secret[:-1], Reason.LENGTH),
        read("recovery-secret-too-long", "One chain more than it says.", secret + secret[-40:],
             Reason.LENGTH),
        read("recovery-secret-of-a-destroyed-chain", "A chain has 8 keys.", chain(4, 8),
             Reason.KEY_NUMBER),
        read("recovery-secret-of-no-days", "Keys of no day.", chain(7, 0), Reason.BOX_KEY_DATES),
        read("recovery-secret-of-too-long-keys", "62 days.", chain(7, 62), Reason.BOX_KEY_DATES),
        read("recovery-secret-out-of-order", "The chains do not ascend.",
             write_secret(ANNA.signing, (_NEXT_CHAIN, _CHAIN)), Reason.ORDER),
        read("recovery-secret-of-one-chain-twice", "Nor may they overlap.",
             write_secret(ANNA.signing, (_CHAIN, _CHAIN)), Reason.ORDER),
        read("recovery-secret-of-chains-that-meet", "Number 7 is in both.",
             write_secret(ANNA.signing, (_CHAIN, replace(
                 _NEXT_CHAIN, chain=BoxChain.start(7, scene.secret("a chain that meets"))))),
             Reason.ORDER),
    ]  # fmt: skip
    return file("recovery", "Secrets of recovery sheets (files.md section 2).", vectors)


def _page(cursor: str | None, *records: Record, total: ExportTotal | None = None,
          staying: int | None = None) -> bytes:  # fmt: skip
    return ExportPage(records=records, cursor=cursor, total=total, staying=staying).to_json()


def _export(*lines: bytes, key: SigningKey = LINE_KEY) -> str:
    """Sign lines as a whole file."""
    chain = LineHashes()
    for line in lines:
        chain.add(line)
    end = ExportEnd(end=ids.Hash(chain.value), signature=key.sign(EXPORT_LABEL, chain.value))
    return b"".join(line + b"\n" for line in (*lines, end.to_json())).decode()


def exports() -> VectorFile:
    """A line on its way to another host."""
    header = ExportHeader(format="meldpunt-line-export", version=1, line_id=LINE).to_json()
    moved = MovedDocument(document=_DOCUMENT, signature=LINE_KEY.sign(DOCUMENT_LABEL, _DOCUMENT))
    report, total = ids.ReportId(bytes(32)), ExportTotal(reports=1, messages=1, attachment_bytes=4)
    part = MovedPart(report=report, attachment=ids.AttachmentId(bytes(16)), size=4, offset=0,
                     data=b"file")  # fmt: skip
    pages = (
        _page("AQ", Record(document=moved), total=total),
        _page(None, Record(text=b"form"), Record(box_key=ANNA.sign_box(ANNA.box_statement())),
              Record(part=part),
              Record(end=MovedEnd(report=report, message_count=1, bulletin_key=bytes(16))),
              staying=0),
    )  # fmt: skip
    whole = _export(header, *pages)
    first, second, third, end = whole.splitlines(keepends=True)

    def check(name: str, comment: str, text: str, refused: Reason | None = None,
              line: ids.LineId = LINE) -> Vector:  # fmt: skip
        keys = [LINE_KEY.public_key.hex(), NEXT_LINE_KEY.public_key.hex()]
        given = {"lineId": line.hex(), "keys": keys, "file": text}
        return Vector("check-export", name, comment, given, refused)

    two = pages[1].replace(b'{"text":"Zm9ybQ"},{', b'{"text":"Zm9ybQ",', 1)
    vectors = [
        check("export", "Two pages.", whole),
        check("export-by-a-later-key", "Any key of the line.",
              _export(header, *pages, key=NEXT_LINE_KEY)),
        check("export-of-another-line", "Its first line says so.", whole, Reason.OTHER_LINE,
              scene.OTHER_LINE),
        check("export-of-another-version", "Nothing is known of it.",
              _export(header.replace(b'"version":1', b'"version":2'), *pages), Reason.FIELDS),
        check("export-cut-short", "The end is missing.", first + second + third, Reason.LENGTH),
        check("export-cut-in-a-line", "A line feed is missing.", whole[:-1], Reason.LENGTH),
        check("export-with-more", "Something follows the end.", whole + "\n", Reason.LENGTH),
        check("export-without-a-page", "The chain of hashes tells.", first + third + end,
              Reason.SIGNATURE),
        check("export-with-a-page-twice", "So it does.", first + second + second + third + end,
              Reason.SIGNATURE),
        check("export-with-another-text", "One record was changed.",
              whole.replace('"Zm9ybQ"', '"Zm9ybA"'), Reason.SIGNATURE),
        check("export-by-a-stranger", "Not a key of the line.",
              _export(header, *pages, key=scene.signing_key("host")), Reason.SIGNATURE),
        check("export-with-an-unknown-record", "Leaving it out would be a loss.",
              _export(header, pages[0], pages[1].replace(b'"text"', b'"news"')), Reason.FIELDS),
        check("export-with-two-in-a-record", "One member each.",
              _export(header, pages[0], two), Reason.FIELDS),
        check("export-in-another-form", "White space.",
              _export(header, pages[0].replace(b",", b", ", 1), pages[1]),
              Reason.JSON_NOT_CANONICAL),
    ]  # fmt: skip
    return file("export", "Exports of a line (files.md section 3).", [*vectors, *_held_lines()])


def _held_lines() -> list[Vector]:
    """Vectors of what a host holds of a line."""

    def held(name: str, comment: str, *reports: tuple[int, list[int]]) -> Vector:
        given = [
            {"reportId": _id(report), "messages": [_id(message) for message in messages]}
            for report, messages in reports
        ]
        return Vector("held-line", name, comment, {"reports": given})

    return [
        held("held-line", "Two reports, one with two messages.", (1, [3, 4]), (2, [5])),
        held("held-line-in-another-order", "The same hash.", (2, [5]), (1, [4, 3])),
        held("held-line-empty", "Nothing is held."),
    ]


def _id(number: int) -> str:
    return bytes([number] * 32).hex()
