"""The Python SDK of Meldpunt: reporter, handler and line owner, over one transport.

The SDK is asynchronous, and needs nothing of the server. It verifies everything that a host says,
from the line id up, before it uses it. Refusals of the protocol are `RefusedError`. All errors
between client and host are `ClientError`.
"""

from meldpunt.client.files.report_files import Files, ListedFile, NewFile, listed_files
from meldpunt.client.files.sealed_file import DiskFile, MemoryFile, SealedFile
from meldpunt.client.handler import Handler
from meldpunt.client.handler_inbox import ReadReports, UnreadReport
from meldpunt.client.handover.status import HandoverState, HandoverStatus, handover_statuses
from meldpunt.client.http.address import LineAddress, private_origin
from meldpunt.client.http.errors import (
    AddressError,
    AnswerError,
    AnswerSizeError,
    CertificateError,
    ClientError,
    EndlessListError,
    ExportFileError,
    FileError,
    KeysElsewhereError,
    MessageNumberTakenError,
    NotPassedOnError,
    ProblemError,
    ProxyError,
    SlowHostError,
    TransferError,
    UnreachableError,
    UnsentError,
    WithheldError,
)
from meldpunt.client.http.limits import AnswerLimits
from meldpunt.client.http.page_files import PageFiles
from meldpunt.client.http.transport import Retry, Transport
from meldpunt.client.keys.handler_keys import HandlerKeys
from meldpunt.client.keys.line_keys import LineKeys
from meldpunt.client.keys.randomness import SYSTEM_ENTROPY, Entropy, Today, utc_today
from meldpunt.client.keys.reminders import key_reminders
from meldpunt.client.lines.audit import Audit, audit_line
from meldpunt.client.lines.bulletins import Bulletins, fetch_bulletins
from meldpunt.client.lines.findings import Check, Finding, Level, WrongField
from meldpunt.client.lines.line import (
    LineHistory,
    fetch_document,
    fetch_line,
    fetch_text,
    follow_history,
    receipt_keys,
)
from meldpunt.client.lines.other_lines import OtherLine, fetch_other_lines
from meldpunt.client.lines.page_audit import audit_page
from meldpunt.client.lines.plan import HandlerEntry, LinePlan
from meldpunt.client.lines.presets import PRESETS, Preset
from meldpunt.client.lines.reminders import (
    Reminder,
    ReminderKind,
    line_reminders,
    unopened_reminder,
)
from meldpunt.client.lines.report_lines import ReportLines
from meldpunt.client.lines.texts import Texts
from meldpunt.client.messages.delivery import Sent
from meldpunt.client.messages.draft import Draft
from meldpunt.client.messages.kept_draft import keep_draft, read_kept_draft
from meldpunt.client.messages.proof import KeptProof, prove_draft
from meldpunt.client.messages.referral import Referral, list_referrals
from meldpunt.client.owner import LineOwner
from meldpunt.client.renewal import Renewal, UnmovedReport, renew_keys
from meldpunt.client.reporter import DraftReport, Reporter, Writer
from meldpunt.client.texts.answered_form import AnsweredForm, answer_form, offered_handlers
from meldpunt.client.texts.calendar import calendar_file
from meldpunt.client.texts.check_ins import (
    look_again_on,
    newest_check_in,
    open_check_in,
    story_consent,
)
from meldpunt.client.texts.desk_notes import DeskNote
from meldpunt.client.texts.guide_order import guide_advice, guide_order
from meldpunt.client.texts.labels import ReportLabel, report_labels
from meldpunt.client.texts.message_answers import MessageAnswers, fetch_answers
from meldpunt.client.texts.published import fetch_desk, fetch_form, fetch_guide, fetch_procedure
from meldpunt.client.texts.report_texts import ReportTexts, fetch_report_texts
from meldpunt.client.texts.steps import (
    CurrentPause,
    ReportStep,
    StepState,
    current_pause,
    report_steps,
)
from meldpunt.client.texts.tasks import ReportTask, report_tasks, tasks_at_hand
from meldpunt.client.texts.told_clocks import ToldClock, ToldKind, begun_clock, if_told, told_clocks
from meldpunt.client.texts.urgency import is_urgent
from meldpunt.client.thread.memory import Memory
from meldpunt.client.thread.message import Readability, ThreadMessage
from meldpunt.client.thread.notices import Notice, NoticeKind
from meldpunt.client.thread.remembered_report import RememberedReport
from meldpunt.client.thread.retention import erased_soon, passed_on_until
from meldpunt.client.thread.status import VerifiedStatus
from meldpunt.client.thread.thread import Confirmation, Thread
from meldpunt.client.transfer.export_file import ExportFile, check_export
from meldpunt.client.transfer.line_transfer import LineTransfer, TransferProgress
from meldpunt.client.visit import Visit
from meldpunt.wire.lines import LineClocks
from meldpunt.wire.reports import EntryStatus, InboxPage

