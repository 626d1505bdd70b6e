"""Handing a report over to another line, and the status of that."""
