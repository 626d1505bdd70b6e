"""Vectors of attachments (section 7.7)."""

from typing import Any, Final

from meldpunt.protocol.attachment import Attachment
from meldpunt.protocol.payload import make_payload
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.attachment import CHUNK_SIZE, stream_size
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.log.header import Tag
from openapi.generator import scene
from openapi.generator.attachment_operations import context_of, digest_of, made_stream
from openapi.generator.scene import FILES, secret
from openapi.generator.vector import Vector, VectorFile, file

_TWO_GIB: Final = 2 << 30
_SMALL: Final = 200
"""Bytes of ciphertext that a vector shows."""
_MESSAGE, _PUSH, _REKEY, _FINAL = range(4)
_PATTERN: Final = secret("file", 7)
_AT: Final = {
    "lineId": scene.LINE.hex(),
    "reportId": scene.REPORT.hex(),
    "attachmentId": FILES[0].hex(),
    "key": secret("file key").hex(),
    "streamHeader": secret("stream header", 24).hex(),
}


def attachments() -> VectorFile:
    """Lengths, streams, and files that a message lists."""
    vectors = [*_sizes(), *_sealed(), *_opened(), *_listed()]
    return file("attachment", "Attachments: lengths, streams, and what lists them.", vectors)


def _sizes() -> list[Vector]:
    def size(name: str, comment: str, plain: int) -> Vector:
        return Vector("attachment-size", f"size-{name}", comment, {"size": plain})

    def check(name: str, comment: str, length: int, refused: Reason | None = None) -> Vector:
        given = {"length": length}
        return Vector("check-attachment-size", f"size-{name}", comment, given, refused)

    no = Reason.ATTACHMENT_SIZE
    return [
        size("empty", "One empty chunk.", 0),
        size("one", "Nothing is added.", 1),
        size("nine", "The first length that is padded.", 9),
        size("chunk", "Exactly one chunk.", CHUNK_SIZE),
        size("chunk-and-one", "A second chunk.", CHUNK_SIZE + 1),
        size("photo", "A photograph.", 3_141_592),
        size("film", "Two gibibytes less one byte.", _TWO_GIB - 1),
        check("of-nothing", "An empty file.", stream_size(0)),
        check("of-a-chunk", "A full last chunk.", stream_size(CHUNK_SIZE)),
        check("of-a-film", "Two gibibytes.", stream_size(_TWO_GIB)),
        check("nothing", "Not even a stream header.", 0, no),
        check("without-a-chunk", "A stream header alone.", stream_size(0) - 17, no),
        check("unpadded", "A file of 9 bytes that was not padded.", 24 + 9 + 17, no),
        check("empty-last-chunk", "A full chunk, then an empty one.",
              stream_size(CHUNK_SIZE) + 17, no),
        check("half-an-overhead", "A full chunk and 16 bytes.", stream_size(CHUNK_SIZE) + 16, no),
    ]  # fmt: skip


def _plain(size: int) -> dict[str, Any]:
    return {"pattern": _PATTERN.hex(), "size": size}


def _sealed() -> list[Vector]:
    def seal(name: str, comment: str, size: int) -> Vector:
        given = {**_AT, "plain": _plain(size)}
        return Vector("seal-attachment", f"seal-{name}", comment, given)

    return [
        seal("empty", "One empty chunk, the final one.", 0),
        seal("short", "One chunk.", 5),
        seal("padded", "41 bytes, three of them padding.", 38),
        seal("chunk", "A full chunk, and it is final.", CHUNK_SIZE),
        seal("two-chunks", "And a second one.", CHUNK_SIZE + 1),
        seal("padding-alone", "The last chunk holds nothing but padding.", 3 * CHUNK_SIZE - 5000),
    ]


def _chunk(size: int, tag: int = _FINAL) -> dict[str, Any]:
    return {**_plain(size), "tag": tag}


def _stream(*chunks: dict[str, Any], order: tuple[int, ...] | None = None,
            **place: str) -> dict[str, Any]:  # fmt: skip
    order = tuple(range(len(chunks))) if order is None else order
    return {**_AT, **place, "chunks": list(chunks), "order": order}


