"""Pictures and documents lose what says who made them, and look the same."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import ExifTags, Image, ImageChops, ImageCms, ImageStat, PngImagePlugin
from PIL.TiffImagePlugin import IFDRational

from meldpunt.cleaning.jpeg import strip_segments
from meldpunt.cleaning.profile import bare_profile
from meldpunt.cleaning.results import NotCleanedError
from meldpunt.client.files.cleaning import (
    BrokenFileError,
    Cleaned,
    CleanerMissingError,
    Remainder,
    TooLargeError,
    Trace,
    UnknownTypeError,
    clean,
    media_type_of,
)

SECRETS = (b"SecretCam", b"J. Doe", b"2026:03:04", b"SN-12345", b"secret note", b"Exif\0", b"http:")
"""Words that a picture must not hold afterwards."""
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><who>J. Doe http://ns.adobe.com/xap/</who></x:xmpmeta>"


def picture(mode: str = "RGB", size: tuple[int, int] = (64, 48)) -> Image.Image:
    """A gradient with a red corner: one sees which way is up."""
    made = Image.linear_gradient("L").resize(size).convert("RGB")
    made.paste((255, 0, 0), (0, 0, size[0] // 4, size[1] // 4))
    return made.convert(mode)


def exif(orientation: int = 1) -> Image.Exif:
    made = Image.Exif()
    tags = ExifTags.Base
    made[tags.Make], made[tags.Model] = "SecretCam", "SecretCam 9"
    made[tags.Artist], made[tags.DateTime] = "J. Doe", "2026:03:04 05:06:07"
    made[tags.Orientation] = orientation
    inner = made.get_ifd(ExifTags.IFD.Exif)
    inner[tags.DateTimeOriginal], inner[tags.BodySerialNumber] = "2026:03:04 05:06:07", "SN-12345"
    place = made.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef] = "N"
    place[ExifTags.GPS.GPSLatitude] = (IFDRational(52), IFDRational(5), IFDRational(30))
    return made


def icc() -> bytes:
    return bytes(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())


def in_srgb(made: Image.Image) -> Image.Image:
    """As a viewer shows it that follows profiles."""
    profile = ImageCms.ImageCmsProfile(io.BytesIO(made.info["icc_profile"]))
    shown = ImageCms.profileToProfile(made, profile, ImageCms.createProfile("sRGB"))
    assert shown is not None
    return shown


def saved(path: Path, made: Image.Image, kind: str, **settings: Any) -> Path:  # noqa: ANN401 (of the library)
    made.save(path, kind, **settings)
    return path


def png_texts() -> PngImagePlugin.PngInfo:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "J. Doe")
    texts.add_itxt("Comment", "secret note")
    texts.add_text("Zipped", "secret note" * 40, zip=True)
    return texts


SETTINGS: dict[str, dict[str, Any]] = {
    "JPEG": {"comment": b"secret note", "xmp": XMP, "icc_profile": icc(), "quality": 90},
    "PNG": {"pnginfo": png_texts(), "icc_profile": icc()},
    "WEBP": {"xmp": XMP, "icc_profile": icc(), "quality": 90},
    "TIFF": {"icc_profile": icc()},
}


def said(data: bytes) -> list[bytes]:
    """What of the secrets is in a file, in any chunk that is packed too."""
    whole = data + b"".join(_unpacked_chunks(data))
    return [word for word in SECRETS if word in whole]


def _unpacked_chunks(data: bytes) -> list[bytes]:
    found, at = [], 8
    while data.startswith(b"\x89PNG") and at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        if kind == b"zTXt":
            found.append(zlib.decompress(body.partition(b"\0")[2][1:]))
        at += 12 + size
    return found


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two pictures, in steps of 255."""
    assert one.size == other.size
    delta = ImageChops.difference(one.convert("RGB"), other.convert("RGB"))
    return float(max(ImageStat.Stat(delta).mean))


