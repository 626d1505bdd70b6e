"""What a hostile or damaged file costs: a refusal in words, within bounds, and nothing else."""

import io
import os
import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, PngImagePlugin

from meldpunt.cleaning.results import Failure, NotCleanedError
from meldpunt.cleaning.worker import cleaner_of
from meldpunt.client.files.cleaning import (
    BrokenFileError,
    CleanerMissingError,
    CleaningError,
    Limits,
    Remainder,
    TooLargeError,
    TooManyPagesError,
    TooSlowError,
    UnknownTypeError,
    clean,
    media_type_of,
)

CORPUS = Path(__file__).parents[1] / "corpus"
SMALL = Limits(size=4 << 20, pages=20, pixels=100_000, seconds=20, memory=512 << 20)


def saved(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def frames(count: int, mode: str = "RGB") -> list[Image.Image]:
    """Frames of noise that differ, so that none is merged with the one before."""
    noise = Image.effect_noise((40, 30), 80).convert(mode)
    return [noise.rotate(7 * number) for number in range(count)]


def moving(kind: str, count: int) -> bytes:
    first, *others = frames(count, "P" if kind == "GIF" else "RGB")
    out = io.BytesIO()
    more = {"append_images": others, "save_all": True} if count > 1 else {}
    first.save(out, kind, **more)
    return out.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_with(extra: bytes) -> bytes:
    """A picture with a further chunk before its pixels."""
    whole = moving("PNG", 1)
    return whole[:33] + extra + whole[33:]


def bomb(size: int = 64 << 20) -> bytes:
    return zlib.compress(bytes(size), 9)


def pdf_with(change: Callable[[pikepdf.Pdf], None]) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        change(pdf)
        pdf.save(out)
    return out.getvalue()


# --- bounds --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["TIFF", "GIF", "WEBP", "PNG"])
def test_more_pages_or_frames_than_are_cleaned_are_refused(kind: str, tmp_path: Path) -> None:
    path = saved(tmp_path / "p", moving(kind, 6))
    assert clean(path, Limits(pages=6)).data
    with pytest.raises(TooManyPagesError):
        clean(path, Limits(pages=5))


def test_more_pages_of_a_document_than_are_cleaned_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "p", pdf_with(lambda pdf: pdf.pages.extend([pdf.pages[0]] * 5)))
    assert clean(path, Limits(pages=6)).data
    with pytest.raises(TooManyPagesError):
        clean(path, Limits(pages=5))


def test_twenty_thousand_pages_are_counted_no_further_than_the_limit(tmp_path: Path) -> None:
    """Each page is the same 100 bytes or so; the count stops at the limit, so time does too."""
    path = saved(tmp_path / "p", tiff_of_pages(20_000))
    with pytest.raises(TooManyPagesError):
        clean(path)


def tiff_of_pages(count: int) -> bytes:
    """A TIFF file of tiny pages, each with a directory of its own (TIFF 6.0 section 2)."""
    out = bytearray(b"II*\0\x08\0\0\0")
    for number in range(count):
        at = len(out)
        entries = (
            (256, 1),
            (257, 1),
            (258, 8),
            (259, 1),
            (262, 1),
            (273, 4),
            (277, 1),
            (278, 1),
            (279, 1),
        )
        size = 2 + 12 * len(entries) + 4
        out += struct.pack("<H", len(entries))
        for tag, value in entries:
            out += struct.pack("<HHII", tag, 4, 1, value)
        out += struct.pack("<I", at + size if number + 1 < count else 0)
    return bytes(out)


@pytest.mark.parametrize("kind", ["TIFF", "GIF", "WEBP", "PNG"])
def test_frames_that_are_too_much_together_are_refused(kind: str, tmp_path: Path) -> None:
    path = saved(tmp_path / "p", moving(kind, 5))
    clean(path, Limits(pixels=5 * 40 * 30))
    with pytest.raises(TooLargeError):
        clean(path, Limits(pixels=5 * 40 * 30 - 1))


def test_a_file_that_is_too_large_is_not_even_read(tmp_path: Path) -> None:
    path = saved(tmp_path / "p", moving("PNG", 1))
    with pytest.raises(TooLargeError):
        clean(path, Limits(size=path.stat().st_size - 1))


def test_what_comes_out_has_a_limit_too(tmp_path: Path) -> None:
    packed = io.BytesIO()
    Image.effect_noise((300, 300), 80).save(packed, "TIFF", compression="jpeg", quality=5)
    path = saved(tmp_path / "p", packed.getvalue())
    assert len(clean(path).data) > len(packed.getvalue()) + 100
    with pytest.raises(TooLargeError):
        clean(path, Limits(size=len(packed.getvalue()) + 100))