def _opened() -> list[Vector]:
    stream_of = Reason.ATTACHMENT_STREAM

    def opens(name: str, comment: str, size: int, made: dict[str, Any],
              refused: Reason | None = None, **changes: str) -> Vector:  # fmt: skip
        """Open a stream under its own digest, which whoever seals it can always give."""
        ciphertext = made_stream(made)
        given: dict[str, Any] = {**_AT, **changes}
        shown = (
            {"ciphertext": ciphertext.hex()}
            if len(ciphertext) < _SMALL
            else {name: made[name] for name in ("chunks", "order")}
        )
        digest = digest_of(ciphertext, context_of(given)).hex()
        given = {**given, **shown, "size": size, "digest": digest, **changes}
        return Vector("open-attachment", name, comment, given, refused)

    five, full = _chunk(5), _chunk(CHUNK_SIZE, _MESSAGE)
    two = _stream(full, _chunk(CHUNK_SIZE))
    return [
        opens("open-empty", "Zero length is one final chunk.", 0, _stream(_chunk(0))),
        opens("open-short", "One chunk.", 5, _stream(five)),
        opens("open-padded", "The zero at its end is padding.", 9,
              _stream({"pattern": f"{(_PATTERN * 2)[:9].hex()}00", "size": 10, "tag": _FINAL})),
        opens("open-two-chunks", "Two full ones.", 2 * CHUNK_SIZE, two),
        opens("no-final", "It was cut off, or goes on.", 5, _stream(_chunk(5, _MESSAGE)),
              stream_of),
        opens("tag-push", "Not a tag of this protocol.", 5, _stream(_chunk(5, _PUSH)), stream_of),
        opens("tag-rekey", "Not a tag of this protocol.", 2 * CHUNK_SIZE,
              _stream(_chunk(CHUNK_SIZE, _REKEY), _chunk(CHUNK_SIZE)), stream_of),
        opens("empty-without-a-chunk", "No chunk at all.", 0, _stream(),
              Reason.ATTACHMENT_SIZE),
        opens("final-in-the-middle", "Another chunk after the final one.", 2 * CHUNK_SIZE,
              _stream(_chunk(CHUNK_SIZE), _chunk(CHUNK_SIZE)), stream_of),
        opens("bytes-after-final", "One byte more than the file has.", 5,
              {**_AT, "ciphertext": made_stream(_stream(five)).hex() + "00"},
              Reason.ATTACHMENT_SIZE),
        opens("short-middle-chunk", "Only the last may be shorter.", 2 * CHUNK_SIZE,
              _stream(_chunk(CHUNK_SIZE - 17, _MESSAGE), _chunk(CHUNK_SIZE)),
              Reason.ATTACHMENT_SIZE),
        opens("uneven-chunks", "The right length, cut elsewhere.", 2 * CHUNK_SIZE,
              _stream(_chunk(CHUNK_SIZE - 1, _MESSAGE), _chunk(CHUNK_SIZE + 1)), stream_of),
        opens("chunks-swapped", "The second one first.", 2 * CHUNK_SIZE, {**two, "order": (1, 0)},
              stream_of),
        opens("chunk-twice", "The first one again.", 2 * CHUNK_SIZE, {**two, "order": (0, 0)},
              stream_of),
        opens("of-another-line", "Moved to another line.", 5,
              _stream(five, lineId=scene.OTHER_LINE.hex()), stream_of),
        opens("of-another-report", "Moved to another report.", 5,
              _stream(five, reportId="00" * 32), stream_of),
        opens("of-another-id", "Served as another file.", 5,
              _stream(five, attachmentId=FILES[1].hex()), stream_of),
        opens("of-another-key", "Another file's key.", 5,
              _stream(five, key=secret("other file key").hex()), stream_of),
        opens("not-padded", "9 bytes that were not padded to 10.", 9, _stream(_chunk(9)),
              Reason.ATTACHMENT_SIZE),
        opens("padded-too-far", "8 bytes padded to 10.", 8, _stream(_chunk(10)),
              Reason.ATTACHMENT_SIZE),
        opens("size-past-the-end", "More bytes than there are.", 6, _stream(five),
              Reason.ATTACHMENT_SIZE),
        opens("padding-not-zero", "The tenth byte of nine.", 9, _stream(_chunk(10)),
              Reason.PADDING),
        opens("other-digest", "Not the ciphertext that was listed.", 5, _stream(five),
              Reason.ATTACHMENT_DIGEST, digest="00" * 32),
        opens("other-digest-before-stream", "The digest comes first.", 5,
              _stream(_chunk(5, _MESSAGE)), Reason.ATTACHMENT_DIGEST, digest="00" * 32),
        opens("truncated", "A chunk is withheld.", 2 * CHUNK_SIZE, _stream(full),
              Reason.ATTACHMENT_SIZE),
    ]  # fmt: skip


