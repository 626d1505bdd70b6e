"""Cleaning: take out of a file what says who made it, in a separate process without any key.

Other modules use `client/files/cleaning`, which starts that process. This folder imports nothing
else of the package. So the process starts fast, and an attacker who takes it over finds no data of
the person.
"""
