"""A table of every command: its name, the class of its options, the first sentence of its help.

The table lists a command without importing it. A test loads every command and compares.
"""

from typing import Final

from meldpunt.cli.terminal.lazy_group import GroupRow, Row, declared_in

_REPORT: Final = (
    *declared_in(
        "report.commands.look",
        (
            "look",
            "ReportLookOptions",
            "Ask whether something came, without telling the host for which report.",
        ),
    ),
    *declared_in(
        "report.commands.visit",
        (
            "send",
            "ReportSendOptions",
            "Send a report to the line at ADDRESS: its questions are asked, or FILE is a text.",
        ),
        ("status", "ReportStatusOptions", "Say where a report stands, and when an answer is due."),
        ("read", "ReportReadOptions", "Show what the handlers wrote, and where each step stands."),
        (
            "reply",
            "ReportReplyOptions",
            "Write to the handlers; FILE holds the text, - is standard input.",
        ),
        (
            "resend",
            "ReportResendOptions",
            "Send a message again whose answer did not come; FILE is where --unsent kept it.",
        ),
        (
            "reopen",
            "ReportReopenOptions",
            "Have a closed report taken up again; FILE says why, - is standard input.",
        ),
        ("withdraw", "ReportWithdrawOptions", "Take a report back, so that it is erased."),
        (
            "take-over",
            "ReportTakeOverOptions",
            "Make a report yours that a handler wrote down for you.",
        ),
        (
            "proof",
            "ReportProofOptions",
            "Keep what shows later, to a judge or an authority, what was reported and when.",
        ),
        (
            "verify",
            "ReportVerifyOptions",
            "Check a proof of report, without a host, and print it for whoever should see it.",
        ),
    ),
    *declared_in(
        "report.commands.check_ins",
        (
            "check-in",
            "ReportCheckInOptions",
            "Say how you are: good, not-good, or disadvantaged because you reported.",
        ),
        (
            "story",
            "ReportStoryOptions",
            "Say whether your story may be told on, or take that back.",
        ),
    ),
    *declared_in(
        "report.commands.files",
        (
            "attach",
            "ReportAttachOptions",
            "Send files to the handlers of a report, encrypted, with a message.",
        ),
        ("files", "ReportFilesOptions", "List the files that the handlers sent you."),
        (
            "save",
            "ReportSaveOptions",
            "Save files that the handlers sent you, by their numbers; all by default.",
        ),
    ),
    *declared_in(
        "report.commands.lines",
        (
            "refer",
            "ReportReferOptions",
            "Turn to another line that a handler suggested, in a report of its own.",
        ),
        (
            "hand-over",
            "ReportHandOverOptions",
            "Ask another line of the same host to take your report up.",
        ),
        (
            "take-back",
            "ReportTakeBackOptions",
            "Take back that another line may take your report up, as long as it has not.",
        ),
    ),
)
_CONSULTATION: Final = (
    *declared_in(
        "handler.commands.consultations",
        ("read", "ConsultationReadOptions", "Read what was answered to one of your consultations."),
        (
            "reply",
            "ConsultationReplyOptions",
            "Write on in one of your consultations, with nobody named; FILE holds the text.",
        ),
        (
            "resend",
            "ConsultationResendOptions",
            "Send a question or reply again; FILE is where --unsent kept it.",
        ),
        (
            "end",
            "ConsultationEndOptions",
            "End one of your consultations: it is erased there at once, and its receipt here.",
        ),
    ),
)
_HANDLER: Final[tuple[Row, ...]] = (
    *declared_in(
        "handler.commands.keys",
        ("init", "HandlerInitOptions", "Make a handler's keys for one line."),
        ("publish-keys", "HandlerPublishKeysOptions", "Publish box keys half a year ahead."),
        (
            "rotate",
            "HandlerRotateOptions",
            "Move reports to the newest key, and destroy the keys that have ended.",
        ),
        (
            "merge-keys",
            "HandlerMergeKeysOptions",
            "Take into a key file what a copy of it has learned on another device.",
        ),
        (
            "recovery-sheet",
            "HandlerRecoverySheetOptions",
            "Split today's keys over shares on paper, for the day the laptop is gone.",
        ),
        (
            "recover",
            "HandlerRecoverOptions",
            "Come back from a recovery sheet: a new key file for a handler whose laptop is gone.",
        ),
    ),
    *declared_in(
        "handler.commands.inbox",
        (
            "inbox",
            "HandlerInboxOptions",
            "List the reports to read, urgent ones first, then what is due; closed ones follow.",
        ),
        ("read", "HandlerReadOptions", "Read a report of the inbox."),
        (
            "mark-known",
            "HandlerMarkKnownOptions",
            "Mark the alarms of a report as known, after you have looked into them.",
        ),
        (
            "attach",
            "HandlerAttachOptions",
            "Send files to the reporter and the other readers, encrypted, with a message.",
        ),
        ("files", "HandlerFilesOptions", "List the files of a report that you can read."),
        ("save", "HandlerSaveOptions", "Save files of a report, by their numbers; all by default."),
        (
            "admit",
            "HandlerAdmitOptions",
            "Let a colleague into a report, by id or full name; FILE tells the reporter why.",
        ),
        (
            "oral",
            "HandlerOralOptions",
            "Write a report down for somebody who tells it; FILE holds what they said.",
        ),
    ),
    *declared_in(
        "handler.commands.answers",
        (
            "resend",
            "HandlerResendOptions",
            "Send a message again whose answer did not come; FILE is where --unsent kept it.",
        ),
        ("acknowledge", "HandlerAcknowledgeOptions", "Tell the reporter that the report arrived."),
        ("feedback", "HandlerFeedbackOptions", "Tell the reporter what was done with the report."),
        ("reply", "HandlerReplyOptions", "Write to the reporter and the other readers."),
        (
            "pause",
            "HandlerPauseOptions",
            "Pause the clocks of a report, for a reason that the reporter reads.",
        ),
        ("close", "HandlerCloseOptions", "Close a report; feedback comes first."),
        ("reopen", "HandlerReopenOptions", "Take a closed report up again."),
        (
            "refer",
            "HandlerReferOptions",
            "Suggest another line to the reporter; FILE holds a summary of the report for it.",
        ),
        (
            "propose",
            "HandlerProposeOptions",
            "Propose to the reporter to hand the report itself to another line of this host.",
        ),
        (
            "accept",
            "HandlerAcceptOptions",
            "Take up a report that its reporter hands to your line; FILE is for them to read.",
        ),
        (
            "refuse",
            "HandlerRefuseOptions",
            "Leave a report with the line that has it; FILE tells the reporter why.",
        ),
    ),
    *declared_in(
        "handler.commands.labels",
        (
            "label",
            "HandlerLabelOptions",
            "Write down labels of a report for the handlers: category, outcome, who, what next.",
        ),
        (
            "taken-down",
            "HandlerTakenDownOptions",
            "Tell a reporter that their story is taken down.",
        ),
    ),
    *declared_in(
        "handler.commands.consultations",
        (
            "consult",
            "HandlerConsultOptions",
            "Ask the handlers of another line for advice, without the report.",
        ),
        (
            "consultations",
            "HandlerConsultationsOptions",
            "List what you asked other lines, and what they have answered.",
        ),
    ),
    GroupRow("consultation", "Read what another line answered, and go on with it.", _CONSULTATION),
)
_LINE: Final = (
    *declared_in(
        "opening.commands",
        (
            "open",
            "LineOpenOptions",
            "Open a line step by step: preset, texts, keys, handlers, publishing, recovery sheets.",
        ),
    ),
    *declared_in(
        "line.commands.folder",
        (
            "create",
            "LineCreateOptions",
            "Write a line into a new folder, from a preset with all its texts.",
        ),
        (
            "edit",
            "LineEditOptions",
            "Check a line's folder, show it as people will read it, and publish it.",
        ),
        (
            "publish",
            "LinePublishOptions",
            "Sign the line's next document from its folder (meldpunt line create), and publish it.",
        ),
    ),
    *declared_in(
        "line.commands.document",
        (
            "create-key",
            "LineCreateKeyOptions",
            "Make the key of a new line, and with it the line's address.",
        ),
        (
            "show",
            "LineShowOptions",
            "Fetch a line, verify it, and show what it promises and who reads.",
        ),
        ("audit", "LineAuditOptions", "Check a whole line from outside, and print what was found."),
        (
            "renew",
            "LineRenewOptions",
            "Publish the line's document once more, with nothing changed, for another 90 days.",
        ),
        (
            "rotate-key",
            "LineRotateKeyOptions",
            "Replace the line key by a new one; the line's address stays.",
        ),
        (
            "add-handler",
            "LineAddHandlerOptions",
            "Let handlers join: ENTRY is what meldpunt handler init printed for them.",
        ),
        (
            "remove-handler",
            "LineRemoveHandlerOptions",
            "Let handlers go, by id or full name: they read nothing new from today on.",
        ),
    ),
    *declared_in(
        "line.commands.clocks",
        (
            "overdue",
            "LineOverdueOptions",
            "Count the reports of a line that wait longer than promised, and show none of them.",
        ),
    ),
    *declared_in(
        "line.commands.guide",
        (
            "guide",
            "LineGuideOptions",
            "Say where somebody can go: whom to call, at which hours, and where to report.",
        ),
    ),
    *declared_in(
        "line.commands.transfer",
        ("export", "LineExportOptions", "Write everything that a host holds of the line to FILE."),
        (
            "import",
            "LineImportOptions",
            "Bring an exported line to another host, where it lives from then on.",
        ),
        ("leave", "LineLeaveOptions", "Have the host that the line has left erase its reports."),
    ),
)
_RECOVERY: Final = (
    *declared_in(
        "handler.commands.keys",
        (
            "check",
            "RecoveryCheckOptions",
            "Check one share by itself, or several together; nothing of the keys is shown.",
        ),
    ),
)

