"""Vectors of receipt codes, text forms, strict JSON, hashes, ids and key pairs."""

from typing import Final

from meldpunt.protocol.keys import BoxKey
from meldpunt.protocol.receipt import make_receipt
from meldpunt.protocol.verify.errors import Reason
from openapi.generator.scene import (
    ANNA,
    BRAM,
    LINE,
    LINE_KEY,
    OTHER_LINE,
    REPORT,
    REPORTER_KEYS,
    document,
    header,
    secret,
)
from openapi.generator.vector import Vector, VectorFile, file

_CODE: Final = make_receipt(secret("receipt", 12))
_ONES: Final = make_receipt(bytes.fromhex("084210842108421084210842"))
_SYMBOLS: Final = _CODE.replace("-", "")


_PASSED_OVER: Final = {
    "tabs": "\t",
    "line-ends": "\n",
    "no-break-spaces": "\u00a0",
    "ideographic-spaces": "\u3000",
    "hyphens": "\u2010",
    "no-break-hyphens": "\u2011",
    "en-dashes": "\u2013",
    "em-dashes": "\u2014",
    "minus-signs": "\u2212",
    "soft-hyphens": "\u00ad",
    "full-width-dashes": "\uff0d",
    "zero-width-spaces": "\u200b",
    "word-joiners": "\u2060",
    "braille-blanks": "\u2800",
    "hangul-fillers": "\u3164",
}


def _full_width(code: str) -> str:
    return code.translate({ord(symbol): ord(symbol) + 0xFEE0 for symbol in set(code) - {"-"}})


def _other(symbol: str) -> str:
    return "7" if symbol != "7" else "8"


def receipts() -> VectorFile:
    """Receipt codes (section 3)."""

    def make(name: str, entropy: bytes) -> Vector:
        comment = "12 random bytes; the last 6 bits are not used."
        return Vector("receipt-make", name, comment, {"entropy": entropy.hex()})

    def typed(name: str, comment: str, text: str, refused: Reason | None = None) -> Vector:
        return Vector("receipt-parse", name, comment, {"typed": text}, refused)

    def keys(name: str, comment: str, text: str, line: bytes) -> Vector:
        return Vector("receipt-keys", name, comment, {"typed": text, "lineId": line.hex()})

    wrong_check = _SYMBOLS[:19] + _other(_SYMBOLS[19])
    wrong_secret = _other(_SYMBOLS[0]) + _SYMBOLS[1:]
    vectors = [
        make("make", secret("receipt", 12)),
        make("make-zero", bytes(12)),
        make("make-ones", b"\xff" * 12),
        typed("typed-as-shown", "The form that is shown.", _CODE),
        typed("typed-loosely", "Lower case, spaces.", _CODE.lower().replace("-", "  ")),
        typed("typed-look-alikes", "o for 0.", make_receipt(bytes(12)).replace("0", "o")),
        typed("typed-l-and-i", "l and I for 1.", _ONES.replace("1", "l", 1).replace("1", "I")),
        typed("wrong-check", "The last symbol is another one.", wrong_check, Reason.RECEIPT_CHECK),
        typed("wrong-symbol-caught", "The first symbol is another one.", wrong_secret,
              Reason.RECEIPT_CHECK),
        typed("seventeen-symbols", "Too short.", _SYMBOLS[:17], Reason.RECEIPT_LENGTH),
        typed("nineteen-symbols", "One is missing.", _SYMBOLS[:19], Reason.RECEIPT_LENGTH),
        typed("twenty-one-symbols", "One too many.", _SYMBOLS + "0", Reason.RECEIPT_LENGTH),
        typed("empty", "Nothing at all.", "", Reason.RECEIPT_LENGTH),
        typed("letter-u", "U is not in the alphabet.", _SYMBOLS[:19] + "U", Reason.RECEIPT_SYMBOL),
        typed("full-width", "Full-width forms, as some keyboards type them.", _full_width(_CODE)),
        typed("full-width-lower-case", "The same in lower case.", _full_width(_CODE.lower())),
        *(
            typed(f"typed-with-{name}", f"U+{ord(mark):04X} is passed over.",
                  _CODE.replace("-", mark))
            for name, mark in _PASSED_OVER.items()
        ),
        typed("typed-with-ends", "Lines, a byte order mark, marks of direction around it.",
              f"\ufeff\u2066 {_CODE}\r\n\u2069"),
        typed("superscript-digit", "U+00B9 is another digit.", _SYMBOLS[:19] + "\u00b9",
              Reason.RECEIPT_SYMBOL),
        typed("arabic-digit", "U+0661 is another digit.", _SYMBOLS[:19] + "\u0661",
              Reason.RECEIPT_SYMBOL),
        typed("cyrillic-letter", "U+0410 looks like A.", _SYMBOLS[:19] + "\u0410",
              Reason.RECEIPT_SYMBOL),
        typed("long-s", "U+017F becomes S in upper case.", _SYMBOLS[:19] + "\u017f",
              Reason.RECEIPT_SYMBOL),
        typed("point", "A point is no dash.", _CODE.replace("-", "."), Reason.RECEIPT_SYMBOL),
        typed("combining-mark", "A mark on a symbol is seen.", _SYMBOLS + "\u0301",
              Reason.RECEIPT_SYMBOL),
        typed("mathematical-letter", "U+1D400 is another A.", _SYMBOLS[:19] + "\U0001d400",
              Reason.RECEIPT_SYMBOL),
        typed("dotless-i", "U+0131 becomes I in some languages.", _SYMBOLS[:19] + "\u0131",
              Reason.RECEIPT_SYMBOL),
        keys("keys", "Argon2id, then both key pairs.", _CODE, LINE),
        keys("keys-typed-loosely", "The same keys.", _CODE.lower().replace("-", " "), LINE),
        keys("keys-on-another-line", "One code on two lines: nothing in common.", _CODE,
             OTHER_LINE),
    ]  # fmt: skip
    return file("receipt", "Receipt codes and what is made from them.", vectors)


