"""A poster for one advice of a guide: what it says, whom to call, and a QR code to it."""

import io
from xml.etree.ElementTree import Element, SubElement, fromstring

import segno

from meldpunt.cli.line.guide_page import add_advice
from meldpunt.cli.line.printed_page import add_numbers, new_page, say, written
from meldpunt.cli.speech.phrases import Phrases
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.texts.guide import Guide, Node
from meldpunt.protocol.texts.shapes import in_language


def poster_page(line: VerifiedLine, node: Node, guide: Guide, phrases: Phrases, door: str) -> str:
    """Return a poster of one page A4.

    Args:
        line: The line, for its name.
        node: The advice.
        guide: The guide, for the numbers of day and night.
        phrases: In the language of the poster.
        door: The address of the reporter's page. The code adds the id of the advice as a fragment,
            which a browser sends to nobody.
    """
    language = phrases.language
    title = in_language(node.title, language)
    root, body = new_page(title, language)
    poster = SubElement(body, "main", {"class": "poster"})
    say(poster, "div", in_language(line.document.names, language), **{"class": "line"})
    say(poster, "h1", title)
    add_advice(poster, guide, node, phrases)
    target = f"{door}#{node.id}"
    code = SubElement(poster, "div", {"class": "code"})
    code.append(_picture(target, phrases.scan))
    say(code, "p", f"{phrases.scan}:")
    say(code, "p", target, **{"class": "address"})
    add_numbers(poster, guide.numbers, phrases)
    return written(root)


def _picture(target: str, label: str) -> Element:
    """Return the QR code as part of the page. It survives a fold or a stain (level M)."""
    found = io.BytesIO()
    code = segno.make_qr(target, error="m")
    code.save(found, kind="svg", scale=8, xmldecl=False, svgns=False, omitsize=True, light="#fff")
    picture = fromstring(found.getvalue())  # noqa: S314 (our own SVG, made on the line above)
    picture.set("role", "img")
    picture.set("aria-label", label)
    return picture