def test_a_process_that_takes_too_much_memory_is_refused_in_words(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("L", (12_000, 7_000)).save(out, "TIFF", compression="tiff_deflate")
    path = saved(tmp_path / "p", out.getvalue())
    assert clean(path).data
    with pytest.raises(TooLargeError):
        clean(path, Limits(memory=150 << 20))


def test_a_process_that_takes_too_much_time_is_refused_in_words(tmp_path: Path) -> None:
    out = io.BytesIO()
    large = Image.effect_noise((1000, 1000), 80).resize((9000, 9000))
    large.save(out, "TIFF", compression="tiff_deflate")
    with pytest.raises(TooSlowError):
        clean(saved(tmp_path / "p", out.getvalue()), Limits(seconds=1))


def test_a_process_that_only_waits_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modules = tmp_path / "modules" / "PIL"
    modules.mkdir(parents=True)
    (modules / "__init__.py").write_text("import time\ntime.sleep(600)")
    monkeypatch.syspath_prepend(str(modules.parent))
    with pytest.raises(TooSlowError):
        clean(saved(tmp_path / "p", moving("PNG", 1)), Limits(seconds=1))


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", BrokenFileError),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", TooLargeError),
        ("raise SystemExit(3)", BrokenFileError),
        ("print('no answer')", CleaningError),
        ("raise ImportError", CleanerMissingError),
    ],
)
def test_a_process_that_dies_is_told_in_words(
    code: str, error: type[CleaningError], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modules = tmp_path / "modules" / "PIL"
    modules.mkdir(parents=True)
    (modules / "__init__.py").write_text(code)
    monkeypatch.syspath_prepend(str(modules.parent))
    with pytest.raises(error):
        clean(saved(tmp_path / "p", moving("PNG", 1)))


def test_the_process_has_no_name_of_the_file_and_writes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modules = tmp_path / "modules" / "pikepdf"
    modules.mkdir(parents=True)
    seen = tmp_path / "seen"
    (modules / "__init__.py").write_text(
        f"import sys\nopen({str(seen)!r}, 'w').write(' '.join(sys.orig_argv))\nraise ImportError"
    )
    monkeypatch.syspath_prepend(str(modules.parent))
    with pytest.raises(CleanerMissingError):
        clean(saved(tmp_path / "name-of-a-person", b"%PDF-1.7"))
    assert "worker" in seen.read_text()
    assert "name-of-a-person" not in seen.read_text()


# --- small files that unpack to much -------------------------------------------------------------


def flate(pdf: pikepdf.Pdf, layers: int, size: int = 64 << 20, **more: object) -> pikepdf.Object:
    data = bytes(size)
    for _ in range(layers):
        data = zlib.compress(data, 9)
    stream = pikepdf.Stream(pdf, data)
    stream.Filter = pikepdf.Array([pikepdf.Name.FlateDecode] * layers)
    for key, value in more.items():
        stream[f"/{key}"] = value
    return stream


PDF_BOMBS: dict[str, Callable[[pikepdf.Pdf], None]] = {
    "profile": lambda pdf: pdf.Root.__setitem__("/P", flate(pdf, 1, N=3)),
    "layers": lambda pdf: pdf.Root.__setitem__("/P", flate(pdf, 3, N=3)),
    "contents": lambda pdf: pdf.pages[0].obj.__setitem__("/Contents", flate(pdf, 2)),
    "picture": lambda pdf: pdf.Root.__setitem__(
        "/P", pikepdf.Stream(pdf, bomb(), Filter=[pikepdf.Name.FlateDecode, pikepdf.Name.DCTDecode])
    ),
}


@pytest.mark.parametrize("name", PDF_BOMBS)
def test_a_small_document_that_unpacks_to_much_ends_within_limits(
    name: str, tmp_path: Path
) -> None:
    data = pdf_with(PDF_BOMBS[name])
    assert len(data) < 100_000
    ends_in_words(saved(tmp_path / "p", data), Limits(memory=400 << 20, seconds=20))


@pytest.mark.parametrize("start", [b"", b"\0" * 36 + b"acsp"])
def test_a_profile_is_unpacked_no_further_than_one_can_be_long(
    start: bytes, tmp_path: Path
) -> None:
    """A limit of memory that the whole stream would break: only its beginning is read."""

    def change(pdf: pikepdf.Pdf) -> None:
        packer = zlib.compressobj(1)
        data = packer.compress(start) + b"".join(
            packer.compress(bytes(1 << 20)) for _ in range(400)
        )
        pdf.Root["/P"] = stream = pikepdf.Stream(pdf, data + packer.flush(), N=3)
        stream.Filter = pikepdf.Name.FlateDecode

    cleaned = clean(saved(tmp_path / "p", pdf_with(change)), Limits(memory=250 << 20))
    assert cleaned.remaining == ((Remainder.COLOUR_PROFILE,) if start else ())


def objects_bomb() -> bytes:
    """A document whose stream of objects unpacks to 256 MiB (ISO 32000-1 section 7.5.7)."""
    packed = bomb(256 << 20)
    objects = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>" % len(packed)
    body = b"%PDF-1.5\n1 0 obj\n" + objects + b"\nstream\n" + packed + b"\nendstream\nendobj\n"
    entries = b"\0\0\0\0\0" + b"\1" + (9).to_bytes(3) + b"\0" + b"\2" + (1).to_bytes(3) + b"\0"
    table = b"<< /Type /XRef /Size 3 /W [1 3 1] /Root 2 0 R /Length %d >>" % len(entries)
    start = len(body)
    body += b"3 0 obj\n" + table + b"\nstream\n" + entries + b"\nendstream\nendobj\n"
    return body + b"startxref\n%d\n%%%%EOF\n" % start


PNG_BOMBS = {
    "iCCP": chunk(b"iCCP", b"p\0\0" + bomb()),
    "zTXt": chunk(b"zTXt", b"k\0\0" + bomb()),
    "iTXt": chunk(b"iTXt", b"k\0\1\0\0\0" + bomb()),
    "many": b"".join(chunk(b"zTXt", b"k%d\0\0" % n + bomb(1 << 20)) for n in range(100)),
}


@pytest.mark.parametrize("name", PNG_BOMBS)
def test_what_unpacks_beside_the_pixels_is_bounded(name: str, tmp_path: Path) -> None:
    ends_in_words(saved(tmp_path / "p", png_with(PNG_BOMBS[name])), Limits(memory=300 << 20))


def test_a_stream_of_objects_is_bounded(tmp_path: Path) -> None:
    ends_in_words(saved(tmp_path / "p", objects_bomb()), Limits(memory=200 << 20))


def ends_in_words(path: Path, limits: Limits) -> str:
    """Clean within limits: it is cleaned, or refused in words."""
    try:
        clean(path, limits)
    except CleaningError as error:
        return str(error)
    return "cleaned."


# --- damage --------------------------------------------------------------------------------------


def seeds() -> dict[str, bytes]:
    """A file of every kind that is cleaned, small, with all sorts of parts."""
    made = {
        f"{kind}-{n}": moving(kind, n) for kind in ("GIF", "PNG", "WEBP", "TIFF") for n in (1, 3)
    }
    out = io.BytesIO()
    exif = Image.Exif()
    exif[271] = "SecretCam"
    frames(1)[0].save(out, "JPEG", exif=exif, comment=b"note", progressive=True)
    made["JPEG"] = out.getvalue()
    out = io.BytesIO()
    one, two = frames(2)
    one.save(out, "MPO", save_all=True, append_images=[two])
    made["MPO"] = out.getvalue()
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "J. Doe", zip=True)
    out = io.BytesIO()
    one.save(out, "PNG", pnginfo=texts, exif=exif)
    made["PNG-texts"] = out.getvalue()
    for name in ("pikepdf-blank", "cairo", "chromium"):
        made[name] = (CORPUS / f"{name}.pdf").read_bytes()
    return made