@pytest.mark.parametrize("kind", SETTINGS)
def test_a_picture_says_nothing_afterwards_and_looks_the_same(kind: str, tmp_path: Path) -> None:
    path = saved(tmp_path / "p", picture(), kind, exif=exif().tobytes(), **SETTINGS[kind])
    assert said(path.read_bytes())
    cleaned = clean(path)
    assert said(cleaned.data) == []
    assert cleaned.media_type == media_type_of(path)
    wanted = {Trace.DEVICE, Trace.TIME, Trace.PERSON, Trace.LOCATION, Trace.COLOUR_PROFILE}
    assert set(cleaned.removed) >= wanted
    with Image.open(io.BytesIO(cleaned.data)) as after, Image.open(path) as before:
        assert after.format == kind
        assert difference(before, after) < 2
        kept = None if kind == "TIFF" else bare_profile(icc())
        assert after.info.get("icc_profile") == kept
    assert clean(path) == cleaned  # an upload that is resumed makes the same bytes


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_not_turned(kind: str, orientation: int, tmp_path: Path) -> None:
    settings = {"quality": 95} if kind in {"JPEG", "WEBP"} else {}
    path = saved(tmp_path / "p", picture(), kind, exif=exif(orientation), **settings)
    with Image.open(path) as before, Image.open(io.BytesIO(clean(path).data)) as after:
        turned = 1 if kind == "TIFF" else orientation
        assert after.getexif().get(ExifTags.Base.Orientation, 1) == turned
        assert difference(_upright(before), _upright(after)) < 3


def _upright(made: Image.Image) -> Image.Image:
    """As every viewer shows it; a TIFF is turned when it is loaded."""
    made.load()
    turn = {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE",
            6: "ROTATE_270", 7: "TRANSVERSE", 8: "ROTATE_90"}  # fmt: skip
    name = turn.get(made.getexif().get(ExifTags.Base.Orientation, 1))
    return made.transpose(Image.Transpose[name]) if name else made


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "1"), ("PNG", "L"), ("PNG", "P"), ("PNG", "RGBA"), ("PNG", "LA"), ("PNG", "I;16"),
     ("TIFF", "1"), ("TIFF", "CMYK"), ("TIFF", "L"), ("JPEG", "L"), ("JPEG", "CMYK"),
     ("WEBP", "RGBA"), ("GIF", "P"), ("GIF", "L")],
)  # fmt: skip
def test_every_kind_of_pixels_stays_what_it_is(kind: str, mode: str, tmp_path: Path) -> None:
    made = picture("L").convert("I;16") if mode == "I;16" else picture(mode)
    if mode in {"RGBA", "LA"}:
        made.putalpha(128)
    settings = {"lossless": True} if kind == "WEBP" else {"quality": 95} if kind == "JPEG" else {}
    path = saved(tmp_path / "p", made, kind, **settings)
    with Image.open(path) as before, Image.open(io.BytesIO(clean(path).data)) as after:
        assert after.mode == before.mode
        assert difference(before, after) == 0
        if mode in {"RGBA", "LA"}:
            assert after.getchannel("A").getextrema() == (128, 128)


