"""The Python SDK of Meldpunt: reporter, handler and line owner, over one transport.

Asynchronous; needs nothing of the server. Everything a host says is verified from the line id up
before it is used. Refusals of the protocol are `RefusedError`, everything between client and host
is a `ClientError`.
"""

from meldpunt.client.address import LineAddress, private_origin
from meldpunt.client.audit import Audit, Check, Finding, Level, audit_line
from meldpunt.client.composing import Draft, Sent
from meldpunt.client.errors import (
    AddressError,
    AnswerError,
    CertificateError,
    ClientError,
    ConflictError,
    ExportFileError,
    FileError,
    KeysElsewhereError,
    MovingError,
    ProblemError,
    ProxyError,
    UnreachableError,
    UnsentError,
    WithheldError,
)
from meldpunt.client.export_file import ExportFile, check_export
from meldpunt.client.files import Files, ListedFile, listed_files
from meldpunt.client.handler import Handler
from meldpunt.client.handler_keys import HandlerKeys
from meldpunt.client.handover_status import HandoverState, HandoverStatus, handover_statuses
from meldpunt.client.line import (
    LineHistory,
    fetch_document,
    fetch_line,
    fetch_text,
    follow_history,
    receipt_keys,
)
from meldpunt.client.moving import MoveProgress, Mover
from meldpunt.client.notices import Notice, NoticeKind
from meldpunt.client.other_lines import OtherLine, fetch_other_lines
from meldpunt.client.owner import LineKeys, LineOwner
from meldpunt.client.plan import HandlerEntry, LinePlan, Texts
from meldpunt.client.presets import PRESETS, Preset
from meldpunt.client.proving import Kept, prove_draft
from meldpunt.client.randomness import SYSTEM_ENTROPY, Entropy, Today, utc_today
from meldpunt.client.referring import Referral, list_referrals
from meldpunt.client.reminders import Reminder, ReminderKind, key_reminders, line_reminders
from meldpunt.client.renewal import Renewal, renew_keys
from meldpunt.client.report_lines import ReportLines
from meldpunt.client.reporter import Reporter, Submission, Writer
from meldpunt.client.sealing import DiskFile, MemoryFile, SealedFile
from meldpunt.client.standing import Standing
from meldpunt.client.terms import passed_on_until
from meldpunt.client.thread import Access, Confirmation, Thread, ThreadMessage
from meldpunt.client.transport import Retry, Transport
from meldpunt.client.visit import Visit
from meldpunt.client.watching import Memory, Seen
from meldpunt.wire.reports import EntryStatus, InboxPage

__all__ = [
    "PRESETS",
    "SYSTEM_ENTROPY",
    "Access",
    "AddressError",
    "AnswerError",
    "Audit",
    "CertificateError",
    "Check",
    "ClientError",
    "Confirmation",
    "ConflictError",
    "DiskFile",
    "Draft",
    "Entropy",
    "EntryStatus",
    "ExportFile",
    "ExportFileError",
    "FileError",
    "Files",
    "Finding",
    "Handler",
    "HandlerEntry",
    "HandlerKeys",
    "HandoverState",
    "HandoverStatus",
    "InboxPage",
    "Kept",
    "KeysElsewhereError",
    "Level",
    "LineAddress",
    "LineHistory",
    "LineKeys",
    "LineOwner",
    "LinePlan",
    "ListedFile",
    "Memory",
    "MemoryFile",
    "MoveProgress",
    "Mover",
    "MovingError",
    "Notice",
    "NoticeKind",
    "OtherLine",
    "Preset",
    "ProblemError",
    "ProxyError",
    "Referral",
    "Reminder",
    "ReminderKind",
    "Renewal",
    "ReportLines",
    "Reporter",
    "Retry",
    "SealedFile",
    "Seen",
    "Sent",
    "Standing",
    "Submission",
    "Texts",
    "Thread",
    "ThreadMessage",
    "Today",
    "Transport",
    "UnreachableError",
    "UnsentError",
    "Visit",
    "WithheldError",
    "Writer",
    "audit_line",
    "check_export",
    "fetch_document",
    "fetch_line",
    "fetch_other_lines",
    "fetch_text",
    "follow_history",
    "handover_statuses",
    "key_reminders",
    "line_reminders",
    "list_referrals",
    "listed_files",
    "passed_on_until",
    "private_origin",
    "prove_draft",
    "receipt_keys",
    "renew_keys",
    "utc_today",
]
