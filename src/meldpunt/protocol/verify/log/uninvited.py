"""Whom the reporter's messages name against the own-newest-readers rule (section 9.4).

The rule is the reporter's client's to keep. But whoever finds the receipt code may have another
client, and could name a handler whom the reporter left out. So hosts and readers check it too.
"""

from collections.abc import Mapping
from typing import Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.line_document import Directory
from meldpunt.protocol.verify.log import causality, graph
from meldpunt.protocol.verify.log.consents import ConsentHistory, View, handlers

_NOBODY: Final[frozenset[ids.HandlerId]] = frozenset()


def uninvited(
    history: ConsentHistory, admissions: graph.Admissions, document: Directory
) -> Mapping[ids.MessageId, frozenset[ids.HandlerId]]:
    """Return the reporter's messages that break the rule, each with whom it must not name.

    Args:
        history: The headers of a report, with its consents.
        admissions: Those that count, confirmed or not.
        document: The newest documents of its lines.
    """
    own = (m for m in history.ordered if history.headers[m].author == REPORTER)
    found = {message: uninvited_by(message, history, admissions, document) for message in own}
    return {message: named for message, named in found.items() if named}


def uninvited_by(
    message: ids.MessageId,
    history: ConsentHistory,
    admissions: graph.Admissions,
    document: Directory,
) -> frozenset[ids.HandlerId]:
    """Return whom one message of the reporter names, and must not by what precedes it."""
    header, view = history.headers[message], history.before.get(message, 0)
    if not history.has_words(view):
        return _NOBODY  # the first one: the reporter chooses
    chosen = history.chosen(view)
    named = frozenset(handlers(header)) - chosen
    if message in history.consents:
        named -= frozenset(history.consents[message].readers)
    if named:
        named -= _waiting(message, history, admissions)
    return named - _replacing(chosen, view, history, document) if named else named


def _waiting(
    message: ids.MessageId, history: ConsentHistory, admissions: graph.Admissions
) -> frozenset[ids.HandlerId]:
    """Return who waited for the reporter's word before a message (section 9.5)."""
    known = causality.ancestors(history.headers[message].seen, history.headers)
    before = {m: newcomer for m, newcomer in admissions.items() if m in known}
    if not before:
        return _NOBODY
    return graph.reading_on({m: history.headers[m] for m in known if m in history.headers}, before)


def _replacing(
    chosen: frozenset[ids.HandlerId], view: View, history: ConsentHistory, document: Directory
) -> frozenset[ids.HandlerId]:
    """Return whom the reporter may choose anew: everybody, where nobody chosen before is left.

    A reporter's message has no day, so an announced end counts as one that has come. On a fork
    nobody has left: whoever is on one branch may be left out on the other.
    """
    accepted = history.accepted(view)
    line = history.consents[accepted[-1]].line_id if accepted else document.line_id
    own = next((each for each in document.documents if each.line_id == line), None)
    if own is None or history.is_forked(view):
        return _NOBODY
    staying = {handler.id for handler in own.handlers if handler.until is None}
    return _NOBODY if staying & chosen else frozenset(handler.id for handler in own.handlers)
