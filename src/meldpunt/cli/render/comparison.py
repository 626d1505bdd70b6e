"""How it is shown whether a line arrived whole on its new host."""

from collections.abc import Iterator

from meldpunt.client.transfer.comparison import HostComparison


def comparison_json(found: HostComparison) -> dict[str, int]:
    """Return a comparison of two hosts for programs."""
    return {
        "arrived": found.arrived,
        "withdrawn": found.withdrawn,
        "missing": found.missing,
        "staying": found.staying,
    }


def comparison_lines(found: HostComparison, origin: str) -> Iterator[str]:
    """Show a comparison of two hosts, before the old one erases."""
    yield f"Reports of the line on {origin}: {found.reports}."
    yield f"On the new host, whole, by every message, file and hash: {found.arrived}."
    if found.withdrawn:
        yield f"Withdrawn by their reporters, as they signed: {found.withdrawn}."
    if found.missing:
        yield f"NOT on the new host, or not whole: {found.missing}. Erasing here loses them."
    if found.missing and found.unlisted:
        yield f"The new host leaves out {found.unlisted} that another line there was asked to take."
        yield "They may be among those."
    if found.staying:
        yield f"Stay on {origin}, as another line there was asked to take them: {found.staying}."
