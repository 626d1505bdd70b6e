"""How reports, lines, proofs and reminders look on a terminal and in JSON."""
