"""Shapes of requests and answers (openapi/meldpunt-v1.json), shared by host and SDK."""
