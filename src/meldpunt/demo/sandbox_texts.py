"""What the handlers of the sandbox say."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from meldpunt.protocol.verify.log.header import Tag

PAUSE: Final = timedelta(days=7)
"""How long the sandbox pauses the clocks."""
SAID: Final[Mapping[Tag, Mapping[str, str]]] = {
    Tag.ACKNOWLEDGEMENT: {
        "nl": "Dank je. Wij hebben je bericht gelezen.",
        "en": "Thank you. We have read your report.",
    },
    Tag.MESSAGE: {
        "nl": "Wat zou jou nu helpen? Je hoeft dat nog niet te weten.",
        "en": "What would help you now? You need not know yet.",
    },
    Tag.FEEDBACK: {
        "nl": "Dit hebben wij gedaan: wij spraken met de afdeling, zonder jouw bericht te noemen.",
        "en": "This is what we did: we talked with the department, without naming your report.",
    },
    Tag.CLOSING: {
        "nl": "Wij sluiten nu af. Met je code kun je het weer openen.",
        "en": "We close this now. With your code you can open it again.",
    },
    Tag.PAUSE: {
        "nl": "Wij wachten een week op een antwoord van buiten.",
        "en": "We wait a week for an answer from outside.",
    },
    Tag.ADMIT: {
        "nl": "Mag een collega meelezen? Noem je die niet bij je volgende bericht, dan niet.",
        "en": "May a colleague read along? Name them as a reader of your next message; else not.",
    },
    Tag.PROPOSAL: {
        "nl": "Wij denken dat een ander meldpunt je beter kan helpen. Jij beslist.",
        "en": "We think that another line can help you better. You decide.",
    },
    Tag.ACCEPTANCE: {
        "nl": "Wij nemen je bericht over.",
        "en": "We take your report up.",
    },
}
