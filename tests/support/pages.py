"""What pages for offices tell them to fill in."""

from meldpunt.client.line_folder.yaml_reader import Listed, Mapped, Node, read_yaml
from tests.architecture.tree import ROOT

_START = "cat > values.yaml << 'END'\n"


def values_of_page(name: str) -> dict[str, object]:
    """Return the values that a page writes into a file."""
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    written = page.partition(_START)[2].partition("END\n")[0]
    return {key: _plain(node) for key, node in read_yaml(written.encode(), name).members.items()}


def _plain(node: Node) -> object:
    if isinstance(node, Mapped):
        return {key: _plain(member) for key, member in node.members.items()}
    return None if isinstance(node, Listed) else node.text
