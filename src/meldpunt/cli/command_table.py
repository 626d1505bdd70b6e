"""Every command in one table: its name, where it is declared, and the first sentence of its help.

Nothing of a command is imported to list it. A test loads them all and compares.
"""

from typing import Final

from meldpunt.cli.terminal.lazy_group import CommandRow, GroupRow, Row

_REPORT: Final = (
    CommandRow(
        "send",
        "report.commands.visit:Send",
        "Send a report to the line at ADDRESS; FILE holds its text, - is standard input.",
    ),
    CommandRow(
        "status",
        "report.commands.visit:Status",
        "Say where a report stands, and when an answer is due.",
    ),
    CommandRow("read", "report.commands.visit:Read", "Show what the handlers wrote."),
    CommandRow(
        "reply",
        "report.commands.visit:Reply",
        "Write to the handlers; FILE holds the text, - is standard input.",
    ),
    CommandRow(
        "reopen",
        "report.commands.visit:Reopen",
        "Have a closed report taken up again; FILE says why, - is standard input.",
    ),
    CommandRow(
        "withdraw", "report.commands.visit:Withdraw", "Take a report back, so that it is erased."
    ),
    CommandRow(
        "take-over",
        "report.commands.visit:TakeOver",
        "Make a report yours that a handler wrote down for you.",
    ),
    CommandRow(
        "attach",
        "report.commands.files:Attach",
        "Send files to the handlers of a report, encrypted, with a message.",
    ),
    CommandRow(
        "files", "report.commands.files:Files", "List the files that the handlers sent you."
    ),
    CommandRow(
        "save",
        "report.commands.files:Save",
        "Save files that the handlers sent you, by their numbers; all by default.",
    ),
    CommandRow(
        "refer",
        "report.commands.lines:Refer",
        "Turn to another line that a handler suggested, in a report of its own.",
    ),
    CommandRow(
        "hand-over",
        "report.commands.lines:HandOver",
        "Ask another line of the same host to take your report up.",
    ),
    CommandRow(
        "take-back",
        "report.commands.lines:TakeBack",
        "Take back that another line may take your report up, as long as it has not.",
    ),
    CommandRow(
        "proof",
        "report.commands.visit:Proof",
        "Keep what shows later, to a judge or an authority, what was reported and when.",
    ),
    CommandRow(
        "verify",
        "report.commands.visit:Verify",
        "Check a proof of report, without a host, and print it for whoever should see it.",
    ),
)
_CONSULTATION: Final = (
    CommandRow(
        "read",
        "handler.commands.consultations:Read",
        "Read what was answered to one of your consultations.",
    ),
    CommandRow(
        "reply",
        "handler.commands.consultations:Reply",
        "Write on in one of your consultations, with nobody named; FILE holds the text.",
    ),
    CommandRow(
        "end",
        "handler.commands.consultations:End",
        "End one of your consultations: it is erased there at once, and its receipt here.",
    ),
)
_HANDLER: Final[tuple[Row, ...]] = (
    CommandRow("init", "handler.commands.keys:Init", "Make a handler's keys for one line."),
    CommandRow(
        "publish-keys",
        "handler.commands.keys:PublishKeys",
        "Publish box keys ahead, half a year at least.",
    ),
    CommandRow(
        "rotate",
        "handler.commands.keys:Rotate",
        "Move reports to the newest key, and destroy the keys that have ended.",
    ),
    CommandRow(
        "merge-keys",
        "handler.commands.keys:MergeKeys",
        "Take into a key file what a copy of it has learned on another device.",
    ),
    CommandRow(
        "recovery-sheet",
        "handler.commands.keys:RecoverySheet",
        "Split today's keys over shares on paper, for the day the laptop is gone.",
    ),
    CommandRow(
        "recover",
        "handler.commands.keys:Recover",
        "Come back from a recovery sheet: a new key file for a handler whose laptop is gone.",
    ),
    CommandRow(
        "inbox",
        "handler.commands.inbox:Inbox",
        "List the reports to read, what is due first; closed and withdrawn ones follow.",
    ),
    CommandRow("read", "handler.commands.inbox:Read", "Read a report of the inbox."),
    CommandRow(
        "attach",
        "handler.commands.inbox:Attach",
        "Send files to the reporter and the other readers, encrypted, with a message.",
    ),
    CommandRow(
        "files", "handler.commands.inbox:Files", "List the files of a report that you can read."
    ),
    CommandRow(
        "save",
        "handler.commands.inbox:Save",
        "Save files of a report, by their numbers; all by default.",
    ),
    CommandRow(
        "acknowledge",
        "handler.commands.answers:Acknowledge",
        "Tell the reporter that the report was received.",
    ),
    CommandRow(
        "feedback",
        "handler.commands.answers:Feedback",
        "Tell the reporter what was done with the report.",
    ),
    CommandRow(
        "reply", "handler.commands.answers:Reply", "Write to the reporter and the other readers."
    ),
    CommandRow(
        "pause",
        "handler.commands.answers:Pause",
        "Pause the clocks of a report, for a reason that the reporter reads.",
    ),
    CommandRow("close", "handler.commands.answers:Close", "Close a report; feedback comes first."),
    CommandRow("reopen", "handler.commands.answers:Reopen", "Take a closed report up again."),
    CommandRow(
        "admit",
        "handler.commands.inbox:Admit",
        "Let a colleague into a report, by id or full name; FILE tells the reporter why.",
    ),
    CommandRow(
        "oral",
        "handler.commands.inbox:Oral",
        "Write a report down for somebody who tells it; FILE holds what they said.",
    ),
    CommandRow(
        "refer",
        "handler.commands.answers:Refer",
        "Suggest to the reporter to turn to another line; FILE holds a summary of the report for"
        " it.",
    ),
    CommandRow(
        "propose",
        "handler.commands.answers:Propose",
        "Propose to the reporter to hand the report itself to another line of this host.",
    ),
    CommandRow(
        "accept",
        "handler.commands.answers:Accept",
        "Take up a report that its reporter hands to your line; FILE is for them to read.",
    ),
    CommandRow(
        "refuse",
        "handler.commands.answers:Refuse",
        "Leave a report with the line that has it; FILE tells the reporter why.",
    ),
    CommandRow(
        "consult",
        "handler.commands.consultations:Consult",
        "Ask the handlers of another line for advice, without the report.",
    ),
    CommandRow(
        "consultations",
        "handler.commands.consultations:Consultations",
        "List what you asked other lines, and what they have answered.",
    ),
    GroupRow("consultation", "Read what another line answered, and go on with it.", _CONSULTATION),
)
_LINE: Final = (
    CommandRow(
        "create",
        "line.commands.document:Create",
        "Make the key of a new line, and with it the line's address.",
    ),
    CommandRow(
        "plan",
        "line.commands.document:Plan",
        "Print a plan to start from, for `meldpunt line publish`.",
    ),
    CommandRow(
        "publish",
        "line.commands.document:Publish",
        "Sign the line's next document from a plan (meldpunt line plan), and publish it.",
    ),
    CommandRow(
        "show",
        "line.commands.document:Show",
        "Fetch a line, verify it, and show what it promises and who reads.",
    ),
    CommandRow(
        "audit",
        "line.commands.document:Audit",
        "Check a whole line from outside, and print what was found.",
    ),
    CommandRow(
        "renew",
        "line.commands.document:Renew",
        "Publish the line's document once more, with nothing changed, for another 90 days.",
    ),
    CommandRow(
        "rotate-key",
        "line.commands.document:RotateKey",
        "Replace the line key by a new one; the line's address stays.",
    ),
    CommandRow(
        "add-handler",
        "line.commands.document:AddHandler",
        "Let handlers join: ENTRY is what meldpunt handler init printed for them.",
    ),
    CommandRow(
        "remove-handler",
        "line.commands.document:RemoveHandler",
        "Let handlers go, by id or full name: they read nothing new from today on.",
    ),
    CommandRow(
        "export",
        "line.commands.transfer:Export",
        "Write everything that a host holds of the line to FILE.",
    ),
    CommandRow(
        "import",
        "line.commands.transfer:Import",
        "Bring an exported line to another host, where it lives from then on.",
    ),
    CommandRow(
        "leave",
        "line.commands.transfer:Leave",
        "Have the host that the line has left erase its reports.",
    ),
)
_RECOVERY: Final = (
    CommandRow(
        "check",
        "handler.commands.keys:Check",
        "Check one share by itself, or several together; nothing of the keys is shown.",
    ),
)

COMMANDS: Final[tuple[Row, ...]] = (
    GroupRow("report", "Make a report, and follow it with its receipt code.", _REPORT),
    GroupRow("handler", "Read and answer reports on a line.", _HANDLER),
    GroupRow("line", "Open a line and publish what it promises.", _LINE),
    GroupRow("recovery", "Check the shares of a recovery sheet.", _RECOVERY),
    CommandRow("serve", "host.commands:Serve", "Serve until told to stop."),
    CommandRow(
        "migrate",
        "host.commands:Migrate",
        "Bring the database to this release's schema, with the hosts on it stopped.",
    ),
    CommandRow(
        "move-database",
        "host.commands:MoveDatabase",
        "Take everything from SQLite to PostgreSQL, with the host stopped.",
    ),
    CommandRow(
        "invite", "host.commands:Invite", "Print a new invite: it lets one office open one line."
    ),
    CommandRow(
        "maintain",
        "host.commands:Maintain",
        "Erase what is due, and rewrite the database's files.",
    ),
    CommandRow(
        "demo", "host.commands:Demo", "Run a report from end to end, on a real server of its own."
    ),
)
