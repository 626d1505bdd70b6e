"""Use cases: each function is one action of one person.

It runs one transaction, which the host commits before it answers.
"""
