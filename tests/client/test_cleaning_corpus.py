"""Documents as real programs write them: what says who made them goes, what is shown stays."""

import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from meldpunt.client.files.cleaning import Remainder, Trace, clean

CORPUS = Path(__file__).parents[1] / "corpus"
DOCUMENTS = sorted(path.name for path in CORPUS.glob("*.pdf"))
PRODUCERS = ("cairo", "chromium", "ghostscript", "libreoffice", "pikepdf")
SAYS: tuple[bytes, ...] = (
    b"canary",
    b"Writer",
    b"D:20",
    b"/Producer",
    b"/Creator",
    b"/Author",
    b"/Info",
    b"/Title (",
)
SAYS += (b"x:xmpmeta", b"Exif", b"/EmbeddedFiles", b"/AdditionalStreams", b"/DocChecksum", b"file:")
NAMES = (
    b"libreoffice",
    b"ghostscript",
    b"skia",
    b"chrom",
    b"cairo",
    b"pikepdf",
    b"qpdf",
    b"mozilla",
)


def plain(data: bytes) -> bytes:
    """A document with everything unpacked, and again without the zeros of UTF-16."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        )
    return out.getvalue() + out.getvalue().replace(b"\0", b"")


def said(data: bytes) -> list[bytes]:
    """What a document says of who made it, and with what."""
    found = plain(data).lower()
    return [word for word in (*SAYS, *NAMES) if word.lower() in found]


def shown(data: bytes) -> Iterator[tuple[bytes, list[tuple[str, bytes]]]]:
    """What each page shows: what it draws, and the fonts and what their letters mean."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            drawn = [each.read_bytes() for each in _contents(page)]
            yield b"\n".join(drawn), sorted(_fonts(page))


def _contents(page: pikepdf.Page) -> list[pikepdf.Object]:
    contents = page.obj.get("/Contents", pikepdf.Array())
    return list(contents) if isinstance(contents, pikepdf.Array) else [contents]


def _fonts(page: pikepdf.Page) -> Iterator[tuple[str, bytes]]:
    fonts = page.obj.get("/Resources", pikepdf.Dictionary()).get("/Font", pikepdf.Dictionary())
    for name, font in fonts.items():
        inner = [font, *font.get("/DescendantFonts", pikepdf.Array())]
        for each in [*inner, *(font.FontDescriptor for font in inner if "/FontDescriptor" in font)]:
            for key in ("/ToUnicode", "/FontFile", "/FontFile2", "/FontFile3"):
                if key in each:
                    yield f"{name}{key}", each[key].read_bytes()


def packed(data: bytes) -> bytes:
    """A document as newer programs store it: objects and their places in streams."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, linearize=True)
    return out.getvalue()


def unpacked(data: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


def test_the_corpus_has_five_producers_and_is_small() -> None:
    assert {name.partition(".")[0].partition("-")[0] for name in DOCUMENTS} == {*PRODUCERS}
    assert sum(path.stat().st_size for path in CORPUS.iterdir() if path.is_file()) < 1 << 20


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("form", [bytes, packed, unpacked])
def test_a_document_says_nothing_and_shows_the_same(name: str, form: type, tmp_path: Path) -> None:
    path = tmp_path / "d.pdf"
    before = form((CORPUS / name).read_bytes())
    path.write_bytes(before)
    assert said(before)
    cleaned = clean(path)
    assert said(cleaned.data) == []
    assert list(shown(cleaned.data)) == list(shown(before))
    assert cleaned.removed


def test_a_cleaned_document_is_clean(tmp_path: Path) -> None:
    """Nothing that cleaning writes itself is taken for something that a person left."""
    for name in DOCUMENTS:
        once = clean(CORPUS / name)
        path = tmp_path / name
        path.write_bytes(once.data)
        again = clean(path)
        assert (again.removed, again.remaining) == ((), once.remaining)
        assert list(shown(again.data)) == list(shown(once.data))
        assert {Remainder.FILES_INSIDE, Remainder.PICTURES_INSIDE}.isdisjoint(once.remaining)


def test_the_text_that_a_document_was_made_from_is_gone() -> None:
    hybrid = CORPUS / "libreoffice-hybrid.pdf"
    assert b"PK\3\4" in plain(hybrid.read_bytes())
    cleaned = clean(hybrid)
    assert b"PK\3\4" not in plain(cleaned.data)
    assert Trace.FILES_INSIDE in cleaned.removed
