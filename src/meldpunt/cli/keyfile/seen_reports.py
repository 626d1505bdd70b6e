"""What a key file keeps of each report that its handler has read."""

from dataclasses import fields

from meldpunt.client import RememberedReport
from meldpunt.client.thread.remembered_report import EndKind
from meldpunt.protocol.log import Alarm
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import (
    Count,
    Day,
    EntryIdField,
    HashField,
    MessageIds,
    Model,
    ParticipantField,
    TermField,
)


class KnownAlarm(Model):
    """An alarm that a handler has looked into."""

    reason: Reason
    author: ParticipantField | None = None
    n: Count | None = None

    @property
    def alarm(self) -> Alarm:
        """The same alarm in the form that the handler's client uses."""
        return Alarm(self.reason, self.author, self.n)

    @classmethod
    def of(cls, alarm: Alarm) -> "KnownAlarm":
        """Return an alarm to save."""
        return cls(reason=alarm.reason, author=alarm.author, n=alarm.n)


class SeenReport(Model):
    """What was verified of a report when it was last read."""

    entry: EntryIdField
    heads: MessageIds
    received_on: Day
    until: Day
    reporter_n: Count = 0
    withdrawn_on: Day | None = None
    whole_on: Day | None = None
    claimed_end: Day | None = None
    listed_on: Day | None = None
    retention: TermField | None = None
    document: HashField | None = None
    ending: EndKind | None = None
    known_alarms: tuple[KnownAlarm, ...] = ()

    @property
    def remembered(self) -> RememberedReport:
        """The same facts in the form that the handler's client uses."""
        known = dict(self)
        del known["entry"]
        alarms = frozenset(alarm.alarm for alarm in self.known_alarms)
        return RememberedReport(**{**known, "known_alarms": alarms})

    @classmethod
    def of(cls, entry: ids.EntryId, seen: RememberedReport) -> "SeenReport":
        """Return the facts to save of a report."""
        facts = {name.name: getattr(seen, name.name) for name in fields(seen)}
        alarms = sorted(map(KnownAlarm.of, seen.known_alarms), key=KnownAlarm.to_json)
        return cls(entry=entry, **{**facts, "known_alarms": tuple(alarms)})


class UnmovedSince(Model):
    """A report that the newest renewal of keys could not move."""

    entry: EntryIdField
    since: Day
