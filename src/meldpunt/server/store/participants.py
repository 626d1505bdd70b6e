"""How a column stores a participant: as a handler's id, or as no bytes for the reporter."""

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.fields import REPORTER, Participant


def participant_bytes(participant: Participant) -> bytes:
    """Return the bytes to store for a participant."""
    return b"" if isinstance(participant, str) else participant


def stored_participant(data: bytes) -> Participant:
    """Return the participant for stored bytes."""
    return ids.HandlerId(data) if data else REPORTER