def _entry(number: int, **changes: Any) -> Attachment:  # noqa: ANN401 (any field)
    fields: dict[str, Any] = {
        "id": FILES[number],
        "name": "foto’s van de kelder.jpg",
        "media_type": "image/jpeg",
        "size": 5,
        "key": secret("file key"),
        "digest": ids.Hash(secret("file digest")),
    }
    return Attachment(**(fields | changes))


def _listed() -> list[Vector]:
    seen = (ids.message_id(scene.header().to_json()),)

    def check(name: str, comment: str, header: tuple[ids.AttachmentId, ...] | None,
              payload: tuple[Attachment, ...],
              refused: Reason | None = Reason.ATTACHMENTS) -> Vector:  # fmt: skip
        shown = scene.header(n=1, seen=seen, tag=Tag.MESSAGE, attachments=header).to_json()
        told = make_payload("Zie de bijlagen.", language="nl", attachments=payload).to_json()
        given = {"header": shown.decode(), "payload": told.decode()}
        return Vector("check-attachments", name, comment, given, refused)

    both = (_entry(0), _entry(1))
    good = make_payload("a", language="nl", attachments=both).to_json().decode()
    first, second = good.index('{"id"'), good.index('{"id"', good.index('{"id"') + 1)
    swapped = good[second : good.index("]", second)], good[first : second - 1]

    def parse(name: str, comment: str, old: str, new: str,
              refused: Reason | None = Reason.PAYLOAD) -> Vector:  # fmt: skip
        if old not in good:
            raise AssertionError(name)
        given = {"payload": good.replace(old, new, 1)}
        return Vector("parse-payload", f"payload-{name}", comment, given, refused)

    name, kind = '"name":"foto’s van de kelder.jpg"', '"mediaType":"image/jpeg"'
    return [
        check("files-listed", "Those of the header.", FILES, both, None),
        check("no-files", "Neither has any.", None, (), None),
        check("file-not-opened", "The header lists one more.", FILES, both[:1]),
        check("file-not-listed", "The payload opens one more.", FILES[:1], both),
        check("files-not-opened", "The payload opens none.", FILES, ()),
        check("other-file", "Another one.", FILES[:1], both[1:]),
        parse("files", "Two files.", "", "", None),
        parse("files-unsorted", "One set, one spelling.", ",".join(swapped[::-1]),
              ",".join(swapped)),
        parse("no-files", "An absent field, not an empty list.", good[first : good.rindex("]")],
              ""),
        parse("file-name-empty", "Some name.", name, '"name":""'),
        parse("file-name-path", "Never a path.", name, '"name":"../kelder.jpg"'),
        parse("file-name-windows-path", "Nor another system's.", name, '"name":"C:\\\\kelder.jpg"'),
        parse("file-name-folder", "The folder above.", name, '"name":".."'),
        parse("file-name-control", "A line end.", name, '"name":"kelder\\n.jpg"'),
        parse("file-name-bidi", "Reads as exe.jpg.", name, '"name":"kelder\u202egpj.exe"'),
        parse("file-name-255", "The longest.", name, f'"name":"{"é" * 127}a"', None),
        parse("file-name-256", "In bytes of UTF-8.", name, f'"name":"{"é" * 128}"'),
        parse("file-type-upper-case", "One spelling.", kind, '"mediaType":"image/JPEG"'),
        parse("file-type-parameter", "Without parameters.", kind,
              '"mediaType":"text/plain; charset=utf-8"'),
        parse("file-type-without-slash", "Type and subtype.", kind, '"mediaType":"jpeg"'),
        parse("file-negative-size", "Sizes start at 0.", '"size":5', '"size":-1'),
        parse("file-key-short", "32 bytes.", f'"key":"{encode_base64url(both[0].key)}"',
              '"key":"AAAA"'),
        parse("file-unknown-field", "The field set is closed.", '"size":5', '"size":5,"more":1'),
    ]  # fmt: skip
