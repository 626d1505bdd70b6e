"""Make the documents of this folder anew: `python tests/corpus/make.py`, from the root.

The tests need the documents only. Making them needs LibreOffice Writer, Ghostscript, Chromium and
Cairo with its Python module (packages of Debian: libreoffice-writer-nogui, ghostscript, chromium,
python3-cairo, fonts-dejavu-core), and the development environment for pikepdf. Each document shows
the same text and says in as many ways as its producer knows who made it.
"""

import html
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import pikepdf
from PIL import ExifTags, Image

HERE: Final = Path(__file__).parent
TEXT: Final = "The pump was switched off by hand on the night of the test."
PERSON, PLACE, TITLE = "Jo Canary", "/srv/canary/drafts", "Canary title"
SPARE: Final = "canary-spreadsheet.csv"


def run(*words: str | Path, folder: Path) -> None:
    """Run a producer that sees no other home than `folder`."""
    subprocess.run(
        [str(word) for word in words],
        cwd=folder,
        check=True,
        timeout=300,
        stdout=subprocess.DEVNULL,
        env={"HOME": str(folder), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
    )


def photograph() -> bytes:
    """A small photograph that names a camera and a person."""
    exif = Image.Exif()
    exif[ExifTags.Base.Artist], exif[ExifTags.Base.Model] = PERSON, "CanaryCam 9"
    out = io.BytesIO()
    Image.linear_gradient("L").resize((64, 48)).convert("RGB").save(out, "JPEG", exif=exif)
    return out.getvalue()


def page(*, pages: int = 2) -> str:
    """The text as a page of HTML, with what programs take over of it."""
    each = f'<p>{html.escape(TEXT)}</p><p><a href="file://{PLACE}/notes.html">notes</a></p>'
    each += '<p><a href="https://example.org/rules">rules</a></p><p><img src="photo.jpg"></p>'
    told = f"<title>{TITLE}</title><meta name=author content='{PERSON}'>"
    told += (
        f"<meta name=keywords content='canary keyword'><meta name=description content='{TITLE}'>"
    )
    style = "<style>body{font-family:'DejaVu Sans'}div{break-before:page}</style>"
    parts = "<div></div>".join([each] * pages)
    return f"<!doctype html><html lang=en><meta charset=utf-8>{told}{style}<body>{parts}</html>"


def libreoffice(folder: Path) -> None:
    """Writer, once as it is and once archived, with the text that it was made from inside."""
    run("soffice", "--headless", "--convert-to", "odt:writer8", "--infilter=HTML (StarWriter)",
        "page.html", folder=folder)  # fmt: skip
    for name, options in (
        ("libreoffice", '{"ExportNotes":{"type":"boolean","value":"true"}}'),
        ("libreoffice-archive", '{"SelectPdfVersion":{"type":"long","value":"2"}}'),
        ("libreoffice-hybrid", '{"IsAddStream":{"type":"boolean","value":"true"}}'),
    ):
        run("soffice", "--headless", "--convert-to", f"pdf:writer_pdf_Export:{options}",
            "page.odt", folder=folder)  # fmt: skip
        (folder / "page.pdf").replace(folder / f"{name}.pdf")


def ghostscript(folder: Path) -> None:
    """PostScript with the comments and marks that drivers of printers write."""
    shown = "/DejaVuSans 12 selectfont 50 700 moveto"
    told = f"/Title ({TITLE}) /Author ({PERSON}) /Keywords (canary keyword)"
    note = f"/Rect [50 600 80 630] /Contents (see page 2) /Title ({PERSON}) /Subtype /Text"
    action = f"<< /Subtype /URI /URI (file://{PLACE}/notes.html) >>"
    link = f"/Rect [50 500 80 530] /Subtype /Link /Action {action}"
    body = f"%!PS-Adobe-3.0\n%%Title: {TITLE}\n%%For: {PERSON}\n[ {told} /DOCINFO pdfmark\n"
    body += f"[ {note} /ANN pdfmark\n[ {link} /ANN pdfmark\n"
    body += f"{shown} ({TEXT}) show showpage\n" * 2
    (folder / "page.ps").write_text(body)
    run("gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite",
        "-sOutputFile=ghostscript.pdf", "page.ps", folder=folder)  # fmt: skip


def chromium(folder: Path) -> None:
    """What `print to PDF` of a browser writes."""
    quiet = ("--headless", "--no-sandbox", "--disable-gpu")
    run("chromium", *quiet, "--print-to-pdf=chromium.pdf", "page.html", folder=folder)


CAIRO: Final = """
import cairo, sys
text, title, person, place = sys.argv[1:]
surface = cairo.PDFSurface("cairo.pdf", 595, 842)
for key, value in ((cairo.PDF_METADATA_TITLE, title), (cairo.PDF_METADATA_AUTHOR, person),
                   (cairo.PDF_METADATA_CREATOR, "CanaryDraw"),
                   (cairo.PDF_METADATA_KEYWORDS, "canary keyword")):
    surface.set_metadata(key, value)
drawn = cairo.Context(surface)
drawn.select_font_face("DejaVu Sans")
photo = cairo.ImageSurface(cairo.FORMAT_RGB24, 8, 8)
photo.set_mime_data("image/jpeg", open("photo.jpg", "rb").read())
for _ in range(2):
    drawn.set_source_rgb(0, 0, 0)
    drawn.move_to(50, 100)
    drawn.tag_begin(cairo.TAG_LINK, f"uri='file://{place}/notes.html'")
    drawn.show_text(text)
    drawn.tag_end(cairo.TAG_LINK)
    drawn.set_source_surface(photo, 50, 200)
    drawn.paint()
    drawn.show_page()
surface.finish()
"""


def cairo(folder: Path) -> None:
    """What GTK programs print with."""
    run("/usr/bin/python3", "-c", CAIRO, TEXT, TITLE, PERSON, PLACE, folder=folder)


def with_pikepdf(folder: Path) -> None:
    """A program that writes object streams, with everything that it can say; and a blank page."""
    with pikepdf.open(folder / "chromium.pdf") as pdf:
        pdf.attachments[SPARE] = f"{PERSON};numbers".encode()
        with pdf.open_metadata() as data:
            data["dc:creator"], data["xmp:CreatorTool"] = [PERSON], "CanaryWriter"
        pdf.save(folder / "pikepdf.pdf", object_stream_mode=pikepdf.ObjectStreamMode.generate)
    with pikepdf.new() as blank:
        blank.add_blank_page()
        blank.docinfo["/Author"] = PERSON
        blank.save(
            folder / "pikepdf-blank.pdf", object_stream_mode=pikepdf.ObjectStreamMode.generate
        )


def main() -> None:
    """Write every document into this folder."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "page.html").write_text(page())
        (folder / "photo.jpg").write_bytes(photograph())
        for producer in (libreoffice, ghostscript, chromium, cairo, with_pikepdf):
            producer(folder)
        for path in sorted(folder.glob("*.pdf")):
            (HERE / path.name).write_bytes(path.read_bytes())
            sys.stdout.write(f"{path.name}: {path.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