def encodings() -> VectorFile:
    """Text forms (section 2)."""

    def b64(name: str, comment: str, text: str, refused: Reason | None = None,
            size: int | None = None) -> Vector:  # fmt: skip
        given = {"text": text} if size is None else {"text": text, "size": size}
        return Vector("base64url-decode", name, comment, given, refused)

    def line(name: str, comment: str, text: str, refused: Reason | None = None) -> Vector:
        return Vector("line-id-decode", name, comment, {"text": text}, refused)

    def day(name: str, text: str, refused: Reason | None = None) -> Vector:
        return Vector("day", name, "Days are YYYY-MM-DD.", {"day": text}, refused)

    def term(
        name: str, comment: str, text: str, start: str, refused: Reason | None = None
    ) -> Vector:
        return Vector("term-after", name, comment, {"term": text, "day": start}, refused)

    vectors = [
        Vector("length-prefix", "lp-empty", "Four zero bytes.", {"value": ""}),
        Vector("length-prefix", "lp", "Length in 4 bytes, big-endian.", {"value": "616263"}),
        *(
            Vector(
                "base64url-encode",
                f"encode-{size}",
                "No padding.",
                {"bytes": secret("base64url", size).hex()},
            )
            for size in (0, 1, 2, 3, 32)
        ),
        b64("decode", "Both letters of the URL alphabet.", "-_-_"),
        b64("decode-sized", "The size is the expected one.", "Zm9v", size=3),
        b64("padded", "Padding.", "Zg==", Reason.BASE64URL),
        b64("plus-and-slash", "The other alphabet.", "+/+/", Reason.BASE64URL),
        b64("spare-bits", "Zg and Zh would be one value.", "Zh", Reason.BASE64URL),
        b64("spare-bits-of-two", "Zm8 and Zm9 would be one value.", "Zm9", Reason.BASE64URL),
        b64("one-symbol", "No number of bytes has this length.", "Zm9vZ", Reason.BASE64URL),
        b64("space", "White space.", "Zm9v ", Reason.BASE64URL),
        b64("line-end", "White space.", "Zm9v\n", Reason.BASE64URL),
        b64("full-width", "U+FF3A looks like Z.", "\uff3am9v", Reason.BASE64URL),
        b64("too-short", "Three bytes, not four.", "Zm9v", Reason.LENGTH, size=4),
        Vector("line-id-encode", "line-id", "Base32 in lower case.", {"bytes": LINE.hex()}),
        line("line-id-read", "And back.", "a" * 32),
        line("line-id-upper-case", "Upper case.", "A" * 32, Reason.LINE_ID),
        line("line-id-short", "31 characters.", "a" * 31, Reason.LINE_ID),
        line("line-id-digit", "1 is not in the alphabet.", "1" + "a" * 31, Reason.LINE_ID),
        day("day", "2028-02-29"),
        day("day-that-is-none", "2027-02-29", Reason.FIELDS),
        day("day-with-time", "2027-02-28T00:00:00Z", Reason.FIELDS),
        day("day-without-dashes", "20270228", Reason.FIELDS),
        term("term-days", "Days.", "P7D", "2026-12-28"),
        term("term-weeks", "Weeks.", "P6W", "2026-11-20"),
        term("term-months", "A month without that day ends on its last.", "P3M", "2026-11-30"),
        term("term-leap-year", "The same in a leap year.", "P1M", "2028-01-31"),
        term("term-years", "29 February plus a year.", "P1Y", "2028-02-29"),
        term("term-past-9999", "Time ends on 9999-12-31.", "P9999Y", "2026-11-20"),
        term("term-zero", "No zero.", "P0D", "2026-11-20", Reason.FIELDS),
        term("term-leading-zero", "One spelling.", "P07D", "2026-11-20", Reason.FIELDS),
        term("term-mixed", "One unit.", "P1M2D", "2026-11-20", Reason.FIELDS),
        term("term-hours", "No times.", "PT24H", "2026-11-20", Reason.FIELDS),
    ]
    return file("encoding", "Text forms of bytes, days and terms.", vectors)


