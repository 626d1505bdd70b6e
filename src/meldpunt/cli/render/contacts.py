"""Show somebody who can be reached outside this service."""

from collections.abc import Iterable, Iterator

from meldpunt.cli.speech.phrases import Phrases
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.protocol.texts.shapes import Contact, in_language


def contact_lines(contact: Contact, phrases: Phrases) -> Iterator[str]:
    """Show a contact: who, how, when."""
    language = phrases.language
    ways = (contact.telephone, contact.email, contact.address)
    reached = " · ".join(safe_line(way) for way in ways if way is not None)
    name = safe_line(in_language(contact.name, language))
    yield f"{name}: {reached}" if reached else name
    hours = [phrases.always] if contact.always else []
    hours += [] if contact.hours is None else [safe_line(in_language(contact.hours, language))]
    if hours:
        yield f"    {', '.join(hours)}"
    if contact.note is not None:
        yield f"    {safe_line(in_language(contact.note, language))}"


def numbers_lines(numbers: Iterable[Contact] | None, phrases: Phrases) -> Iterator[str]:
    """Show the numbers that are shown on every page of a guide, and to whoever is not safe."""
    for contact in numbers or ():
        yield from (f"  {line}" for line in contact_lines(contact, phrases))