COMMANDS: Final[tuple[Row, ...]] = (
    GroupRow("report", "Make a report, and follow it with its receipt code.", _REPORT),
    GroupRow("handler", "Read and answer reports on a line.", _HANDLER),
    GroupRow("line", "Open a line and publish what it promises.", _LINE),
    GroupRow("recovery", "Check the shares of a recovery sheet.", _RECOVERY),
    *declared_in(
        "line.commands.page",
        (
            "page",
            "PageOptions",
            "Write the reporter's page for the line at ADDRESS, for a web server to serve.",
        ),
        (
            "verify-page",
            "VerifyPageOptions",
            "Check the page at URL against this release, and what the office of LINE signed.",
        ),
    ),
    *declared_in(
        "host.commands",
        ("serve", "HostServeOptions", "Serve until told to stop."),
        (
            "migrate",
            "HostMigrateOptions",
            "Bring the database to this release's schema, with the hosts on it stopped.",
        ),
        (
            "move-database",
            "HostMoveDatabaseOptions",
            "Take everything from SQLite to PostgreSQL, with the host stopped.",
        ),
        ("invite", "HostInviteOptions", "Print a new invite: it lets one office open one line."),
        ("maintain", "HostMaintainOptions", "Erase what is due, and rewrite the database's files."),
        (
            "backup",
            "HostBackupOptions",
            "Write an encrypted backup of database and attachments, while the host serves.",
        ),
        (
            "backup-key",
            "HostBackupKeyOptions",
            "Make a key that opens backups: writes FILE, and prints the public key for `backup`.",
        ),
        (
            "restore",
            "HostRestoreOptions",
            "Put a backup where the settings say, with the host stopped.",
        ),
        (
            "limit-line",
            "HostLimitLineOptions",
            "Limit the new reports of one line for a time, show limits, or lift one.",
        ),
        ("demo", "HostDemoOptions", "Run a report from end to end, on a real server of its own."),
    ),
)
