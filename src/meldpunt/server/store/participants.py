"""How a participant stands in a column: a handler's id, or no bytes for the reporter."""

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.fields import REPORTER, Participant


def participant_bytes(participant: Participant) -> bytes:
    """Return what is stored."""
    return b"" if isinstance(participant, str) else participant


def stored_participant(data: bytes) -> Participant:
    """Return whom that means."""
    return ids.HandlerId(data) if data else REPORTER
