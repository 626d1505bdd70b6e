"""The language in which the program speaks to an office: Dutch or English."""

import os


def spoken_language(chosen: str | None) -> str:
    """Return what was chosen, else Dutch where the system speaks Dutch, else English."""
    if chosen is not None:
        return chosen
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "nl" if value.lower().startswith("nl") else "en"
    return "en"
