"""Texts that a line document names by hash: form, guide, procedure, theme, pages.

openapi/texts.md specifies them. The host stores their bytes and never reads them.
"""
