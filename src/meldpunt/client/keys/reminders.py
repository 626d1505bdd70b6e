"""Reminders about box keys: without a current one, nothing can be sealed to the handler."""

from datetime import date

from meldpunt.client.keys.handler_keys import HandlerKeys
from meldpunt.client.lines.reminders import Reminder, ReminderKind, is_ending


def key_reminders(keys: HandlerKeys, today: date) -> tuple[Reminder, ...]:
    """Return the reminders about a handler's box keys."""
    published = keys.published()
    if not any(s.not_before <= today <= s.not_after for s in published):
        return (Reminder(ReminderKind.KEYS_MISSING, today), *_ended(keys, today))
    last = published[-1].not_after
    ending = (Reminder(ReminderKind.KEYS_ENDING, last),) if is_ending(last, today) else ()
    return (*ending, *_ended(keys, today))


def _ended(keys: HandlerKeys, today: date) -> tuple[Reminder, ...]:
    ended = keys.ended(today)
    return (Reminder(ReminderKind.KEYS_ENDED, ended[0].not_after),) if ended else ()
