"""An appointment "look again on this day" for a calendar, made on the device (RFC 5545).

It names neither the line nor the report, and has no code in it: others see a calendar.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from meldpunt.client.keys.randomness import SYSTEM_ENTROPY, Entropy

_TITLES: Final[Mapping[str, str]] = {"nl": "Herinnering", "en": "Reminder"}
_ID_SIZE: Final = 16


def calendar_file(day: date, *, language: str, entropy: Entropy = SYSTEM_ENTROPY) -> bytes:
    """Return an iCalendar file with one appointment for a whole day.

    Its title is one neutral word. Its id is random, so two files cannot be told to belong
    together. It holds no time of day and no word about this program.
    """
    title = _TITLES.get(language.split("-", maxsplit=1)[0], _TITLES["en"])
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//calendar//EN",
        "BEGIN:VEVENT",
        f"UID:{entropy(_ID_SIZE).hex()}",
        f"DTSTAMP:{day:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{title}",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{line}\r\n" for line in lines).encode()
