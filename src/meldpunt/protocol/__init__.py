"""The Meldpunt protocol, version 1 (openapi/protocol.md): pure functions over bytes.

Nothing here reads a clock, a file, the network or a random source. Callers pass dates and
randomness as arguments, so that the vectors in openapi/vectors can fix them.
"""
