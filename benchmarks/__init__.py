"""Measures the hot paths of the host and compares it with a bare server: `make bench`."""
