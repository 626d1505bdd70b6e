"""A guide as it is read: each question, then where it leads, and whom an advice names."""

from meldpunt.protocol.texts.guide import Guide, Node
from meldpunt.protocol.texts.shapes import Contact


def guide_order(guide: Guide) -> tuple[Node, ...]:
    """Return every node once: the first, then what its choices lead to, one after the other."""
    nodes = {node.id: node for node in guide.nodes}
    found: dict[str, Node] = {}
    waiting = [guide.nodes[0].id]
    while waiting:
        node = nodes[waiting.pop()]
        if node.id not in found:
            found[node.id] = node
            waiting.extend(choice.to for choice in reversed(node.choices or ()))
    return tuple(found.values())


def guide_advice(guide: Guide) -> tuple[Node, ...]:
    """Return the nodes that ask nothing more, in that order."""
    return tuple(node for node in guide_order(guide) if node.choices is None)


def own_contacts(guide: Guide, node: Node) -> tuple[Contact, ...]:
    """Return whom a node names besides the numbers that are shown on every page anyway."""
    shown = guide.numbers or ()
    return tuple(contact for contact in node.contacts or () if contact not in shown)
