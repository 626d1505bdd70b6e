"""Who calls, what they may read, and whether the line lives here."""
