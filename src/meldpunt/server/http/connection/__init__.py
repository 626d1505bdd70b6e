"""Limits of a connection, which apply before any route sees a request."""
