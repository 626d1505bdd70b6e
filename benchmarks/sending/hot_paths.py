"""The names of the hot paths."""

from typing import Final

SUBMIT, POLL, REPLY, UPLOAD, INBOX = "SUBMIT", "POLL", "REPLY", "UPLOAD", "INBOX"
PATHS: Final = (SUBMIT, POLL, REPLY, UPLOAD, INBOX)