def hashes() -> VectorFile:
    """Hashes and ids (sections 2.2 and 4)."""
    first = document().to_json().decode()
    box_key = ANNA.chain.key(0).public_key
    vectors = [
        Vector("labelled-hash", "hash", "lp of label and of each part.",
               {"size": 32, "label": "mp1/example", "parts": ["", "61", "6263"]}),
        Vector("labelled-hash", "hash-other-cut", "The same bytes cut otherwise: another hash.",
               {"size": 32, "label": "mp1/example", "parts": ["", "6162", "63"]}),
        Vector("labelled-hash", "hash-short", "The size is part of BLAKE2b, not a cut.",
               {"size": 16, "label": "mp1/example", "parts": ["", "61", "6263"]}),
        Vector("derive-key", "derived-key", "Keyed BLAKE2b over the label.",
               {"key": secret("key").hex(), "label": "mp1/encrypt"}),
        Vector("line-id", "line-id", "A line is named after its first key.",
               {"firstKey": LINE_KEY.public_key.hex()}),
        Vector("handler-id", "handler-id", "A handler of this line.",
               {"lineId": LINE.hex(), "signingKey": ANNA.signing.public_key.hex()}),
        Vector("handler-id", "handler-id-on-another-line", "One key on two lines: two ids.",
               {"lineId": OTHER_LINE.hex(), "signingKey": ANNA.signing.public_key.hex()}),
        *(
            Vector("box-key-id", f"box-key-id-{number}", "The number is part of the name.",
                   {"lineId": LINE.hex(), "handlerId": ANNA.id.hex(), "number": number,
                    "publicKey": box_key.hex()})
            for number in (0, 1, 2**53 - 1)
        ),
        Vector("report-id", "report-id", "A report is named after both keys of its reporter.",
               {"signingKey": REPORTER_KEYS.signing.public_key.hex(),
                "boxKey": REPORTER_KEYS.box.public_key.hex()}),
        Vector("inbox-entry", "inbox-entry", "One report in one inbox.",
               {"handlerId": ANNA.id.hex(), "reportId": REPORT.hex()}),
        Vector("inbox-entry", "inbox-entry-of-a-colleague", "Another name for the same report.",
               {"handlerId": BRAM.id.hex(), "reportId": REPORT.hex()}),
        Vector("message-id", "message-id", "Over the signed bytes of the header.",
               {"header": header().to_json().decode()}),
        Vector("body-hash", "body-hash", "Over commitment and ciphertext.",
               {"body": secret("body", 1072).hex()}),
        Vector("document-hash", "document-hash", "Over the signed bytes.", {"document": first}),
        Vector("text-hash", "text-hash", "Over a form, guide or other text.", {"text": "e28098"}),
    ]  # fmt: skip
    return file("hashing", "Labelled hashes, derived keys and every id.", vectors)


