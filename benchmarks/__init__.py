"""Measures the hot paths of the host against a bare server: `make bench`."""
