"""Lines: fetch and verify them, plan them as an office, audit them from outside."""
