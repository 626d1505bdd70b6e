"""A guide as one page to print or to put beside other pages: it works without script."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement

from meldpunt.cli.line.printed_page import add_contacts, add_numbers, new_page, say, written
from meldpunt.cli.speech.phrases import Phrases
from meldpunt.cli.terminal.plain_text import safe
from meldpunt.client.texts.guide_order import own_contacts
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.texts.guide import Guide, Node
from meldpunt.protocol.texts.shapes import in_language


def guide_page(
    line: VerifiedLine, nodes: Iterable[Node], guide: Guide, phrases: Phrases, door: str
) -> str:
    """Return the page.

    Args:
        line: The line, for its name.
        nodes: The guide's nodes, in the order of reading.
        guide: The guide.
        phrases: In the language of the page.
        door: Where somebody reports: the address of the reporter's page.
    """
    language = phrases.language
    name = in_language(line.document.names, language)
    root, body = new_page(f"{phrases.where_to}: {name}", language)
    main = SubElement(body, "main")
    say(main, "p", name)
    say(main, "h1", phrases.where_to)
    if guide.introduction is not None:
        say(main, "p", in_language(guide.introduction, language))
    add_numbers(main, guide.numbers, phrases)
    titles = {node.id: in_language(node.title, language) for node in guide.nodes}
    for node in nodes:
        _add_node(main, guide, node, phrases, door, titles)
    if guide.lines:
        section = SubElement(main, "section")
        say(section, "h2", phrases.other_line)
        for other in guide.lines:
            say(section, "p", f"{other.name}: {other.address}", **{"class": "address"})
    return written(root)


def _add_node(
    parent: Element,
    guide: Guide,
    node: Node,
    phrases: Phrases,
    door: str,
    titles: dict[str, str],
) -> None:
    section = SubElement(parent, "section", {"id": node.id})
    say(section, "h2", in_language(node.title, phrases.language))
    if node.choices is not None:
        add_text(section, node, phrases)
        choices = SubElement(section, "ul")
        for choice in node.choices:
            label = in_language(choice.label, phrases.language)
            item = SubElement(choices, "li")
            say(item, "a", label, href=f"#{choice.to}").tail = f" → {safe(titles[choice.to])}"
    else:
        add_advice(section, guide, node, phrases)
        add_door(section, node, phrases, door)


def add_text(parent: Element, node: Node, phrases: Phrases) -> None:
    """Add the text of a node."""
    if node.text is not None:
        say(parent, "p", in_language(node.text, phrases.language))


def add_advice(parent: Element, guide: Guide, node: Node, phrases: Phrases) -> None:
    """Add what an advice says, whom to call besides the numbers, and what to read."""
    add_text(parent, node, phrases)
    add_contacts(parent, own_contacts(guide, node), phrases)
    for each in node.publications or ():
        version = "" if each.version is None else f" ({each.version})"
        paragraph = say(parent, "p", in_language(each.title, phrases.language) + version + ": ")
        say(paragraph, "a", each.address, href=each.address, **{"class": "address"})


def add_door(parent: Element, node: Node, phrases: Phrases, door: str) -> None:
    """Add where somebody reports, if this advice leads there."""
    if node.report is not None:
        paragraph = say(parent, "p", f"{phrases.report_here}: ")
        say(paragraph, "a", door, href=door, **{"class": "address"})
    if node.line is not None:
        say(parent, "p", f"{phrases.other_line}: {node.line}", **{"class": "address"})