def test_a_moving_picture_moves_on_without_its_comment(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    for kind in ("GIF", "WEBP", "PNG"):
        more: dict[str, Any] = {"comment": b"secret note"} if kind == "GIF" else {}
        path = saved(
            tmp_path / kind, frames[0], kind, save_all=True, append_images=frames[1:],
            duration=[100, 200, 300], loop=2, **more,
        )  # fmt: skip
        cleaned = clean(path)
        assert said(cleaned.data) == []
        with Image.open(io.BytesIO(cleaned.data)) as after:
            assert getattr(after, "n_frames", 1) == 3
            assert after.info["loop"] == 2
            for number, frame in enumerate(frames):
                after.seek(number)
                assert difference(frame, after.convert("RGB")) < 5


def test_every_page_of_a_tiff_is_kept_and_cleaned(tmp_path: Path) -> None:
    pages = [picture(), picture().rotate(180)]
    path = saved(tmp_path / "p", pages[0], "TIFF", save_all=True, append_images=pages[1:],
                 tiffinfo={270: "secret note"})  # fmt: skip
    cleaned = clean(path)
    assert said(cleaned.data) == []
    with Image.open(io.BytesIO(cleaned.data)) as after:
        for number, page in enumerate(pages):
            after.seek(number)
            assert difference(page, after) == 0


def test_colours_of_another_profile_are_shown_as_before(tmp_path: Path) -> None:
    """A profile may name a device: what computes colours stays, without names, and is told."""
    table = bytearray(icc())
    red, blue = table.index(b"rXYZ"), table.index(b"bXYZ")
    table[red : red + 4], table[blue : blue + 4] = b"bXYZ", b"rXYZ"  # its red is our blue
    for mode, kind in (("RGB", "PNG"), ("RGBA", "PNG"), ("RGB", "JPEG")):
        red_picture = Image.new("RGB", (64, 64), "red").convert(mode)
        path = saved(tmp_path / "p", red_picture, kind, icc_profile=bytes(table))
        cleaned = clean(path)
        assert cleaned.remaining == (Remainder.COLOUR_PROFILE,)
        with Image.open(io.BytesIO(cleaned.data)) as after:
            assert after.mode == mode
            assert after.info["icc_profile"] == bare_profile(bytes(table))
            assert difference(Image.new("RGB", (64, 64), "blue"), in_srgb(after)) < 6


def test_a_profile_that_nothing_can_read_is_left_out(tmp_path: Path) -> None:
    path = saved(tmp_path / "p.png", picture(), "PNG", icc_profile=b"no profile")
    with Image.open(io.BytesIO(clean(path).data)) as after:
        assert difference(picture(), after) == 0
        assert "icc_profile" not in after.info


def test_a_preview_and_what_follows_the_end_are_gone(tmp_path: Path) -> None:
    first, second = picture(), picture().rotate(180)
    path = saved(tmp_path / "p", first, "MPO", save_all=True, append_images=[second], exif=exif())
    path.write_bytes(path.read_bytes() + b"trailer: J. Doe")
    cleaned = clean(path)
    assert Trace.FURTHER_PICTURES in cleaned.removed
    assert said(cleaned.data) == []
    with Image.open(io.BytesIO(cleaned.data)) as after:
        assert getattr(after, "n_frames", 1) == 1


# --- documents -----------------------------------------------------------------------------------


def document(change: Callable[[pikepdf.Pdf], None] = lambda _: None) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(200, 100))
    page.contents_coalesce()
    page.contents_add(b"BT /F1 12 Tf (What happened) Tj ET")
    with pdf.open_metadata(set_pikepdf_as_editor=False) as data:
        data["dc:creator"] = ["J. Doe"]
    pdf.docinfo["/Author"], pdf.docinfo["/Producer"] = "J. Doe", "SecretCam Writer"
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 10, 10],
        T="J. Doe", M="D:20260304", CreationDate="D:20260304", Contents="see page 2",
    )  # fmt: skip
    page.obj.Annots = pikepdf.Array([note])
    page.obj.PieceInfo = pikepdf.Dictionary(App=pikepdf.Dictionary(Private="SN-12345"))
    page.obj.LastModified = "D:20260304"
    change(pdf)
    return pdf


def written(path: Any, pdf: pikepdf.Pdf, **settings: Any) -> Any:  # noqa: ANN401 (of the library)
    pdf.save(path, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False,
             **settings)  # fmt: skip
    return path


