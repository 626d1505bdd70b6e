"""A short conversation, and how it is verified."""

from meldpunt.protocol.log import Log, verify_log, verify_report_keys
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.line_document import Directory, LineDocument
from meldpunt.protocol.verify.log.header import Tag
from openapi.generator import scene
from openapi.generator.scene import (
    ANNA,
    BRAM,
    REPORT,
    REPORTER_KEYS,
    TODAY,
    Conversation,
)

KEYS = verify_report_keys(
    signing_key=REPORTER_KEYS.signing.public_key,
    box_key=REPORTER_KEYS.box.public_key,
    report=REPORT,
)
DOCUMENT = scene.document()


def verified(served: list[tuple[bytes, bytes]], document: LineDocument = DOCUMENT) -> Log:
    return verify_log(served, keys=KEYS, document=document)


def verified_with(served: list[tuple[bytes, bytes]], lines: Directory) -> Log:
    """Verify a report of several lines."""
    return verify_log(served, keys=KEYS, document=lines)


def readers(log: Log, document: LineDocument = DOCUMENT) -> frozenset[ids.HandlerId]:
    return log.readers(document, TODAY)


def talk() -> tuple[Conversation, list[ids.MessageId]]:
    """Return report, acknowledgement, reporter's answer, feedback."""
    conversation = Conversation()
    return conversation, [
        conversation.say(REPORTER),
        conversation.say(ANNA.id, Tag.ACKNOWLEDGEMENT),
        conversation.say(REPORTER),
        conversation.say(BRAM.id, Tag.FEEDBACK),
    ]


def order(log: Log) -> list[ids.MessageId]:
    return [message.message_id for message in log.headers]
