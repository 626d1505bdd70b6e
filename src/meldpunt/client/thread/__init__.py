"""A thread: fetch a report, verify it, work out its status, and remember it."""
