"""The handover of a report to another line, and its status."""
