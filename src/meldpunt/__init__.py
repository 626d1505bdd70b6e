"""Meldpunt: a report line whose host relays and stores what only the handlers can read."""

__version__ = "0.1.0"
"""The one release number: the package, the SDK's user agent and the server's `info.version`."""
