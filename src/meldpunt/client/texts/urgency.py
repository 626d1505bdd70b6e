"""Whether a report comes first: somebody is not safe, or worse off because they reported."""

from collections.abc import Mapping

from meldpunt.client.texts.check_ins import newest_check_in
from meldpunt.client.texts.message_answers import MessageAnswers
from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.texts.content import CheckInAnswer
from meldpunt.protocol.verify import ids


def is_urgent(thread: Thread, answers: Mapping[ids.MessageId, MessageAnswers]) -> bool:
    """Say whether an answer is urgent by its form, or the newest check-in says retaliation."""
    check_in = newest_check_in(thread)
    is_worse_off = check_in is not None and check_in[0] is CheckInAnswer.RETALIATION
    return is_worse_off or any(each.is_urgent for each in answers.values())