def plain(cleaned: Cleaned) -> bytes:
    """A document with everything unpacked."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(cleaned.data)) as pdf:
        written(out, pdf, stream_decode_level=pikepdf.StreamDecodeLevel.generalized)
    return out.getvalue()


def test_a_document_says_nothing_afterwards_and_keeps_its_pages(tmp_path: Path) -> None:
    path = written(tmp_path / "d.pdf", document())
    assert b"J. Doe" in path.read_bytes()
    cleaned = clean(path)
    for word in (b"J. Doe", b"SecretCam", b"SN-12345", b"20260304", b"pikepdf", b"/Info"):
        assert word not in plain(cleaned), word
    assert b"What happened" in plain(cleaned)
    assert b"see page 2" in plain(cleaned)
    assert set(cleaned.removed) >= {Trace.DOCUMENT_DATA, Trace.PERSON, Trace.TIME}
    assert cleaned.remaining == ()
    assert cleaned.media_type == "application/pdf"
    assert clean(path) == cleaned


def test_an_identifier_of_a_document_does_not_tie_it_to_its_source(tmp_path: Path) -> None:
    path = written(tmp_path / "d.pdf", document())
    with pikepdf.open(path) as before, pikepdf.open(io.BytesIO(clean(path).data)) as after:
        old = {bytes(each) for each in before.trailer["/ID"]}
        assert not old & {bytes(each) for each in after.trailer["/ID"]}


def test_an_earlier_version_inside_a_document_is_gone(tmp_path: Path) -> None:
    path = written(tmp_path / "d.pdf", document())
    path.write_bytes(path.read_bytes() + b"\n9 0 obj\n(an earlier draft)\nendobj\n%%EOF\n")
    assert b"earlier draft" not in plain(clean(path))


def add_picture(pdf: pikepdf.Pdf) -> None:
    out = io.BytesIO()
    picture().save(out, "JPEG", exif=exif(), comment=b"secret note")
    stream = pikepdf.Stream(
        pdf, out.getvalue(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image,
        Width=64, Height=48, ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode, DecodeParms=pikepdf.Dictionary(ColorTransform=1),
    )  # fmt: skip
    pdf.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=stream))


def test_a_photograph_inside_a_document_is_cleaned_too_and_keeps_every_pixel(
    tmp_path: Path,
) -> None:
    path = written(tmp_path / "d.pdf", document(add_picture))
    assert said(path.read_bytes())
    cleaned = clean(path)
    assert said(cleaned.data) == []
    with pikepdf.open(io.BytesIO(cleaned.data)) as pdf, pikepdf.open(path) as before:
        assert int(pdf.pages[0].obj.Resources.XObject.P.DecodeParms.ColorTransform) == 1
        shown = [_only_picture(each).as_pil_image() for each in (pdf, before)]
        assert difference(*shown) == 0


def _only_picture(pdf: pikepdf.Pdf) -> pikepdf.PdfImage:
    stream = pdf.pages[0].obj.Resources.XObject.P
    assert isinstance(stream, pikepdf.Stream)
    return pikepdf.PdfImage(stream)


def test_what_programs_leave_anywhere_in_a_document_is_gone(tmp_path: Path) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        made = pikepdf.Dictionary(CreatorInfo=pikepdf.Dictionary(Creator="SecretCam"))
        layer = pdf.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="Layer", Usage=made)
        )
        shown = pikepdf.Dictionary(Creator="SecretCam", Order=pikepdf.Array([layer]))
        pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=pikepdf.Array([layer]), D=shown)
        article = pikepdf.Dictionary(Author="J. Doe", ModDate="D:20260304")
        thread = pikepdf.Dictionary(Type=pikepdf.Name.Thread, I=article)
        pdf.Root.Threads = pikepdf.Array([pdf.make_indirect(thread)])
        pdf.pages[0].obj.Annots.append(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 1, 1],
                T="field 1", NM="SN-12345", M="D:20260304",
            )
        )  # fmt: skip
        pdf.pages[0].obj.OPI = pikepdf.Dictionary(F="scans/J. Doe.tif")
        pdf.trailer.DocChecksum = "SN-12345"
        pdf.trailer.AdditionalStreams = pikepdf.Array([pdf.make_stream(b"J. Doe")])

    path = written(tmp_path / "d.pdf", document(change))
    assert b"DocChecksum" in path.read_bytes()
    cleaned = clean(path)
    for word in (b"J. Doe", b"SecretCam", b"SN-12345", b"20260304", b"DocChecksum"):
        assert word not in plain(cleaned), word
    assert b"field 1" in plain(cleaned)
    assert Trace.DEVICE in cleaned.removed


def test_what_cannot_be_cleaned_inside_a_document_is_told(tmp_path: Path) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root["/AcroForm"] = pikepdf.Dictionary({"/XFA": pikepdf.Stream(pdf, b"<xml/>")})
        pdf.Root["/Sig"] = pikepdf.Dictionary(ByteRange=[0, 1, 2, 3])
        pdf.Root["/Odd"] = pikepdf.Stream(pdf, b"jpx", Filter=pikepdf.Name.JPXDecode)
        for number in "12":
            pdf.Root[f"/Profile{number}"] = pikepdf.Stream(pdf, of_a_device(), N=3)

    path = written(tmp_path / "d.pdf", document(change))
    assert clean(path).remaining == tuple(sorted(Remainder))


def of_a_device() -> bytes:
    """A profile whose colours are of no common space."""
    table = bytearray(icc())
    red, blue = table.index(b"rXYZ"), table.index(b"bXYZ")
    table[red : red + 4], table[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(table)


@pytest.mark.parametrize("made", [icc, of_a_device])
def test_a_profile_inside_a_document_keeps_its_colours_and_no_name(
    made: Callable[[], bytes], tmp_path: Path
) -> None:
    before = made()
    marked = before[:4] + b"lcms" + before[8:48] + b"SN-12345" + before[56:]
    assert b"sRGB" in marked.replace(b"\0", b"")

    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root["/Profile"] = pikepdf.Stream(pdf, marked, N=3)

    cleaned = clean(written(tmp_path / "d.pdf", document(change)))
    assert Trace.COLOUR_PROFILE in cleaned.removed
    with pikepdf.open(io.BytesIO(cleaned.data)) as pdf:
        after = pdf.Root["/Profile"].read_bytes()
    for word in (b"sRGB", b"lcms", b"SN-12345"):
        assert word not in after.replace(b"\0", b"")
    assert after[24:36] == bytes(12)  # the date
    assert _turned(after) == _turned(before)


def _turned(profile: bytes) -> bytes:
    """A gradient of colours, as a profile shows it."""
    shown = Image.merge("RGB", [picture("L"), picture("L").rotate(90), picture("L").rotate(180)])
    given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    turned = ImageCms.profileToProfile(shown, given, ImageCms.createProfile("sRGB"))
    assert turned is not None
    return bytes(turned.tobytes())


@pytest.mark.parametrize("cut", [40, 131, 140, 300, -1])
def test_a_cut_profile_is_told(cut: int, tmp_path: Path) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root["/Profile"] = pikepdf.Stream(pdf, icc()[:cut], N=3)

    cleaned = clean(written(tmp_path / "d.pdf", document(change)))
    assert cleaned.remaining == (Remainder.COLOUR_PROFILE,)


def test_files_inside_a_document_are_gone_and_told(tmp_path: Path) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["ledger of J. Doe.csv"] = b"SecretCam numbers"
        spec = pikepdf.Dictionary(
            Type=pikepdf.Name.Filespec,
            F="J. Doe.odt",
            EF=pikepdf.Dictionary(F=pikepdf.Stream(pdf, b"SecretCam text")),
        )
        pdf.pages[0].obj.AF = pikepdf.Array([spec])
        pdf.pages[0].obj.Annots.append(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FileAttachment, Rect=[0, 0, 9, 9],
                FS=spec,
            )
        )  # fmt: skip

    cleaned = clean(written(tmp_path / "d.pdf", document(change)))
    assert Trace.FILES_INSIDE in cleaned.removed
    assert cleaned.remaining == ()
    for word in (b"J. Doe", b"SecretCam", b"ledger", b"/EF"):
        assert word not in plain(cleaned), word


PLACES = (
    "file:///srv/doe/a.html",
    "FILE://doe/a",
    "C:\\Users\\doe\\a",
    "\\\\doe\\share",
    "/srv/doe/a",
)


@pytest.mark.parametrize("place", PLACES)
def test_a_link_to_a_file_on_a_disk_does_not_say_where_it_lay(place: str, tmp_path: Path) -> None:
    web = "https://example.org/doe"

    def change(pdf: pikepdf.Pdf) -> None:
        for action in (
            pikepdf.Dictionary(S=pikepdf.Name.URI, URI=place),
            pikepdf.Dictionary(S=pikepdf.Name.URI, URI=web),
            pikepdf.Dictionary(S=pikepdf.Name.GoToR, F=place, D=[0, pikepdf.Name.Fit]),
            pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.Dictionary(F=place, UF=place)),
            pikepdf.Dictionary(S=pikepdf.Name.Launch, Win=pikepdf.Dictionary(F=place, D=place)),
        ):
            pdf.pages[0].obj.Annots.append(
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action
                )
            )

    cleaned = clean(written(tmp_path / "d.pdf", document(change)))
    assert Trace.PLACE_ON_DISK in cleaned.removed
    assert plain(cleaned).count(b"doe") == 1
    assert web.encode() in plain(cleaned)


@pytest.mark.parametrize("key", ["/XFA", "/Sound"])
def test_what_is_a_file_by_another_name_is_told(key: str, tmp_path: Path) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root["/AcroForm"] = pikepdf.Dictionary({key: pikepdf.Stream(pdf, b"<xml/>")})

    path = written(tmp_path / "d.pdf", document(change))
    assert clean(path).remaining == (Remainder.FILES_INSIDE,)


def test_a_picture_is_stripped_whatever_its_segments() -> None:
    for settings in ({}, {"progressive": True}, {"restart_marker_rows": 1}):
        bare, full = io.BytesIO(), io.BytesIO()
        picture().save(bare, "JPEG", **settings)
        picture().save(full, "JPEG", exif=exif(), comment=b"secret note", icc_profile=icc(),
                       xmp=XMP, **settings)  # fmt: skip
        assert strip_segments(full.getvalue() + b"trailer") == bare.getvalue()


@pytest.mark.parametrize("cut", [0, 1, 3, 30, 300, -1])
def test_a_cut_picture_is_not_stripped(cut: int) -> None:
    out = io.BytesIO()
    picture().save(out, "JPEG")
    with pytest.raises(NotCleanedError):
        strip_segments(out.getvalue()[:cut])


# --- what is not cleaned -------------------------------------------------------------------------


def test_every_other_type_is_refused_by_name(tmp_path: Path) -> None:
    for name, data in (
        ("a.docx", b"PK\3\4"), ("a.heic", b"\0\0\0\x18ftypheic"), ("a.mp4", b"\0\0\0\x18ftypisom"),
        ("a.txt", b"text"), ("empty", b""), ("a.svg", b"<svg/>"),
    ):  # fmt: skip
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(UnknownTypeError):
            clean(path)


@pytest.mark.parametrize(
    "data",
    [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\0\0\0\0WEBPVP8 ", b"II*\0",
     b"%PDF-1.7",     b"\xff\xd8\xff\xe0" + bytes(100), b"%PDF-1.7\n1 0 obj << /Length 9"],
)  # fmt: skip
def test_a_broken_file_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "p"
    path.write_bytes(data)
    with pytest.raises(BrokenFileError):
        clean(path)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "GIF"])
def test_half_a_picture_is_refused(kind: str, tmp_path: Path) -> None:
    noisy = Image.effect_noise((200, 200), 80).convert("RGB")
    path = saved(tmp_path / "p", noisy, kind)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(BrokenFileError):
        clean(path)


def test_a_picture_that_unpacks_to_too_much_is_refused_before_it_does(tmp_path: Path) -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(999)))
    path = tmp_path / "p.png"
    path.write_bytes(bomb + chunk(b"IEND", b""))
    with pytest.raises(TooLargeError):
        clean(path)


def test_a_locked_document_is_refused(tmp_path: Path) -> None:
    lock = pikepdf.Encryption(owner="o", user="u")
    path = tmp_path / "d.pdf"
    document().save(path, encryption=lock)
    with pytest.raises(BrokenFileError):
        clean(path)


def test_without_the_libraries_nothing_is_called_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = tmp_path / "modules"
    for name in ("PIL", "pikepdf"):
        (missing / name).mkdir(parents=True)
        (missing / name / "__init__.py").write_text("raise ImportError")
    monkeypatch.syspath_prepend(str(missing))
    for path in (saved(tmp_path / "p", picture(), "PNG"), written(tmp_path / "d", document())):
        with pytest.raises(CleanerMissingError):
            clean(path)