def keys() -> VectorFile:
    """Box keys and the ratchet (sections 6.2 and 6.3)."""
    good = BoxKey.from_seed(secret("box")).public_key
    x_wing_draft = "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26"

    def ratchet(
        name: str, comment: str, start: int, end: int, refused: Reason | None = None
    ) -> Vector:
        given = {"first": 8, "value": secret("chain").hex(), "from": start, "to": end}
        return Vector("ratchet", name, comment, given, refused)

    def check(name: str, comment: str, key: bytes, refused: Reason | None = None) -> Vector:
        return Vector("check-box-key", name, comment, {"publicKey": key.hex()}, refused)

    def point(number: int) -> bytes:
        return good[:1184] + number.to_bytes(32, "little")

    vectors = [
        Vector("box-key-from-seed", "x-wing-draft", "The first vector of the X-Wing draft.",
               {"seed": x_wing_draft}),
        Vector("box-key-from-seed", "x-wing", "Another seed.", {"seed": secret("box").hex()}),
        ratchet("first-of-chain", "k(n) itself.", 8, 8),
        ratchet("later-in-chain", "Three steps.", 8, 11),
        ratchet("from-a-later-value", "k(11) reached in two stages is the same.", 10, 11),
        ratchet("last-of-chain", "The eighth key.", 8, 15),
        ratchet("destroyed", "An earlier key does not come back.", 10, 9, Reason.KEY_NUMBER),
        ratchet("past-the-chain", "A chain has eight keys.", 8, 16, Reason.KEY_NUMBER),
        ratchet("before-the-chain", "It starts at 8.", 7, 8, Reason.KEY_NUMBER),
        check("usable", "An ordinary key.", good),
        check("largest-coefficient", "3,328 twice.", b"\x00\x0d\xd0" + good[3:]),
        check("coefficient-q", "3,329 is out of range.", b"\x01\x0d\x00" + good[3:],
              Reason.WRAP_KEY),
        check("second-coefficient-q", "The other 12 bits.", b"\x00\x10\xd0" + good[3:],
              Reason.WRAP_KEY),
        check("last-coefficient", "The last one before the 32-byte seed.",
              good[:1149] + b"\x00\xf0\xff" + good[1152:], Reason.WRAP_KEY),
        check("x25519-zero", "Zero.", point(0), Reason.WRAP_KEY),
        check("x25519-one", "Order 1.", point(1), Reason.WRAP_KEY),
        check("x25519-order-8", "Order 8.",
              good[:1184]
              + bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
              Reason.WRAP_KEY),
        check("x25519-p", "Zero in another spelling.", point(2**255 - 19), Reason.WRAP_KEY),
        check("short", "One byte short.", good[:-1], Reason.WRAP_KEY),
        check("long", "One byte long.", good + b"\0", Reason.WRAP_KEY),
    ]  # fmt: skip
    return file("keys", "X-Wing key pairs, public keys to refuse, and the ratchet.", vectors)