SEEDS = seeds()


def kind_of(data: bytes, folder: Path) -> str:
    return media_type_of(saved(folder / "k", data))


def attempt(data: bytes, kind: str) -> str:
    """Clean damaged bytes in this process: what comes is a cleaned file or a refusal in words."""
    try:
        cleaner_of(kind)(data, SMALL)
    except NotCleanedError as error:
        return error.failure
    return "cleaned"


@pytest.mark.filterwarnings("ignore")  # decoders warn of damage; the process has no screen
@pytest.mark.parametrize("name", SEEDS)
def test_a_file_cut_anywhere_ends_in_words(name: str, tmp_path: Path) -> None:
    whole = SEEDS[name]
    kind = kind_of(whole, tmp_path)
    cuts = {*range(min(80, len(whole))), *range(0, len(whole), max(1, len(whole) // 60))}
    outcomes = {attempt(whole[:cut], kind) for cut in sorted(cuts)}
    assert Failure.BROKEN in outcomes
    assert attempt(whole, kind) == "cleaned"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", SEEDS)
def test_a_file_damaged_anywhere_ends_in_words(name: str, tmp_path: Path) -> None:
    whole, chance = SEEDS[name], random.Random(name)  # noqa: S311 (the same damage every time)
    kind = kind_of(whole, tmp_path)
    for _ in range(80):
        damaged = bytearray(whole)
        for _ in range(chance.randrange(1, 9)):
            damaged[chance.randrange(len(damaged))] = chance.choice((0, 255, chance.randrange(256)))
        attempt(bytes(damaged), kind)


@pytest.mark.parametrize("cut", [6, 9, 12, 13, 20])
def test_a_gif_cut_in_its_beginning_is_refused(cut: int, tmp_path: Path) -> None:
    with pytest.raises(BrokenFileError):
        clean(saved(tmp_path / "p", SEEDS["GIF-3"][:cut]))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_fewer_frames_than_a_file_says_are_no_whole_file(kind: str, tmp_path: Path) -> None:
    whole = moving(kind, 3)
    cut = whole[: whole.rindex(b"fcTL" if kind == "PNG" else b"ANMF") - 4]
    if kind == "PNG":
        cut += chunk(b"IEND", b"")
    with pytest.raises(BrokenFileError):
        clean(saved(tmp_path / "p", cut))


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    for path in (tmp_path / "pipe.png", tmp_path):
        with pytest.raises(UnknownTypeError):
            clean(path)
    with pytest.raises(FileNotFoundError):
        clean(tmp_path / "nothing.png")
