"""Pages to print: one HTML file each, without script, and without anything from elsewhere."""

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from meldpunt.cli.speech.phrases import Phrases
from meldpunt.cli.terminal.plain_text import safe
from meldpunt.protocol.texts.shapes import Contact, in_language

STYLE: Final = """
@page { size: A4; margin: 16mm }
* { box-sizing: border-box }
html { background: #fff; color: #1a1a1a; font: 11pt/1.5 system-ui, sans-serif }
body { margin: 0 auto; max-width: 44rem; padding: 1rem }
h1 { font-size: 1.6em; line-height: 1.2 } h2 { font-size: 1.2em; margin: 0 0 .3em }
p { margin: .3em 0; white-space: pre-line } ul { margin: .3em 0; padding-left: 1.2em }
section { border-top: 1px solid #888; break-inside: avoid; padding: .8em 0 }
aside { border: 2px solid #1a1a1a; break-inside: avoid; margin: 1em 0; padding: .6em 1em }
.contact { margin: .5em 0 } .contact b { display: block }
a { color: #1a1a1a } .address { overflow-wrap: anywhere }
.poster { display: flex; flex-direction: column; min-height: 260mm }
.poster h1 { font-size: 2.6em; margin: .4em 0 } .poster .line { font-size: 1.2em }
.poster { font-size: 1.3em } .poster .code { margin: auto 0; text-align: center }
.poster .code svg { height: auto; max-width: 75mm; width: 100% }
@media print { body { max-width: none; padding: 0 } a { text-decoration: none } }
"""


def new_page(title: str, language: str) -> tuple[Element, Element]:
    """Return a page, and its body. Nothing may load: the policy allows this style alone."""
    root = Element("html", {"lang": language})
    head = SubElement(root, "head")
    SubElement(head, "meta", {"charset": "utf-8"})
    allowed = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{allowed}'"
    SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": policy})
    SubElement(head, "meta", {"name": "viewport", "content": "width=device-width"})
    SubElement(head, "meta", {"name": "referrer", "content": "no-referrer"})
    SubElement(head, "title").text = safe(title)
    SubElement(head, "style").text = STYLE
    return root, SubElement(root, "body")


def written(root: Element) -> str:
    """Return a page as a file."""
    return f"<!doctype html>\n{tostring(root, encoding='unicode', method='html')}\n"


def say(parent: Element, tag: str, text: str, **attributes: str) -> Element:
    """Add an element with a text."""
    found = SubElement(parent, tag, attributes)
    found.text = safe(text)
    return found


def add_contacts(parent: Element, contacts: Iterable[Contact] | None, phrases: Phrases) -> None:
    """Add people who can be reached: name, ways, hours."""
    language = phrases.language
    for contact in contacts or ():
        shown = SubElement(parent, "div", {"class": "contact"})
        say(shown, "b", in_language(contact.name, language))
        ways = (
            (contact.telephone, "tel:" + (contact.telephone or "").replace(" ", "")),
            (contact.email, f"mailto:{contact.email}"),
            (contact.address, contact.address or ""),
        )
        for way, target in ways:
            if way is not None:
                say(SubElement(shown, "div"), "a", way, href=target)
        hours = [phrases.always] if contact.always else []
        hours += [] if contact.hours is None else [in_language(contact.hours, language)]
        if hours:
            say(shown, "div", ", ".join(hours))
        if contact.note is not None:
            say(shown, "div", in_language(contact.note, language))


def add_numbers(parent: Element, numbers: Iterable[Contact] | None, phrases: Phrases) -> None:
    """Add the numbers of day and night, in a frame."""
    if numbers:
        frame = SubElement(parent, "aside")
        say(frame, "strong", phrases.numbers)
        add_contacts(frame, numbers, phrases)
