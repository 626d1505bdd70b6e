"""The part of the protocol that a host may run: hashing, ids, signatures, dates.

Nothing in this package can decrypt. `tests/architecture` refuses any import here that could.
"""