__all__ = [
    "PRESETS",
    "SYSTEM_ENTROPY",
    "AddressError",
    "AnswerError",
    "AnswerLimits",
    "AnswerSizeError",
    "AnsweredForm",
    "Audit",
    "Bulletins",
    "CertificateError",
    "Check",
    "ClientError",
    "Confirmation",
    "CurrentPause",
    "DeskNote",
    "DiskFile",
    "Draft",
    "DraftReport",
    "EndlessListError",
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
    "KeptProof",
    "KeysElsewhereError",
    "Level",
    "LineAddress",
    "LineClocks",
    "LineHistory",
    "LineKeys",
    "LineOwner",
    "LinePlan",
    "LineTransfer",
    "ListedFile",
    "Memory",
    "MemoryFile",
    "MessageAnswers",
    "MessageNumberTakenError",
    "NewFile",
    "NotPassedOnError",
    "Notice",
    "NoticeKind",
    "OtherLine",
    "PageFiles",
    "Preset",
    "ProblemError",
    "ProxyError",
    "ReadReports",
    "Readability",
    "Referral",
    "RememberedReport",
    "Reminder",
    "ReminderKind",
    "Renewal",
    "ReportLabel",
    "ReportLines",
    "ReportStep",
    "ReportTask",
    "ReportTexts",
    "Reporter",
    "Retry",
    "SealedFile",
    "Sent",
    "SlowHostError",
    "StepState",
    "Texts",
    "Thread",
    "ThreadMessage",
    "Today",
    "ToldClock",
    "ToldKind",
    "TransferError",
    "TransferProgress",
    "Transport",
    "UnmovedReport",
    "UnreachableError",
    "UnreadReport",
    "UnsentError",
    "VerifiedStatus",
    "Visit",
    "WithheldError",
    "Writer",
    "WrongField",
    "answer_form",
    "audit_line",
    "audit_page",
    "begun_clock",
    "calendar_file",
    "check_export",
    "current_pause",
    "erased_soon",
    "fetch_answers",
    "fetch_bulletins",
    "fetch_desk",
    "fetch_document",
    "fetch_form",
    "fetch_guide",
    "fetch_line",
    "fetch_other_lines",
    "fetch_procedure",
    "fetch_report_texts",
    "fetch_text",
    "follow_history",
    "guide_advice",
    "guide_order",
    "handover_statuses",
    "if_told",
    "is_urgent",
    "keep_draft",
    "key_reminders",
    "line_reminders",
    "list_referrals",
    "listed_files",
    "look_again_on",
    "newest_check_in",
    "offered_handlers",
    "open_check_in",
    "passed_on_until",
    "private_origin",
    "prove_draft",
    "read_kept_draft",
    "receipt_keys",
    "renew_keys",
    "report_labels",
    "report_steps",
    "report_tasks",
    "story_consent",
    "tasks_at_hand",
    "told_clocks",
    "unopened_reminder",
    "utc_today",
]
