"""Walk a guide on the terminal, one question after the other, or show all of it at once."""

from collections.abc import Iterator
from dataclasses import dataclass

from meldpunt.cli.render.contacts import contact_lines, numbers_lines
from meldpunt.cli.speech.phrases import Phrases, phrases_in
from meldpunt.cli.terminal.plain_text import safe_line, wrapped
from meldpunt.cli.terminal.prompts import Terminal
from meldpunt.client.texts.guide_order import guide_order, own_contacts
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.texts.guide import Guide, Node
from meldpunt.protocol.texts.shapes import in_language


@dataclass
class GuideWalk:
    """Asks what the matter is. Nothing that is typed leaves this process."""

    screen: Terminal
    line: VerifiedLine
    guide: Guide
    language: str
    address: str

    def run(self) -> None:
        """Go from question to question, until the person stops."""
        nodes = {node.id: node for node in self.guide.nodes}
        way = [self.guide.nodes[0]]
        self.screen.say(*_opening_lines(self.line, self.guide, self._phrases))
        others = [each for each in self.line.document.languages if each != self.language]
        if others:
            self.screen.say(f"{self._phrases.languages} {' '.join(f'/{each}' for each in others)}")
        while way:
            node = way[-1]
            self.screen.say("", *node_lines(self.guide, node, self._phrases, self.address))
            numbers = list(numbers_lines(self.guide.numbers, self._phrases))
            if numbers:
                self.screen.say("", self._phrases.numbers, *numbers)
            typed = self.screen.ask(f"{self._prompt(node)} > ").strip()
            if typed in ("/stop", ""):
                return
            if typed in ("/back", "/terug"):
                way.pop()
            elif typed.startswith("/") and typed[1:] in self.line.document.languages:
                self.language = typed[1:]
            elif chosen := _chosen(node, typed):
                way.append(nodes[chosen])
            else:
                self.screen.say(self._phrases.wrong)

    @property
    def _phrases(self) -> Phrases:
        return phrases_in(self.language)

    def _prompt(self, node: Node) -> str:
        return self._phrases.back_only if node.choices is None else self._phrases.choose


def _chosen(node: Node, typed: str) -> str | None:
    """Return the node to which a typed number leads."""
    choices = node.choices or ()
    numbers = {str(number): choice.to for number, choice in enumerate(choices, 1)}
    return numbers.get(typed)


def guide_lines(line: VerifiedLine, guide: Guide, phrases: Phrases, address: str) -> Iterator[str]:
    """Show a whole guide: the numbers first, then each question and each advice."""
    yield from _opening_lines(line, guide, phrases)
    if guide.numbers:
        yield ""
        yield phrases.numbers
        yield from numbers_lines(guide.numbers, phrases)
    titles = {node.id: in_language(node.title, phrases.language) for node in guide.nodes}
    for node in guide_order(guide):
        yield ""
        yield from node_lines(guide, node, phrases, address, titles)
    for other in guide.lines or ():
        yield ""
        yield f"{phrases.other_line}: {safe_line(other.name)}: {other.address}"


def _opening_lines(line: VerifiedLine, guide: Guide, phrases: Phrases) -> Iterator[str]:
    yield safe_line(in_language(line.document.names, phrases.language))
    if guide.introduction is not None:
        yield from wrapped(in_language(guide.introduction, phrases.language))


def node_lines(
    guide: Guide,
    node: Node,
    phrases: Phrases,
    address: str,
    titles: dict[str, str] | None = None,
) -> Iterator[str]:
    """Show a node, besides the numbers. With `titles`, say of each choice where it leads."""
    language = phrases.language
    yield f"== {safe_line(in_language(node.title, language))} =="
    if node.text is not None:
        yield from wrapped(in_language(node.text, language))
    for number, choice in enumerate(node.choices or (), 1):
        leads = "" if titles is None else f" → {safe_line(titles[choice.to])}"
        yield f"  {number}. {safe_line(in_language(choice.label, language))}{leads}"
    for contact in own_contacts(guide, node):
        yield from (f"  {line}" for line in contact_lines(contact, phrases))
    for each in node.publications or ():
        version = "" if each.version is None else f" ({safe_line(each.version)})"
        yield f"  {safe_line(in_language(each.title, language))}{version}: {each.address}"
    if node.report is not None:
        yield f"  {phrases.report_here}: meldpunt report send {address}"
    if node.line is not None:
        yield f"  {phrases.other_line}: meldpunt report send {node.line}"
